/* Recording and freeing nodes; going back through them is in backward.c. */
#include "nn/tape.h"

#include <string.h>

#include "base/memory.h"

static _Thread_local bool recording = true;
static uint64_t last_number;
bool inv_tape_may_recompute = true;

bool inv_tape_recording(void) {
  return recording;
}
void inv_tape_set_recording(bool value) {
  recording = value;
}

bool inv_wants_gradient(const inv_variable *variable) {
  return recording && variable->node;
}

/* One block: the node, its inputs, its saved tensors, its attributes. */
static inv_node *new_node(const inv_tensor *value, int n_inputs, int n_saved,
                          size_t attribute_bytes) {
  size_t at_saved = sizeof(inv_node) + (size_t)n_inputs * sizeof(inv_node *);
  at_saved = (at_saved + 15) / 16 * 16;
  size_t at_attributes = at_saved + (size_t)n_saved * sizeof(inv_saved);
  inv_node *node = inv_alloc_zero(1, at_attributes + attribute_bytes);
  if (!node)
    return NULL;
  node->number = ++last_number;
  node->owners = 1;
  node->version = inv_tensor_version(value);
  node->dtype = value->dtype;
  node->dims = value->dims;
  memcpy(node->shape, value->shape, sizeof node->shape);
  node->n_inputs = n_inputs;
  node->n_saved = n_saved;
  node->inputs = (inv_node **)(node + 1);
  node->saved = (inv_saved *)((char *)node + at_saved);
  node->attributes = (char *)node + at_attributes;
  return node;
}

inv_node *inv_node_retain(inv_node *node) {
  if (node)
    node->owners++;
  return node;
}

/* A list instead of recursion: a chain of operations may be as long as a
 * training run. */
void inv_node_release(inv_node *node) {
  if (!node || --node->owners > 0)
    return;
  node->next = NULL;
  while (node) {
    inv_node *freed = node;
    node = node->next;
    for (int i = 0; i < freed->n_inputs; i++) {
      inv_node *input = freed->inputs[i];
      if (input && --input->owners == 0) {
        input->next = node;
        node = input;
      }
    }
    for (int i = 0; i < freed->n_saved; i++)
      inv_tensor_release(&freed->saved[i].tensor);
    inv_tensor_release(&freed->gradient);
    inv_tensor_release(&freed->again);
    inv_free(freed);
  }
}

static bool any_wants(const inv_entry *entry) {
  for (int i = 0; i < entry->n_inputs; i++)
    if (inv_wants_gradient(entry->inputs[i]))
      return true;
  return false;
}

/* Values may be made again from values made again, so many in a row. */
enum { MOST_STEPS = 2 };

static bool same_tensor(const inv_tensor *a, const inv_tensor *b) {
  return a->data == b->data && a->dtype == b->dtype &&
         inv_tensor_same_shape(a, b) &&
         memcmp(a->strides, b->strides, (size_t)a->dims * sizeof *a->strides) ==
             0;
}

/* The input of which `saved` is the value, where that is made again. */
static inv_node *maker_of(const inv_entry *entry, const inv_tensor *saved) {
  for (int i = 0; i < entry->n_inputs; i++) {
    inv_node *node = entry->inputs[i]->node;
    if (node && node->recompute && inv_tensor_version(saved) == node->version &&
        same_tensor(&entry->inputs[i]->value, saved))
      return node;
  }
  return NULL;
}

static void save(inv_node *node, const inv_entry *entry) {
  node->steps = 1;
  for (int i = 0; i < entry->n_saved; i++) {
    inv_saved *saved = &node->saved[i];
    if (!entry->saved[i] || !entry->saved[i]->storage)
      continue;
    saved->maker = maker_of(entry, entry->saved[i]);
    if (saved->maker) {
      int steps = saved->maker->steps + 1;
      node->steps = node->steps < steps ? steps : node->steps;
    } else {
      saved->tensor = inv_tensor_retain(entry->saved[i]);
      saved->version = inv_tensor_version(entry->saved[i]);
    }
  }
  if (node->steps <= MOST_STEPS && inv_tape_may_recompute)
    node->recompute = entry->recompute;
}

inv_status inv_tape_record(inv_variable *out, inv_tensor *value,
                           const inv_entry *entry) {
  inv_node *node = NULL;
  bool real = value->dtype != INV_UINT8 && value->dtype != INV_INT32;
  if (real && any_wants(entry)) {
    node = new_node(value, entry->n_inputs, entry->n_saved,
                    entry->attribute_bytes);
    if (!node) {
      inv_tensor_release(value);
      return inv_fail_memory(sizeof *node);
    }
    node->operation = entry->operation;
    for (int i = 0; i < entry->n_inputs; i++)
      node->inputs[i] = inv_node_retain(entry->inputs[i]->node);
    save(node, entry);
    if (entry->attribute_bytes)
      memcpy(node->attributes, entry->attributes, entry->attribute_bytes);
  }
  *out = (inv_variable){*value, node};
  *value = (inv_tensor){0};
  return INV_OK;
}

inv_status inv_variable_require_gradient(inv_variable *variable, bool wanted) {
  inv_node *node = variable->node;
  if (node && node->operation)
    return inv_fail(INV_ERR_ARGUMENT,
                    "the tensor is the result of a recorded operation (%s); "
                    "detach() it first",
                    node->operation->name);
  if (wanted && variable->value.dtype != INV_FLOAT32 &&
      variable->value.dtype != INV_FLOAT64)
    return inv_fail(INV_ERR_ARGUMENT,
                    "leaves are float32 or float64, the tensor is %s (one "
                    "that requires a gradient may be converted)",
                    inv_dtype_name(variable->value.dtype));
  if (wanted && !node) {
    variable->node = new_node(&variable->value, 0, 0, 0);
    if (!variable->node)
      return inv_fail_memory(sizeof *node);
  } else if (!wanted) {
    inv_node_release(node);
    variable->node = NULL;
  }
  return INV_OK;
}

inv_status inv_variable_check_write(const inv_variable *variable) {
  if (!inv_wants_gradient(variable))
    return INV_OK;
  return inv_fail(INV_ERR_ARGUMENT,
                  "a tensor on the tape cannot be modified in place (inside "
                  "nn.no_grad it can, or work on its detach())");
}

inv_variable inv_variable_detach(const inv_variable *variable) {
  return (inv_variable){inv_tensor_retain(&variable->value), NULL};
}

inv_tensor *inv_variable_gradient(const inv_variable *variable) {
  inv_node *node = variable->node;
  return node && !node->operation ? &node->gradient : NULL;
}
