/* Convolutions that oneDNN has made ready. Making one takes milliseconds
 * (oneDNN generates machine code for it), so the latest few hundred are kept.
 * Only for the thread that runs Lua. */
#ifndef INV_NN_ONEDNN_PLAN_H
#define INV_NN_ONEDNN_PLAN_H

#include <stdbool.h>
#include <stdint.h>

#include "nn/backend.h"
#include "nn/onednn_library.h"

typedef enum {
  INV_ONEDNN_FORWARD,
  INV_ONEDNN_BACKWARD_INPUT,
  INV_ONEDNN_BACKWARD_WEIGHTS
} inv_onednn_way;

typedef enum { INV_ONEDNN_DIRECT, INV_ONEDNN_WINOGRAD } inv_onednn_algorithm;

/* What a plan is made for; `conv.batch` samples at a time. All members are
 * ints, so that keys can be compared as bytes. */
typedef struct {
  inv_conv conv;
  inv_onednn_way way;
  inv_onednn_algorithm algorithm;
  int bias; /* 1: y gets a bias */
} inv_onednn_key;

/* A primitive and the scratch memory that one run of it takes. */
typedef struct {
  dnnl_primitive_t primitive; /* NULL: there is nothing to do */
  size_t scratch;
} inv_onednn_step;

/* One of the three tensors of a convolution: input, weights and output, or
 * their gradients. */
typedef struct {
  int argument;             /* DNNL_ARG_SRC, ... */
  dnnl_memory_desc_t outer; /* as Invar has it */
  dnnl_memory_desc_t inner; /* as the convolution wants it */
  inv_onednn_step reorder;  /* from one to the other, where they differ */
} inv_onednn_operand;

typedef struct {
  inv_onednn_key key;
  uint64_t used;               /* when, counted in look-ups */
  inv_onednn_step convolution; /* NULL: oneDNN has no fast code for it */
  inv_onednn_operand x, w, y;
  dnnl_memory_desc_t bias;
} inv_onednn_plan;

/* The plan for `key`, made at the first call and owned by the cache: valid
 * until the next but one look-up. */
inv_status inv_onednn_find(const inv_onednn_key *key,
                           const inv_onednn_plan **plan);

/* oneDNN's code, and what it does with memory, depend on the number of threads
 * it may use. Invar runs it on one thread per part of a batch: between begin
 * and end the calling thread has no others. */
int inv_onednn_begin(void);
void inv_onednn_end(int threads);

/* INV_OK, or the failure that oneDNN's status stands for. */
inv_status inv_onednn_check(dnnl_status_t status);

#endif
