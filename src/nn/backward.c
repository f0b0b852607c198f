/* Going back along the tape, newest node first, without recursion. */
#include <string.h>

#include "base/interrupt.h"
#include "base/memory.h"
#include "nn/tape.h"
#include "tensor/arithmetic.h"

void (*inv_backward_fault)(const inv_operation *operation, int input,
                           inv_tensor *gradient);

/* ---- sums of gradients -------------------------------------------------- */

/* Whether the tensor may be added to: nobody else sees it. */
static bool own(const inv_tensor *t) {
  return inv_tensor_sole_owner(t) && inv_tensor_contiguous(t);
}

/* Replaces a tensor by a copy that nobody else sees, if need be. */
static inv_status make_own(inv_tensor *t) {
  inv_tensor copy;
  if (own(t))
    return INV_OK;
  INV_TRY(inv_tensor_clone(&copy, t));
  inv_tensor_release(t);
  *t = copy;
  return INV_OK;
}

static inv_status check_shape(const inv_node *node, const inv_tensor *g) {
  char a[96], b[96];
  if (g->dtype == node->dtype && g->dims == node->dims &&
      memcmp(g->shape, node->shape, (size_t)g->dims * sizeof *g->shape) == 0)
    return INV_OK;
  return inv_fail(
      INV_ERR_ARGUMENT, "gradient is %s %s, the tensor %s %s",
      inv_dtype_name(g->dtype), inv_shape_text(a, g->dims, g->shape),
      inv_dtype_name(node->dtype), inv_shape_text(b, node->dims, node->shape));
}

/* Adds `g`, which is taken over, to the node's gradient. */
static inv_status accumulate(inv_node *node, inv_tensor *g) {
  inv_status status = check_shape(node, g);
  if (status != INV_OK) {
  } else if (!node->gradient.storage) {
    if (!node->operation)
      status = make_own(g);
    if (status == INV_OK) {
      node->gradient = *g;
      *g = (inv_tensor){0};
    }
  } else {
    if (!own(&node->gradient) && own(g)) { /* the sum is made in place of g */
      inv_tensor so_far = node->gradient;
      node->gradient = *g;
      *g = so_far;
    }
    status = make_own(&node->gradient);
    if (status == INV_OK)
      status = inv_tensor_add_scaled(&node->gradient, g, 1);
  }
  inv_tensor_release(g);
  return status;
}

/* ---- the nodes still to be visited -------------------------------------- */

/* A heap with the newest node on top: all that use a node's value are newer,
 * so its gradient is complete when it comes to the top. */
typedef struct {
  inv_node **nodes;
  size_t count, room;
} queue;

static inv_status push(queue *q, inv_node *node) {
  if (node->queued)
    return INV_OK;
  if (q->count == q->room) {
    size_t room = q->room ? 2 * q->room : 64;
    inv_node **nodes = inv_realloc(q->nodes, room * sizeof *nodes);
    if (!nodes)
      return inv_fail_memory(room * sizeof *nodes);
    q->nodes = nodes;
    q->room = room;
  }
  size_t i = q->count++;
  for (; i > 0 && q->nodes[(i - 1) / 2]->number < node->number; i = (i - 1) / 2)
    q->nodes[i] = q->nodes[(i - 1) / 2];
  q->nodes[i] = node;
  node->queued = true;
  return INV_OK;
}

static inv_node *pop(queue *q) {
  inv_node *top = q->nodes[0], *last = q->nodes[--q->count];
  size_t i = 0;
  for (;;) {
    size_t child = 2 * i + 1;
    if (child + 1 < q->count &&
        q->nodes[child + 1]->number > q->nodes[child]->number)
      child++;
    if (child >= q->count || q->nodes[child]->number <= last->number)
      break;
    q->nodes[i] = q->nodes[child];
    i = child;
  }
  if (q->count)
    q->nodes[i] = last;
  top->queued = false;
  return top;
}

/* ---- one node ----------------------------------------------------------- */

static inv_status check_usable(const inv_node *node) {
  if (node->used)
    return inv_fail(INV_ERR_ARGUMENT,
                    "backward went through this graph already and freed what "
                    "it had saved: compute the loss again (or keep the graph "
                    "with backward{keep=true})");
  for (int i = 0; i < node->n_saved; i++) {
    const inv_saved *saved = &node->saved[i];
    if (saved->tensor.storage &&
        inv_tensor_version(&saved->tensor) != saved->version)
      return inv_fail(INV_ERR_ARGUMENT,
                      "a tensor that the gradient of %s needs was modified in "
                      "place after it was used",
                      node->operation->name);
  }
  return INV_OK;
}

static void drop_restored(inv_node *node) {
  for (int i = 0; i < node->n_saved; i++)
    if (node->saved[i].maker)
      inv_tensor_release(&node->saved[i].tensor);
}

