/* Dense strided tensors over shared, counted storage. A tensor is a small
 * value: copying the struct does not copy data, so every function that returns
 * one through `out` makes `out` an owner (release it), and inputs are only
 * read. In C dimensions and indices count from 0; the bindings translate. */
#ifndef INV_TENSOR_TENSOR_H
#define INV_TENSOR_TENSOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bfloat16.h"
#include "base/error.h"

typedef enum {
  INV_FLOAT32,
  INV_BFLOAT16, /* the upper half of a float32; arithmetic is in float32 */
  INV_UINT8,
  INV_INT32,
  INV_FLOAT64,
  INV_DTYPES
} inv_dtype;

enum { INV_MAX_DIMS = 8 };

typedef struct inv_storage inv_storage;

typedef struct {
  inv_storage *storage; /* NULL: closed, or never made */
  void *data;           /* the first element, inside the storage */
  inv_dtype dtype;
  int dims;                      /* 0 (a scalar) .. INV_MAX_DIMS */
  int64_t shape[INV_MAX_DIMS];   /* each >= 0 */
  int64_t strides[INV_MAX_DIMS]; /* in elements; 0 where expanded */
} inv_tensor;

/* ---- types -------------------------------------------------------------- */

size_t inv_dtype_size(inv_dtype dtype);      /* bytes per element */
const char *inv_dtype_name(inv_dtype dtype); /* "float32", ... */
/* The dtype of that name; false when there is none. */
bool inv_dtype_parse(const char *name, inv_dtype *out);

/* ---- making and releasing ----------------------------------------------- */

/* Uninitialised, row-major. Fails on a negative size, more than INV_MAX_DIMS
 * dimensions, an overflow or no memory. */
inv_status inv_tensor_new(inv_tensor *out, inv_dtype dtype, int dims,
                          const int64_t *shape);
inv_status inv_tensor_zeros(inv_tensor *out, inv_dtype dtype, int dims,
                            const int64_t *shape);
/* The same with its elements in `data`, a block of inv_alloc of the right size
 * that is taken over unless this fails. */
inv_status inv_tensor_adopt(inv_tensor *out, inv_dtype dtype, int dims,
                            const int64_t *shape, void *data);
/* Uninitialised, with the dtype and shape of `like`. */
inv_status inv_tensor_new_like(inv_tensor *out, const inv_tensor *like);

/* One number, without dimensions. */
inv_status inv_tensor_scalar(inv_tensor *out, inv_dtype dtype, double value);

/* One more owner of the same storage. */
inv_tensor inv_tensor_retain(const inv_tensor *tensor);

/* Gives up ownership; the struct becomes closed. Closed tensors are allowed. */
void inv_tensor_release(inv_tensor *tensor);

/* ---- asking ------------------------------------------------------------- */

int64_t inv_tensor_count(const inv_tensor *tensor); /* elements */
size_t inv_tensor_bytes(const inv_tensor *tensor);  /* count * dtype size */
bool inv_tensor_contiguous(const inv_tensor *tensor);
bool inv_tensor_same_shape(const inv_tensor *a, const inv_tensor *b);
bool inv_tensor_share(const inv_tensor *a, const inv_tensor *b); /* storage */
/* Whether no other tensor holds the storage. */
bool inv_tensor_sole_owner(const inv_tensor *tensor);
/* How often the storage was overwritten; operations that write into existing
 * tensors report it, so that the tape sees when what it saved has changed. */
uint64_t inv_tensor_version(const inv_tensor *tensor);
void inv_tensor_written(const inv_tensor *tensor);
/* "2x3x4" (or "scalar") for messages; returns `text`. */
const char *inv_shape_text(char text[96], int dims, const int64_t *shape);

static inline float *inv_f32(const inv_tensor *t) {
  return t->data;
}
static inline uint8_t *inv_u8(const inv_tensor *t) {
  return t->data;
}
static inline int32_t *inv_i32(const inv_tensor *t) {
  return t->data;
}
static inline double *inv_f64(const inv_tensor *t) {
  return t->data;
}

/* One element as a double, by its indices or its row-major position. */
double inv_tensor_get(const inv_tensor *tensor, const int64_t *index);
void inv_tensor_set(const inv_tensor *tensor, const int64_t *index, double v);

/* ---- views: no data is copied ------------------------------------------- */

/* Elements begin, begin + step, ... (`size` of them) of dimension `dim`. */
inv_status inv_tensor_slice(inv_tensor *out, const inv_tensor *t, int dim,
                            int64_t begin, int64_t size, int64_t step);
/* Drops dimension `dim` at `index`. */
inv_status inv_tensor_select(inv_tensor *out, const inv_tensor *t, int dim,
                             int64_t index);
inv_status inv_tensor_permute(inv_tensor *out, const inv_tensor *t,
                              const int *order);
inv_status inv_tensor_transpose(inv_tensor *out, const inv_tensor *t, int a,
                                int b);
/* One size may be -1: it is worked out. Copies where no view can do it. */
inv_status inv_tensor_reshape(inv_tensor *out, const inv_tensor *t, int dims,
                              const int64_t *shape);
/* Broadcasts to a larger shape as NumPy does; the strides become 0. */
inv_status inv_tensor_expand(inv_tensor *out, const inv_tensor *t, int dims,
                             const int64_t *shape);
/* The shape that two shapes broadcast to. */
inv_status inv_broadcast(const inv_tensor *a, const inv_tensor *b, int *dims,
                         int64_t shape[INV_MAX_DIMS]);

/* ---- copying ------------------------------------------------------------ */

/* Copies `from` into `into`, converting; shapes must be equal. To integers:
 * truncation toward zero and saturation, NaN to 0. */
inv_status inv_tensor_copy(const inv_tensor *into, const inv_tensor *from);
/* Whether writing `into` element by element may change what is still to be
 * read of `from`: they share storage and lie differently. */
bool inv_tensor_overlap(const inv_tensor *into, const inv_tensor *from);
/* Fails when several elements share one place: nothing can be written. */
inv_status inv_check_target(const inv_tensor *into);
/* A row-major tensor with the same elements: another owner of the same data
 * when `t` is row-major already. */
inv_status inv_tensor_to_contiguous(inv_tensor *out, const inv_tensor *t);
inv_status inv_tensor_clone(inv_tensor *out, const inv_tensor *t);
/* Converted; another owner of the same data when the dtype is the same. */
inv_status inv_tensor_convert(inv_tensor *out, const inv_tensor *t,
                              inv_dtype dtype);

#endif
