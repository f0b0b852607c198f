#include "nn/variable.h"

void inv_variable_release(inv_variable *variable) {
  inv_tensor_release(&variable->value);
}
