/* Conversions between dtypes, one loop per pair. */
#include "base/parallel.h"
#include "base/vector.h"
#include "tensor/stream.h"

/* What each dtype is in memory, and as the value that is converted. */
typedef float float32;
typedef uint16_t bfloat16;
typedef uint8_t uint8;
typedef int32_t int32;
typedef double float64;

INV_INLINE double clamp(double v, double low, double high) {
  v = v > low ? v : low; /* NaN becomes `low` */
  return v < high ? v : high;
}

/* Truncates and saturates; NaN becomes 0. */
INV_INLINE int32_t to_int32(double v) {
  v = v == v ? v : 0;
  return (int32_t)clamp(v, INT32_MIN, INT32_MAX);
}

INV_INLINE uint8_t to_uint8(float v) {
  v = v > 0 ? v : 0; /* NaN too */
  v = v < 255 ? v : 255;
  return (uint8_t)(int32_t)v;
}

INV_INLINE uint8_t int_to_uint8(int32_t v) {
  v = v > 0 ? v : 0;
  return (uint8_t)(v < 255 ? v : 255);
}

#define SAME(v) (v)
#define AS_FLOAT(v) ((float)(v))
#define AS_DOUBLE(v) ((double)(v))
#define AS_INT(v) ((int32_t)(v))
#define HALF_TO_DOUBLE(v) ((double)inv_bfloat16_to_float(v))
#define HALF_TO_INT(v) to_int32((double)inv_bfloat16_to_float(v))
#define HALF_TO_BYTE(v) to_uint8(inv_bfloat16_to_float(v))
#define TO_HALF(v) inv_float_to_bfloat16((float)(v))
#define FLOAT_TO_INT(v) to_int32((double)(v))
/* No double between 255 and 256 or -1 and 0 changes side as a float. */
#define DOUBLE_TO_BYTE(v) ((uint8_t)clamp(v, 0, 255))

#define CONVERT(from, to, expression)                                          \
  INV_VECTOR static void from##_to_##to(void *out, int64_t so, const void *in, \
                                        int64_t si, int64_t n) {               \
    to *o = out;                                                               \
    const from *x = in;                                                        \
    if (so == 1 && si == 1) {                                                  \
      INV_INDEPENDENT                                                          \
      for (int64_t i = 0; i < n; i++)                                          \
        o[i] = (to)expression(x[i]);                                           \
    } else {                                                                   \
      for (int64_t i = 0; i < n; i++)                                          \
        o[i * so] = (to)expression(x[i * si]);                                 \
    }                                                                          \
  }

CONVERT(float32, float32, SAME)
CONVERT(float32, bfloat16, TO_HALF)
CONVERT(float32, uint8, to_uint8)
CONVERT(float32, int32, FLOAT_TO_INT)
CONVERT(float32, float64, AS_DOUBLE)
CONVERT(bfloat16, float32, inv_bfloat16_to_float)
CONVERT(bfloat16, bfloat16, SAME)
CONVERT(bfloat16, uint8, HALF_TO_BYTE)
CONVERT(bfloat16, int32, HALF_TO_INT)
CONVERT(bfloat16, float64, HALF_TO_DOUBLE)
CONVERT(uint8, float32, AS_FLOAT)
CONVERT(uint8, bfloat16, TO_HALF)
CONVERT(uint8, uint8, SAME)
CONVERT(uint8, int32, AS_INT)
CONVERT(uint8, float64, AS_DOUBLE)
CONVERT(int32, float32, AS_FLOAT)
CONVERT(int32, bfloat16, TO_HALF)
CONVERT(int32, uint8, int_to_uint8)
CONVERT(int32, int32, SAME)
CONVERT(int32, float64, AS_DOUBLE)
CONVERT(float64, float32, AS_FLOAT)
CONVERT(float64, bfloat16, TO_HALF)
CONVERT(float64, uint8, DOUBLE_TO_BYTE)
CONVERT(float64, int32, to_int32)
CONVERT(float64, float64, SAME)

typedef void (*convert_fn)(void *, int64_t, const void *, int64_t, int64_t);

#define ROW(from)                                                              \
  {                                                                            \
    [INV_FLOAT32] = from##_to_float32, [INV_BFLOAT16] = from##_to_bfloat16,    \
    [INV_UINT8] = from##_to_uint8, [INV_INT32] = from##_to_int32,              \
    [INV_FLOAT64] = from##_to_float64                                          \
  }

static const convert_fn CONVERTERS[INV_DTYPES][INV_DTYPES] = {
    [INV_FLOAT32] = ROW(float32), [INV_BFLOAT16] = ROW(bfloat16),
    [INV_UINT8] = ROW(uint8),     [INV_INT32] = ROW(int32),
    [INV_FLOAT64] = ROW(float64),
};

void inv_convert(inv_dtype to, void *out, int64_t out_stride, inv_dtype from,
                 const void *in, int64_t in_stride, int64_t n) {
  CONVERTERS[from][to](out, out_stride, in, in_stride, n);
}
