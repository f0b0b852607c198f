/* CIFAR's files; the first byte says which of their kinds. */
#include "data/cifar.h"
#include "target.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count) {
  static const inv_cifar_kind kinds[] = {INV_CIFAR10, INV_CIFAR100_COARSE,
                                         INV_CIFAR100_FINE};
  if (count == 0)
    return 0;
  inv_tensor x, y;
  inv_status status =
      inv_cifar_decode(&x, &y, bytes + 1, count - 1, kinds[bytes[0] % 3]);
  fuzz_use_tensor(status, &x);
  fuzz_use_tensor(status, &y);
  return 0;
}
