/* Methods of tensors that concern the tape; tensor.c registers them. */
#ifndef INV_LUA_TAPE_H
#define INV_LUA_TAPE_H

#include "lua/binding.h"

extern const luaL_Reg INV_TAPE_METHODS[];

#endif
