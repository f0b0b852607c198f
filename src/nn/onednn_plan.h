/* Convolutions that oneDNN has made ready. Making one takes milliseconds
 * (oneDNN generates machine code for it), so the latest few hundred are kept.
 * Only for the thread that runs Lua. */
#ifndef INV_NN_ONEDNN_PLAN_H
#define INV_NN_ONEDNN_PLAN_H

#include <stdbool.h>
#include <stdint.h>

#include "nn/backend.h"
#include "nn/onednn_library.h"

/* What a plan is made for; `conv.batch` samples at a time. All members are
 * ints, so that keys can be compared as bytes. */
typedef struct {
  inv_conv conv;
  inv_conv_way way;
  /* 1: y gets a bias, is added to what it was, goes through a ReLU */
  int bias, sum, relu;
} inv_onednn_key;

/* A primitive and the scratch memory that one run of it takes. */
typedef struct {
  dnnl_primitive_t primitive; /* NULL: there is nothing to do */
  size_t scratch;
} inv_onednn_step;

typedef struct {
  inv_onednn_key key;
  uint64_t used;               /* when, counted in look-ups */
  inv_onednn_step convolution; /* NULL: oneDNN has no fast code for it */
  /* Input, weights and output, or their gradients: what they are called, and
   * how they lie. Images are as Invar has them; weights are as oneDNN likes
   * them. */
  int x_argument, w_argument, y_argument;
  dnnl_memory_desc_t x, w, y, bias;
  dnnl_memory_desc_t weights; /* as Invar has them */
  inv_onednn_step reorder;    /* between `weights` and w */
} inv_onednn_plan;

/* The plan for `key`, made at the first call and owned by the cache: valid
 * until the next but one look-up. */
inv_status inv_onednn_find(const inv_onednn_key *key,
                           const inv_onednn_plan **plan);

/* A tensor that a primitive reads or writes. */
typedef struct {
  int argument; /* DNNL_ARG_SRC, ... */
  const dnnl_memory_desc_t *layout;
  const void *data;
} inv_onednn_place;

enum { INV_ONEDNN_PLACES = 4 };

/* Runs a step on the calling thread alone, over at most INV_ONEDNN_PLACES
 * tensors and scratch memory of its own. Threads may run the same step at the
 * same time. */
inv_status inv_onednn_run(const inv_onednn_step *step, int n,
                          const inv_onednn_place *places);

#endif
