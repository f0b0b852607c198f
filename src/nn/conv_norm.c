/* Convolution and batch normalisation in evaluation as one convolution: with
 * s = weight / sqrt(variance + epsilon), w' = s w and b' = s (b - mean) + bias
 * per output channel. Nothing but the result is ever stored. */
#include <math.h>
#include <stdatomic.h>

#include "base/parallel.h"
#include "base/vector.h"
#include "nn/conv.h"

/* ---- folding ------------------------------------------------------------ */

/* Weights of a chunk of channels. */
enum { CHUNK_FLOATS = 1 << 14 };

typedef struct {
  const float *w, *scale;
  float *folded;
  size_t row;        /* weights of one channel */
  atomic_bool wrong; /* a folded weight is no number */
} fold_job;

INV_VECTOR static int scale_row(size_t n, float scale, const float *restrict w,
                                float *restrict folded) {
  int wrong = 0;
  for (size_t i = 0; i < n; i++) {
    folded[i] = scale * w[i];
    wrong |= !(fabsf(folded[i]) <= 0x1p127f);
  }
  return wrong;
}

static inv_status scale_rows(void *context, size_t begin, size_t end) {
  fold_job *job = context;
  for (; begin < end; begin++)
    if (scale_row(job->row, job->scale[begin], job->w + begin * job->row,
                  job->folded + begin * job->row))
      job->wrong = true;
  return INV_OK;
}

static float element(const inv_tensor *vector, int64_t c) {
  return inv_f32(vector)[c * vector->strides[0]];
}

/* s and b' of all channels: (2, channels). False where one is no number. */
static bool fold_shift(const inv_variable *bias, const inv_conv_norm *norm,
                       int64_t channels, float *table) {
  bool right = true;
  for (int64_t c = 0; c < channels; c++) {
    double variance = element(norm->running_variance, c);
    float s = (float)(1 / sqrt(variance + norm->epsilon));
    float b =
        (bias ? element(&bias->value, c) : 0) - element(norm->running_mean, c);
    s *= norm->weight ? element(&norm->weight->value, c) : 1;
    table[c] = s;
    table[channels + c] =
        s * b + (norm->bias ? element(&norm->bias->value, c) : 0);
    right = right && isfinite(s) && isfinite(table[channels + c]);
  }
  return right;
}

/* w' and, in row 1 of `table`, b'. `right` is false where an element is no
 * number: what that makes of a ReLU's result depends on the backend. */
static inv_status fold(const inv_tensor *w, const inv_variable *bias,
                       const inv_conv_norm *norm, inv_tensor *folded,
                       inv_tensor *table, bool *right) {
  int64_t channels = w->shape[0];
  INV_TRY(inv_tensor_new(table, INV_FLOAT32, 2, (int64_t[]){2, channels}));
  *right = fold_shift(bias, norm, channels, inv_f32(table));
  INV_TRY(inv_tensor_new_like(folded, w));
  fold_job job = {.w = inv_f32(w),
                  .scale = inv_f32(table),
                  .folded = inv_f32(folded),
                  .row = (size_t)(inv_tensor_count(w) / channels)};
  INV_TRY(inv_parallel((size_t)channels, CHUNK_FLOATS / job.row + 1, scale_rows,
                       &job));
  *right = *right && !job.wrong;
  return INV_OK;
}

/* ---- the operation ------------------------------------------------------ */

static inv_status check(const inv_conv *v, const inv_variable *bias,
                        const inv_conv_norm *norm) {
  char a[96], b[96];
  int64_t n = v->out_channels;
  int64_t shape[] = {v->batch, v->out_height, v->out_width, n};
  if (bias)
    INV_TRY(inv_layer_check_vector(&bias->value, "bias", n));
  if (norm->weight)
    INV_TRY(
        inv_layer_check_vector(&norm->weight->value, "the norm's weight", n));
  if (norm->bias)
    INV_TRY(inv_layer_check_vector(&norm->bias->value, "the norm's bias", n));
  INV_TRY(inv_layer_check_vector(norm->running_mean, "running mean", n));
  INV_TRY(
      inv_layer_check_vector(norm->running_variance, "running variance", n));
  if (!norm->residual)
    return INV_OK;
  const inv_tensor *r = &norm->residual->value;
  bool same = r->dtype == v->dtype && r->dims == 4;
  for (int d = 0; d < 4 && same; d++)
    same = r->shape[d] == shape[d];
  if (same)
    return INV_OK;
  return inv_fail(INV_ERR_ARGUMENT, "output is %s %s, the residual %s %s",
                  inv_dtype_name(v->dtype), inv_shape_text(a, 4, shape),
                  inv_dtype_name(r->dtype),
                  inv_shape_text(b, r->dims, r->shape));
}

/* The convolution with folded weights; `done` is false where they are not all
 * numbers. x and w are row-major, w float32. */
static inv_status run_folded(inv_tensor *y, const inv_tensor *x,
                             const inv_tensor *w, const inv_variable *bias,
                             const inv_conv_options *options,
                             const inv_conv_norm *norm, bool *done) {
  inv_conv v;
  inv_tensor folded = {0}, table = {0}, added = {0};
  INV_TRY(inv_conv_make(&v, x, w, options));
  INV_TRY(check(&v, bias, norm));
  inv_status status = fold(w, bias, norm, &folded, &table, done);
  if (status == INV_OK && *done && norm->residual)
    status = inv_tensor_to_contiguous(&added, &norm->residual->value);
  if (status == INV_OK && *done) {
    inv_epilogue epilogue = {inv_f32(&table) + v.out_channels, added.data,
                             norm->relu};
    status = inv_conv_run(y, &v, x, &folded, &epilogue);
  }
  inv_tensor_release(&folded);
  inv_tensor_release(&table);
  inv_tensor_release(&added);
  return status;
}

static inv_status run_apart(inv_variable *out, const inv_variable *x,
                            const inv_variable *weight,
                            const inv_variable *bias,
                            const inv_conv_options *options,
                            const inv_conv_norm *norm) {
  inv_variable y;
  INV_TRY(inv_variable_conv2d(&y, x, weight, bias, options));
  inv_status status = inv_variable_batch_norm(
      out, &y, norm->weight, norm->bias, norm->running_mean,
      norm->running_variance, norm->residual,
      &(inv_batch_norm_options){.relu = norm->relu, .epsilon = norm->epsilon});
  inv_variable_release(&y);
  return status;
}

inv_status inv_variable_conv_norm(inv_variable *out, const inv_variable *x,
                                  const inv_variable *weight,
                                  const inv_variable *bias,
                                  const inv_conv_options *options,
                                  const inv_conv_norm *norm) {
  const inv_variable *const inputs[] = {
      x, weight, bias, norm->weight, norm->bias, norm->residual};
  for (size_t i = 0; i < sizeof inputs / sizeof *inputs; i++)
    if (inputs[i] && inv_wants_gradient(inputs[i]))
      return run_apart(out, x, weight, bias, options, norm);
  inv_tensor input, w = {0}, y;
  bool done = false;
  INV_TRY(inv_layer_activations(&input, &x->value, "input", 4));
  inv_status status = inv_layer_input(&w, &weight->value, "weight", 4);
  if (status == INV_OK)
    status = run_folded(&y, &input, &w, bias, options, norm, &done);
  inv_tensor_release(&input);
  inv_tensor_release(&w);
  if (status == INV_OK && !done)
    return run_apart(out, x, weight, bias, options, norm);
  if (status == INV_OK)
    *out = (inv_variable){y, NULL};
  return status;
}
