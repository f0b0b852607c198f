/* bfloat16, the upper half of a float32, and kernels for both: a kernel's body
 * is written once, as an INV_INLINE function of a constant HALF, and reads and
 * writes activations by inv_load and inv_store; what is between them is in
 * float32, so that a result is rounded once. */
#ifndef INV_BASE_BFLOAT16_H
#define INV_BASE_BFLOAT16_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/vector.h"

INV_INLINE float inv_bfloat16_to_float(uint16_t half) {
  union {
    uint32_t bits;
    float value;
  } u = {(uint32_t)half << 16};
  return u.value;
}

/* Rounds to nearest, ties to even; NaN stays NaN. */
INV_INLINE uint16_t inv_float_to_bfloat16(float value) {
  union {
    float value;
    uint32_t bits;
  } u = {value};
  uint32_t rounded = (u.bits + 0x7fff + (u.bits >> 16 & 1)) >> 16;
  return (uint16_t)(value == value ? rounded : u.bits >> 16 | 0x40);
}

/* Element i of float32 or, where HALF, bfloat16. */
INV_INLINE float inv_load(bool HALF, const void *x, size_t i) {
  return HALF ? inv_bfloat16_to_float(((const uint16_t *)x)[i])
              : ((const float *)x)[i];
}

INV_INLINE void inv_store(bool HALF, void *x, size_t i, float value) {
  if (HALF)
    ((uint16_t *)x)[i] = inv_float_to_bfloat16(value);
  else
    ((float *)x)[i] = value;
}

#endif
