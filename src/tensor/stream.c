#include "tensor/stream.h"

#include <string.h>

/* ---- walking ------------------------------------------------------------ */

inv_stream inv_stream_open(const inv_tensor *t, int dims,
                           const int64_t *shape) {
  inv_stream s = {.dtype = t->dtype, .data = t->data, .count = 1};
  int64_t sizes[INV_MAX_DIMS], strides[INV_MAX_DIMS];
  int n = 0; /* merged dimensions, innermost first */
  for (int d = dims - 1; d >= 0; d--) {
    int own = d - (dims - t->dims);
    int64_t stride = own >= 0 && t->shape[own] != 1 ? t->strides[own] : 0;
    s.count *= shape[d];
    if (shape[d] == 1)
      continue;
    if (n > 0 && stride == strides[n - 1] * sizes[n - 1]) {
      sizes[n - 1] *= shape[d];
    } else {
      sizes[n] = shape[d];
      strides[n++] = stride;
    }
  }
  s.dims = n;
  for (int d = 0; d < n; d++) {
    s.shape[d] = sizes[n - 1 - d];
    s.strides[d] = strides[n - 1 - d];
  }
  s.contiguous = n == 0 || (n == 1 && s.strides[0] == 1);
  s.constant = n == 0 || (n == 1 && s.strides[0] == 0);
  return s;
}

/* Calls for each run along the innermost dimension among elements begin ..
 * begin+n-1: conversion between the tensor's run and the block. */
static void walk(const inv_stream *s, int64_t begin, int64_t n, inv_dtype as,
                 char *block, bool writing) {
  int64_t index[INV_MAX_DIMS] = {0}, rest = begin, offset = 0;
  int inner = s->dims - 1;
  for (int d = inner; d >= 0; d--) {
    index[d] = rest % s->shape[d];
    rest /= s->shape[d];
    offset += index[d] * s->strides[d];
  }
  int64_t size = (int64_t)inv_dtype_size(s->dtype);
  int64_t block_size = (int64_t)inv_dtype_size(as);
  int64_t length = inner < 0 ? 1 : s->shape[inner];
  int64_t stride = inner < 0 ? 1 : s->strides[inner];
  int64_t at = inner < 0 ? 0 : index[inner];
  while (n > 0) {
    int64_t run = length - at < n ? length - at : n;
    char *data = s->data + offset * size;
    if (writing)
      inv_convert(s->dtype, data, stride, as, block, 1, run);
    else
      inv_convert(as, block, 1, s->dtype, data, stride, run);
    block += run * block_size;
    n -= run;
    offset -= at * stride;
    at = 0;
    for (int d = inner - 1; d >= 0; d--) {
      offset += s->strides[d];
      if (++index[d] < s->shape[d])
        break;
      offset -= index[d] * s->strides[d];
      index[d] = 0;
    }
  }
}

const void *inv_stream_read(const inv_stream *s, int64_t begin, int64_t n,
                            inv_dtype as, void *block) {
  int64_t size = (int64_t)inv_dtype_size(as);
  if (s->contiguous && s->dtype == as)
    return s->data + begin * size;
  /* A small tensor broadcast over outer dimensions repeats: one period is
   * read and then copied. */
  int64_t period = n;
  if (s->dims > 1 && s->strides[0] == 0 && s->count / s->shape[0] < n)
    period = s->count / s->shape[0];
  walk(s, begin, period, as, block, false);
  for (int64_t have = period; have < n;) {
    int64_t more = n - have < have ? n - have : have;
    memcpy((char *)block + have * size, block, (size_t)(more * size));
    have += more;
  }
  return block;
}

void *inv_stream_target(const inv_stream *s, int64_t begin, inv_dtype as,
                        inv_block *block) {
  if (s->contiguous && s->dtype == as)
    return s->data + begin * (int64_t)inv_dtype_size(as);
  return block;
}

void inv_stream_write(const inv_stream *s, int64_t begin, int64_t n,
                      inv_dtype as, const void *from) {
  if (s->contiguous && s->dtype == as)
    return; /* already there */
  walk(s, begin, n, as, (char *)(uintptr_t)from, true);
}
