/* A stream gives the elements of any strided or broadcast tensor in row-major
 * order, in blocks of another dtype. All element-wise work is written once
 * over contiguous blocks; streams do the layout and the conversion. Where a
 * tensor already lies as wanted, a block is a pointer into it. */
#ifndef INV_TENSOR_STREAM_H
#define INV_TENSOR_STREAM_H

#include "base/vector.h"
#include "tensor/tensor.h"

/* Elements per block: a few buffers fit the first-level cache. */
enum { INV_BLOCK = 1024 };

/* Elements per chunk of a parallel element-wise loop. */
enum { INV_CHUNK = 32 * INV_BLOCK };

typedef struct {
  inv_dtype dtype;
  bool contiguous; /* one run in memory */
  bool constant;   /* every element is the same one */
  int dims;        /* after merging what lies behind one another */
  int64_t count;
  int64_t shape[INV_MAX_DIMS];
  int64_t strides[INV_MAX_DIMS];
  char *data;
} inv_stream;

/* A block's memory; aligned for vectors. */
typedef struct {
  _Alignas(64) char bytes[INV_BLOCK * sizeof(double)];
} inv_block;

/* Streams `t`, broadcast to `shape` (which the caller has checked). */
inv_stream inv_stream_open(const inv_tensor *t, int dims, const int64_t *shape);

/* Elements begin .. begin+n-1 (n <= INV_BLOCK) as dtype `as`: in the tensor
 * itself or converted into `block`. */
const void *inv_stream_read(const inv_stream *s, int64_t begin, int64_t n,
                            inv_dtype as, void *block);

/* Where a result of dtype `as` may be written so that inv_stream_write brings
 * it to elements begin ..: the tensor itself or `block`. */
void *inv_stream_target(const inv_stream *s, int64_t begin, inv_dtype as,
                        inv_block *block);

/* Stores what was written to `from`, got from inv_stream_target. */
void inv_stream_write(const inv_stream *s, int64_t begin, int64_t n,
                      inv_dtype as, const void *from);

/* Converts `n` elements; strides count elements. To integers: truncation
 * toward zero and saturation, NaN to 0. */
void inv_convert(inv_dtype to, void *out, int64_t out_stride, inv_dtype from,
                 const void *in, int64_t in_stride, int64_t n);

/* The dtype that arithmetic on `dtype` is done in: float32, float64, int32. */
static inline inv_dtype inv_compute_dtype(inv_dtype dtype) {
  if (dtype == INV_FLOAT64)
    return INV_FLOAT64;
  return dtype == INV_UINT8 || dtype == INV_INT32 ? INV_INT32 : INV_FLOAT32;
}

#endif
