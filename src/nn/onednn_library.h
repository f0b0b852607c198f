/* oneDNN's library, found at run time, so that one program works with and
 * without it and starts no slower for it. Its header is wanted when Invar is
 * compiled: INV_ONEDNN says that it was there. */
#ifndef INV_NN_ONEDNN_LIBRARY_H
#define INV_NN_ONEDNN_LIBRARY_H

#include "base/error.h"

/* Loads the library at the first call, of any thread. A failure, which later
 * calls repeat, says what is missing and how to get it. */
inv_status inv_onednn_load(void);

#ifdef INV_ONEDNN
#include <oneapi/dnnl/dnnl.h>

/* What is used of the library; the C names begin with dnnl_. */
#define INV_ONEDNN_FUNCTIONS(X)                                                \
  X(version)                                                                   \
  X(sgemm)                                                                     \
  X(set_primitive_cache_capacity)                                              \
  X(engine_create)                                                             \
  X(stream_create)                                                             \
  X(stream_wait)                                                               \
  X(stream_destroy)                                                            \
  X(memory_desc_init_by_tag)                                                   \
  X(memory_desc_equal)                                                         \
  X(memory_desc_get_size)                                                      \
  X(memory_create)                                                             \
  X(memory_destroy)                                                            \
  X(primitive_attr_create)                                                     \
  X(primitive_attr_clone)                                                      \
  X(primitive_attr_destroy)                                                    \
  X(primitive_attr_set_scratchpad_mode)                                        \
  X(primitive_attr_set_post_ops)                                               \
  X(post_ops_create)                                                           \
  X(post_ops_append_sum)                                                       \
  X(post_ops_append_eltwise)                                                   \
  X(post_ops_destroy)                                                          \
  X(dilated_convolution_forward_desc_init)                                     \
  X(dilated_convolution_backward_data_desc_init)                               \
  X(dilated_convolution_backward_weights_desc_init)                            \
  X(primitive_desc_create)                                                     \
  X(reorder_primitive_desc_create)                                             \
  X(primitive_desc_query)                                                      \
  X(primitive_desc_query_md)                                                   \
  X(primitive_desc_destroy)                                                    \
  X(primitive_create)                                                          \
  X(primitive_execute)                                                         \
  X(primitive_destroy)

typedef struct {
#define INV_ONEDNN_FIELD(name) __typeof__(dnnl_##name) *name;
  INV_ONEDNN_FUNCTIONS(INV_ONEDNN_FIELD)
#undef INV_ONEDNN_FIELD
  dnnl_engine_t engine;
  dnnl_primitive_attr_t attributes; /* scratch memory is Invar's */
} inv_onednn_library;

/* Filled in once inv_onednn_load has succeeded. */
extern inv_onednn_library inv_onednn;

/* oneDNN's code, and what it does with scratch memory, depend on the number of
 * threads: between begin and end the calling thread has no others. */
int inv_onednn_begin(void);
void inv_onednn_end(int threads);

/* INV_OK, or the failure that oneDNN's status stands for. */
inv_status inv_onednn_check(dnnl_status_t status);
#endif

#endif
