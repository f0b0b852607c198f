/* A tensor and its place on the tape: what Lua's tensor userdata holds. */
#ifndef INV_NN_VARIABLE_H
#define INV_NN_VARIABLE_H

#include "tensor/tensor.h"

typedef struct inv_node inv_node; /* an entry of the tape, counted */

typedef struct {
  inv_tensor value;
  inv_node *node; /* NULL: a constant, nothing to differentiate */
} inv_variable;

/* Gives up value and node; the variable becomes closed. */
void inv_variable_release(inv_variable *variable);

#endif
