/* The binary version of CIFAR-10 and CIFAR-100 (Krizhevsky, "Learning multiple
 * layers of features from tiny images", 2009): records of one label byte (two
 * in CIFAR-100, coarse and fine) and 32 x 32 pictures, plane after plane. */
#ifndef INV_DATA_CIFAR_H
#define INV_DATA_CIFAR_H

#include "tensor/tensor.h"

typedef enum {
  INV_CIFAR10,
  INV_CIFAR100_COARSE, /* 20 classes */
  INV_CIFAR100_FINE,   /* 100 classes */
} inv_cifar_kind;

/* All records of a file: x uint8 N x 32 x 32 x 3, y int32 N, from 0. Fails
 * where `size` is no multiple of a record or a label is no class. */
inv_status inv_cifar_decode(inv_tensor *x, inv_tensor *y, const uint8_t *bytes,
                            size_t size, inv_cifar_kind kind);

/* The same from a file; failures name it. */
inv_status inv_cifar_read(inv_tensor *x, inv_tensor *y, const char *path,
                          inv_cifar_kind kind);

#endif
