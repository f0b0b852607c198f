#include "nn/variable.h"

#include "nn/tape.h"

void inv_variable_release(inv_variable *variable) {
  inv_tensor_release(&variable->value);
  inv_node_release(variable->node);
  variable->node = NULL;
}
