/* NumPy's files of one tensor. */
#include "target.h"
#include "tensor/npy.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count) {
  inv_tensor tensor;
  fuzz_use_tensor(inv_npy_read(&tensor, fuzz_file(bytes, count)), &tensor);
  return 0;
}
