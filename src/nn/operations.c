/* The list of all operations that can be on the tape. */
#include "nn/layers.h"

extern const inv_operation inv_operation_conv2d, inv_operation_linear,
    inv_operation_batch_norm, inv_operation_max_pool, inv_operation_avg_pool,
    inv_operation_global_avg_pool, inv_operation_relu, inv_operation_dropout,
    inv_operation_softmax, inv_operation_log_softmax,
    inv_operation_cross_entropy, inv_operation_mse;

const inv_operation *const inv_operations[] = {
    &inv_operation_conv2d,
    &inv_operation_linear,
    &inv_operation_batch_norm,
    &inv_operation_max_pool,
    &inv_operation_avg_pool,
    &inv_operation_global_avg_pool,
    &inv_operation_relu,
    &inv_operation_dropout,
    &inv_operation_softmax,
    &inv_operation_log_softmax,
    &inv_operation_cross_entropy,
    &inv_operation_mse,
    NULL,
};
