/* Sorting and what follows from it. */
#include "lua/tensor.h"

const luaL_Reg INV_ORDER_METHODS[] = {
    {NULL, NULL},
};
