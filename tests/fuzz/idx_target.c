/* MNIST's files, plain and compressed. */
#include "data/idx.h"
#include "target.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count) {
  inv_tensor tensor;
  fuzz_use_tensor(inv_idx_decode(&tensor, bytes, count), &tensor);
  return 0;
}
