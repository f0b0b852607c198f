#include "tensor/foreign.h"

float inv_half_to_float(uint16_t half) {
  int exponent = half >> 10 & 31, mantissa = half & 1023;
  double value =
      exponent == 0 ? mantissa * 0x1p-24 : (1024 + mantissa) * 0x1p-25;
  for (int e = 1; e <= exponent; e++)
    value *= 2;
  union {
    uint32_t bits;
    float value;
  } special = {0x7f800000u | (uint32_t)mantissa << 13};
  float magnitude = exponent == 31 ? special.value : (float)value;
  return half & 0x8000 ? -magnitude : magnitude;
}

int64_t inv_integer_at(const uint8_t *at, int size, bool is_signed,
                       bool *fits) {
  uint64_t value = 0;
  for (int i = size - 1; i >= 0; i--)
    value = value << 8 | at[i];
  if (is_signed && size < 8 && value >> (8 * size - 1))
    value |= ~(uint64_t)0 << (8 * size);
  int64_t result = (int64_t)value;
  *fits =
      result >= INT32_MIN && result <= INT32_MAX && (is_signed || result >= 0);
  return result;
}

size_t inv_widen(char kind, int size, const uint8_t *in, void *out, size_t n) {
  float *floats = out;
  int32_t *integers = out;
  for (size_t i = 0; i < n; i++, in += size) {
    if (kind == 'f') {
      floats[i] = inv_half_to_float((uint16_t)(in[0] | in[1] << 8));
      continue;
    }
    bool fits;
    int64_t value = inv_integer_at(in, size, kind == 'i', &fits);
    if (!fits)
      return i;
    integers[i] = (int32_t)value;
  }
  return n;
}

void inv_swap_bytes(uint8_t *at, int size, size_t n) {
  for (size_t i = 0; i < n; i++, at += size) {
    for (int j = 0; j < size / 2; j++) {
      uint8_t kept = at[j];
      at[j] = at[size - 1 - j];
      at[size - 1 - j] = kept;
    }
  }
}
