/* Files of tensors by name. */
#include "store/safetensors.h"
#include "target.h"

static void look(void *context, const char *key, const char *value) {
  (void)context;
  fuzz_require(key && value, "metadata are strings by string");
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count) {
  inv_safetensors *file;
  inv_status status = inv_safetensors_open(&file, fuzz_file(bytes, count));
  fuzz_check(status);
  if (status != INV_OK)
    return 0;
  inv_safetensors_metadata(file, look, NULL);
  for (size_t i = 0; i < inv_safetensors_count(file); i++) {
    inv_tensor tensor;
    fuzz_use_tensor(inv_safetensors_read(file, i, &tensor), &tensor);
  }
  inv_safetensors_close(file);
  return 0;
}
