/* The tape: reverse-mode differentiation of what was computed (define-by-run).
 * Each operation on a variable that wants a gradient leaves a node with its
 * inputs and the tensors its backward needs. Nodes are counted and point only
 * to older nodes, so there are no cycles: a graph is freed as soon as its last
 * variable is. Used by the Lua thread only; other threads never see nodes. */
#ifndef INV_NN_TAPE_H
#define INV_NN_TAPE_H

#include "nn/variable.h"

/* What a differentiable operation is. `backward` gets the gradient of the loss
 * with respect to the node's output (any strides) and fills in those with
 * respect to the inputs that inv_node_wants() names; `gradients` come closed,
 * one per input, and those filled in belong to the tape, also on failure. A
 * gradient may share storage with `gradient`. */
typedef struct {
  const char *name; /* as in Lua: "conv2d" */
  inv_status (*backward)(const inv_node *node, const inv_tensor *gradient,
                         inv_tensor *gradients);
} inv_operation;

/* Makes the value of a node's output again, bit for bit, from what the node
 * saved; `out` belongs to the tape, also on failure. Activations are most of
 * the memory that training takes, and some cost little beside the convolution
 * or product that reads them: a norm with its ReLU is one pass over an input
 * that is saved anyway. Such a value is not saved by those that read it: it is
 * made again when backward comes to the newest of them and dropped when it
 * comes to the operation that made it; backward functions do not notice. What
 * it is made of must be unchanged, as all that is saved; a value that was
 * itself changed in place before it was read is saved as it was read. */
typedef inv_status inv_recompute(const inv_node *node, inv_tensor *out);

typedef struct {
  inv_tensor tensor; /* closed where the operation saved nothing */
  uint64_t version;  /* of its storage when it was saved */
  inv_node *maker;   /* the input that makes the tensor again while backward is
                        at this node, or NULL */
} inv_saved;

struct inv_node {
  const inv_operation *operation; /* NULL: a leaf, which keeps its gradient */
  uint64_t number;                /* newer nodes have larger ones */
  int owners;
  bool queued, used; /* inside backward; backward went through it */
  inv_dtype dtype;   /* of the value, and so of the gradient */
  int dims;
  int64_t shape[INV_MAX_DIMS];
  inv_tensor gradient;      /* closed: none yet */
  inv_recompute *recompute; /* NULL: those who need the value save it */
  int steps;                /* from what is saved to the value made again */
  uint64_t version;         /* of the value's storage when it was made */
  inv_tensor again;         /* during backward: the value made again */
  inv_node *next;           /* the list of those to be freed */
  int n_inputs, n_saved;
  inv_node **inputs; /* NULL for constants */
  inv_saved *saved;
  void *attributes; /* the operation's settings */
};

/* ---- recording ---------------------------------------------------------- */

/* Whether operations are recorded (the start) or not (no_grad). */
bool inv_tape_recording(void);
void inv_tape_set_recording(bool recording);

/* Whether an operation on this variable is recorded now. */
bool inv_wants_gradient(const inv_variable *variable);

/* One operation to be recorded. Null pointers among `saved` are allowed. */
typedef struct {
  const inv_operation *operation;
  const inv_variable *const *inputs;
  int n_inputs;
  const inv_tensor *const *saved;
  int n_saved;
  const void *attributes; /* copied */
  size_t attribute_bytes;
  inv_recompute *recompute; /* or NULL; for what costs about one pass */
} inv_entry;

/* Makes `out` the variable of `value`, which it takes over (and releases on
 * failure). Without an input that wants a gradient, and for integer values,
 * nothing is recorded. */
inv_status inv_tape_record(inv_variable *out, inv_tensor *value,
                           const inv_entry *entry);

/* Makes a variable a leaf (its operations are recorded and its gradient is
 * kept) or a constant. Float32 and float64 only, because steps of optimisers
 * vanish in bfloat16; a variable computed by a recorded operation is refused.
 */
inv_status inv_variable_require_gradient(inv_variable *variable, bool wanted);

/* Fails when `variable` may not be overwritten: its past is on the tape. */
inv_status inv_variable_check_write(const inv_variable *variable);

/* The same value as a constant. */
inv_variable inv_variable_detach(const inv_variable *variable);

/* ---- going back --------------------------------------------------------- */

/* Adds the gradients of `loss` to its leaves. `seed` is the gradient with
 * respect to `loss` itself; NULL where that is one element, for 1. Saved
 * tensors are freed on the way unless `keep`, so that the same graph can be
 * gone through once. Fails where a saved tensor was overwritten since. */
inv_status inv_backward(const inv_variable *loss, const inv_tensor *seed,
                        bool keep);

/* For backward functions: whether input `i` needs its gradient. */
static inline bool inv_node_wants(const inv_node *node, int i) {
  return node->inputs[i] != NULL;
}

/* For backward functions: saved tensor `i`. */
static inline const inv_tensor *inv_node_saved(const inv_node *node, int i) {
  return &node->saved[i].tensor;
}

/* ---- gradients of leaves ------------------------------------------------ */

/* The gradient so far (closed when there is none), or NULL for no leaf. */
inv_tensor *inv_variable_gradient(const inv_variable *variable);

/* ---- nodes -------------------------------------------------------------- */

inv_node *inv_node_retain(inv_node *node); /* NULL is allowed */
void inv_node_release(inv_node *node);

/* For tests: called for each gradient that a backward function made, so that
 * planted faults can show that a gradient check is able to fail. */
extern void (*inv_backward_fault)(const inv_operation *operation, int input,
                                  inv_tensor *gradient);

/* For tests: false, and everything is saved. */
extern bool inv_tape_may_recompute;

#endif
