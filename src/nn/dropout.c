/* Dropout. */
#include <string.h>

#include "base/parallel.h"
#include "base/vector.h"
#include "nn/layers.h"

enum { CHUNK = 1 << 15 };

typedef struct {
  const float *x, *by;
  float *y;
} job;

INV_VECTOR static void multiply(const float *restrict x,
                                const float *restrict by, float *restrict y,
                                size_t n) {
  for (size_t i = 0; i < n; i++)
    y[i] = x[i] * by[i];
}

static inv_status multiply_chunk(void *context, size_t begin, size_t end) {
  const job *j = context;
  multiply(j->x + begin, j->by + begin, j->y + begin, end - begin);
  return INV_OK;
}

/* y = x * mask, a new tensor like x; both row-major. */
static inv_status masked(inv_tensor *y, const inv_tensor *x,
                         const inv_tensor *mask) {
  INV_TRY(inv_tensor_new_like(y, x));
  job j = {inv_f32(x), inv_f32(mask), inv_f32(y)};
  inv_status status =
      inv_parallel((size_t)inv_tensor_count(x), CHUNK, multiply_chunk, &j);
  if (status != INV_OK)
    inv_tensor_release(y);
  return status;
}

/* 0 with probability p, else 1 / (1 - p). */
static inv_status draw_mask(inv_tensor *mask, const inv_tensor *like, double p,
                            inv_rng *rng) {
  INV_TRY(inv_tensor_new_like(mask, like));
  size_t n = (size_t)inv_tensor_count(mask);
  float *m = inv_f32(mask), kept = (float)(1 / (1 - p)), limit = (float)p;
  inv_rng_fill_uniform(rng, m, n, 0, 1);
  for (size_t i = 0; i < n; i++)
    m[i] = m[i] < limit ? 0 : kept;
  return INV_OK;
}

/* Saved: the mask. */
static inv_status dropout_backward(const inv_node *node, const inv_tensor *g,
                                   inv_tensor *gradients) {
  inv_tensor gy;
  INV_TRY(inv_tensor_to_contiguous(&gy, g));
  inv_status status = masked(&gradients[0], &gy, inv_node_saved(node, 0));
  inv_tensor_release(&gy);
  return status;
}

const inv_operation inv_operation_dropout = {"dropout", dropout_backward};

inv_status inv_variable_dropout(inv_variable *out, const inv_variable *x,
                                double p, inv_rng *rng) {
  inv_tensor input, mask = {0}, y = {0};
  if (!(p >= 0 && p < 1))
    return inv_fail(INV_ERR_ARGUMENT, "probability %g is not in [0, 1)", p);
  INV_TRY(inv_layer_input(&input, &x->value, "input", -1));
  inv_status status = draw_mask(&mask, &input, p, rng);
  if (status == INV_OK)
    status = masked(&y, &input, &mask);
  if (status == INV_OK)
    status =
        inv_tape_record(out, &y,
                        &(inv_entry){.operation = &inv_operation_dropout,
                                     .inputs = (const inv_variable *[]){x},
                                     .n_inputs = 1,
                                     .saved = (const inv_tensor *[]){&mask},
                                     .n_saved = 1});
  inv_tensor_release(&input);
  inv_tensor_release(&mask);
  return status;
}
