#include "tensor/compare.h"

#include <math.h>

#include "base/interrupt.h"
#include "tensor/stream.h"

static bool near(double a, double b, double rtol, double atol, bool equal_nan) {
  if (a == b)
    return true;
  if (a != a || b != b)
    return equal_nan && a != a && b != b;
  return fabs(a) < HUGE_VAL && fabs(b) < HUGE_VAL &&
         fabs(a - b) <= atol + rtol * fabs(b);
}

inv_status inv_tensor_allclose(bool *close, const inv_tensor *a,
                               const inv_tensor *b, double rtol, double atol,
                               bool equal_nan) {
  *close = inv_tensor_same_shape(a, b);
  if (!*close)
    return INV_OK;
  inv_stream stream_a = inv_stream_open(a, a->dims, a->shape);
  inv_stream stream_b = inv_stream_open(b, b->dims, b->shape);
  inv_block block_a, block_b;
  for (int64_t at = 0; at < stream_a.count && *close; at += INV_BLOCK) {
    int64_t left = stream_a.count - at, n = left < INV_BLOCK ? left : INV_BLOCK;
    const double *x = inv_stream_read(&stream_a, at, n, INV_FLOAT64, &block_a);
    const double *y = inv_stream_read(&stream_b, at, n, INV_FLOAT64, &block_b);
    for (int64_t i = 0; i < n; i++)
      *close = *close && near(x[i], y[i], rtol, atol, equal_nan);
    INV_TRY(inv_check_interrupt());
  }
  return INV_OK;
}
