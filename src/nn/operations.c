/* The list of all operations that can be on the tape. */
#include "nn/operations.h"

#include "nn/layers.h"

extern const inv_operation inv_unary_operations[INV_UNARY_OPS];
extern const inv_operation inv_binary_operations[INV_BINARY_OPS];
extern const inv_operation inv_reduce_operations[INV_REDUCTIONS];

extern const inv_operation inv_operation_conv2d, inv_operation_linear,
    inv_operation_batch_norm, inv_operation_max_pool, inv_operation_avg_pool,
    inv_operation_global_avg_pool, inv_operation_dropout, inv_operation_softmax,
    inv_operation_log_softmax, inv_operation_cross_entropy, inv_operation_mse,
    inv_operation_where, inv_operation_convert, inv_operation_clone,
    inv_operation_extreme, inv_operation_cumsum, inv_operation_matmul,
    inv_operation_slice, inv_operation_select, inv_operation_permute,
    inv_operation_reshape, inv_operation_expand, inv_operation_cat,
    inv_operation_index_select, inv_operation_gather, inv_operation_layer_norm,
    inv_operation_group_norm, inv_operation_attention, inv_operation_diag,
    inv_operation_triangle, inv_operation_inverse, inv_operation_solve,
    inv_operation_det, inv_operation_eigvalsh, inv_operation_svdvals;

static const inv_operation *const SINGLE[] = {
    &inv_operation_conv2d,      &inv_operation_linear,
    &inv_operation_batch_norm,  &inv_operation_max_pool,
    &inv_operation_avg_pool,    &inv_operation_global_avg_pool,
    &inv_operation_dropout,     &inv_operation_softmax,
    &inv_operation_log_softmax, &inv_operation_cross_entropy,
    &inv_operation_mse,         &inv_operation_where,
    &inv_operation_convert,     &inv_operation_clone,
    &inv_operation_extreme,     &inv_operation_cumsum,
    &inv_operation_matmul,      &inv_operation_slice,
    &inv_operation_select,      &inv_operation_permute,
    &inv_operation_reshape,     &inv_operation_expand,
    &inv_operation_cat,         &inv_operation_index_select,
    &inv_operation_gather,      &inv_operation_layer_norm,
    &inv_operation_group_norm,  &inv_operation_attention,
    &inv_operation_diag,        &inv_operation_triangle,
    &inv_operation_inverse,     &inv_operation_solve,
    &inv_operation_det,         &inv_operation_eigvalsh,
    &inv_operation_svdvals,
};

enum { SINGLES = sizeof SINGLE / sizeof *SINGLE };
enum { ALL = SINGLES + INV_UNARY_OPS + INV_BINARY_OPS + INV_REDUCTIONS };

const inv_operation *inv_operation_at(int i) {
  if (i < 0 || i >= ALL)
    return NULL;
  if (i < SINGLES)
    return SINGLE[i];
  i -= SINGLES;
  if (i < INV_UNARY_OPS)
    return &inv_unary_operations[i];
  i -= INV_UNARY_OPS;
  return i < INV_BINARY_OPS ? &inv_binary_operations[i]
                            : &inv_reduce_operations[i - INV_BINARY_OPS];
}