/* Makes again what is not saved because the node's inputs can. Those are queued
 * whether a gradient comes to them or not: it is dropped when they are visited.
 * As deep as MOST_STEPS in tape.c. */
static inv_status restore(queue *q, inv_node *node) {
  for (int i = 0; i < node->n_saved; i++) {
    inv_node *maker = node->saved[i].maker;
    if (!maker)
      continue;
    if (!maker->again.storage) {
      INV_TRY(check_usable(maker));
      INV_TRY(push(q, maker));
      inv_status status = restore(q, maker);
      if (status == INV_OK)
        status = maker->recompute(maker, &maker->again);
      drop_restored(maker);
      INV_TRY(status);
    }
    node->saved[i].tensor = inv_tensor_retain(&maker->again);
  }
  return INV_OK;
}

/* Runs the operation's backward function and hands its results on. */
static inv_status visit(queue *q, inv_node *node, inv_tensor *gradients) {
  const inv_operation *operation = node->operation;
  memset(gradients, 0, (size_t)node->n_inputs * sizeof *gradients);
  inv_tensor gradient = node->gradient;
  node->gradient = (inv_tensor){0};
  inv_status status = operation->backward(node, &gradient, gradients);
  inv_tensor_release(&gradient);
  for (int i = 0; i < node->n_inputs; i++) {
    if (status == INV_OK && node->inputs[i] && gradients[i].storage) {
      if (inv_backward_fault)
        inv_backward_fault(operation, i, &gradients[i]);
      status = push(q, node->inputs[i]);
      if (status == INV_OK)
        status = accumulate(node->inputs[i], &gradients[i]);
    }
    inv_tensor_release(&gradients[i]);
  }
  return status;
}

static void release_saved(inv_node *node) {
  for (int i = 0; i < node->n_saved; i++)
    inv_tensor_release(&node->saved[i].tensor);
  node->used = true;
}

/* visit() with room for the gradients of all inputs. */
static inv_status visit_with_room(queue *q, inv_node *node) {
  enum { FEW = 8 };
  inv_tensor few[FEW], *gradients = few;
  if (node->n_inputs > FEW) {
    gradients = inv_alloc_array((size_t)node->n_inputs, sizeof *gradients);
    if (!gradients)
      return inv_fail_memory((size_t)node->n_inputs * sizeof *gradients);
  }
  inv_status status = visit(q, node, gradients);
  if (gradients != few)
    inv_free(gradients);
  return status;
}

static inv_status visit_next(queue *q, bool keep) {
  inv_node *node = pop(q);
  if (!node->operation) /* a leaf keeps what it has */
    return INV_OK;
  inv_tensor_release(&node->again);
  if (!node->gradient.storage) /* it only made its value again */
    return INV_OK;
  inv_status status = check_usable(node);
  if (status == INV_OK)
    status = inv_check_interrupt();
  if (status == INV_OK)
    status = restore(q, node);
  if (status == INV_OK)
    status = visit_with_room(q, node);
  drop_restored(node);
  inv_tensor_release(&node->gradient); /* there still is one after a failure */
  if (status == INV_OK && !keep)
    release_saved(node);
  return status;
}

/* ---- the whole ---------------------------------------------------------- */

/* The gradient of the loss with respect to itself. */
static inv_status make_seed(inv_tensor *out, const inv_variable *loss,
                            const inv_tensor *seed) {
  char text[96];
  const inv_tensor *value = &loss->value;
  if (!loss->node)
    return inv_fail(INV_ERR_ARGUMENT,
                    "nothing to differentiate: the tensor depends on none "
                    "with requires_grad_() (or was computed in nn.no_grad)");
  if (seed) {
    *out = inv_tensor_retain(seed);
    return INV_OK;
  }
  if (inv_tensor_count(value) != 1)
    return inv_fail(INV_ERR_ARGUMENT,
                    "the tensor has shape %s: backward starts from one "
                    "element, or takes a gradient of that shape",
                    inv_shape_text(text, value->dims, value->shape));
  INV_TRY(inv_tensor_new_like(out, value));
  inv_tensor_set(out, (int64_t[INV_MAX_DIMS]){0}, 1);
  return INV_OK;
}

inv_status inv_backward(const inv_variable *loss, const inv_tensor *seed,
                        bool keep) {
  inv_tensor gradient;
  INV_TRY(make_seed(&gradient, loss, seed));
  queue q = {0};
  inv_node *root = inv_node_retain(loss->node);
  inv_status status = push(&q, root);
  if (status == INV_OK)
    status = accumulate(root, &gradient);
  inv_tensor_release(&gradient);
  while (status == INV_OK && q.count)
    status = visit_next(&q, keep);
  while (q.count) { /* a failure: forget what was on its way */
    inv_node *node = pop(&q);
    inv_tensor_release(&node->again);
    if (node->operation)
      inv_tensor_release(&node->gradient);
  }
  inv_free(q.nodes);
  inv_node_release(root);
  return status;
}
