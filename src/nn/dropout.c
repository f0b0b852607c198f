/* Dropout: what is kept is remembered in a byte per element. */
#include "base/bfloat16.h"
#include "base/parallel.h"
#include "base/vector.h"
#include "nn/layers.h"

/* Multiples of 64, the groups that random numbers are drawn in. */
enum { BLOCK = 1 << 10, CHUNK = 32 * BLOCK };

typedef struct {
  const inv_rng *rng; /* NULL: backward, nothing is drawn */
  double p;
  bool half;
  const void *x;
  void *y;
  uint8_t *kept;
} job;

INV_VECTOR static void draw_kept(const float *restrict draws, size_t n,
                                 float limit, uint8_t *restrict kept) {
  for (size_t i = 0; i < n; i++)
    kept[i] = !(draws[i] < limit);
}

/* HALF is a constant where this is used. */
INV_INLINE void multiply(bool HALF, const void *restrict x,
                         const uint8_t *restrict kept, float factor,
                         void *restrict y, size_t begin, size_t end) {
  for (size_t i = begin; i < end; i++)
    inv_store(HALF, y, i, inv_load(HALF, x, i) * ((float)kept[i] * factor));
}

INV_VECTOR static void multiply_any(const job *j, size_t begin, size_t end) {
  float factor = (float)(1 / (1 - j->p));
  if (j->half)
    multiply(true, j->x, j->kept, factor, j->y, begin, end);
  else
    multiply(false, j->x, j->kept, factor, j->y, begin, end);
}

static inv_status chunk(void *context, size_t begin, size_t end) {
  const job *j = context;
  float draws[BLOCK];
  for (size_t at = begin; at < end && j->rng; at += BLOCK) {
    size_t n = end - at < BLOCK ? end - at : BLOCK;
    inv_rng own = *j->rng;
    inv_rng_skip(&own, at);
    inv_rng_fill_uniform(&own, draws, n, 0, 1);
    draw_kept(draws, n, (float)j->p, j->kept + at);
  }
  multiply_any(j, begin, end);
  return INV_OK;
}

/* y = x times 0 or 1 / (1 - p), a new tensor like x, which is row-major. */
static inv_status run(inv_tensor *y, const inv_tensor *x,
                      const inv_tensor *kept, double p, const inv_rng *rng) {
  INV_TRY(inv_tensor_new_like(y, x));
  job j = {rng, p, x->dtype == INV_BFLOAT16, x->data, y->data, inv_u8(kept)};
  inv_status status =
      inv_parallel((size_t)inv_tensor_count(x), CHUNK, chunk, &j);
  if (status != INV_OK)
    inv_tensor_release(y);
  return status;
}

/* Saved: what was kept. Attributes: the probability. */
static inv_status dropout_backward(const inv_node *node, const inv_tensor *g,
                                   inv_tensor *gradients) {
  inv_tensor gy;
  INV_TRY(inv_tensor_to_contiguous(&gy, g));
  inv_status status = run(&gradients[0], &gy, inv_node_saved(node, 0),
                          *(const double *)node->attributes, NULL);
  inv_tensor_release(&gy);
  return status;
}

const inv_operation inv_operation_dropout = {"dropout", dropout_backward};

inv_status inv_variable_dropout(inv_variable *out, const inv_variable *x,
                                double p, inv_rng *rng) {
  inv_tensor input, kept = {0}, y = {0};
  if (!(p >= 0 && p < 1))
    return inv_fail(INV_ERR_ARGUMENT, "probability %g is not in [0, 1)", p);
  INV_TRY(inv_layer_activations(&input, &x->value, "input", -1));
  size_t n = (size_t)inv_tensor_count(&input);
  inv_status status = inv_tensor_new(&kept, INV_UINT8, input.dims, input.shape);
  if (status == INV_OK)
    status = run(&y, &input, &kept, p, rng);
  if (status == INV_OK) {
    inv_rng_skip(rng, (n + 63) / 64 * 64);
    status =
        inv_tape_record(out, &y,
                        &(inv_entry){.operation = &inv_operation_dropout,
                                     .inputs = (const inv_variable *[]){x},
                                     .n_inputs = 1,
                                     .saved = (const inv_tensor *[]){&kept},
                                     .n_saved = 1,
                                     .attributes = &p,
                                     .attribute_bytes = sizeof p});
  }
  inv_tensor_release(&input);
  inv_tensor_release(&kept);
  return status;
}
