/* What the files of the tensor binding share. Each file has one subject and
 * one list of functions and of methods; tensor.c registers them. */
#ifndef INV_LUA_TENSOR_H
#define INV_LUA_TENSOR_H

#include "lua/binding.h"
#include "tensor/arithmetic.h"
#include "tensor/reduce.h"

extern const luaL_Reg INV_CREATION_FUNCTIONS[];
extern const luaL_Reg INV_INDEXING_METHODS[];
extern const luaL_Reg INV_ARITHMETIC_METHODS[];
extern const luaL_Reg INV_REDUCTION_METHODS[];
extern const luaL_Reg INV_LINEAR_METHODS[];
extern const luaL_Reg INV_ORDER_METHODS[];
extern const luaL_Reg INV_COMBINING_FUNCTIONS[];
extern const luaL_Reg INV_COMBINING_METHODS[];
extern const luaL_Reg INV_IO_FUNCTIONS[];
extern const luaL_Reg INV_IO_METHODS[];

/* ---- arguments ---------------------------------------------------------- */

/* A dimension of a tensor with `dims` of them: 1 .. dims, or from the end
 * -dims .. -1. Returns it counted from 0. */
int inv_lua_dim(lua_State *L, int arg, int dims);
/* The first dimension, 0; raises for a scalar, which has none. */
int inv_lua_first_dim(lua_State *L, const inv_variable *a);
/* The last dimension; raises for a scalar. */
int inv_lua_last_dim(lua_State *L, const inv_variable *a);
/* One dimension or a list of different ones, as a mask; all when absent. */
unsigned inv_lua_dims(lua_State *L, int arg, int dims);
/* A shape from `arg` on: sizes one by one up to the end or the options, or a
 * list. Sizes are at least `least`. Returns the number of dimensions and sets
 * `*next` to the argument after the shape. */
int inv_lua_shape(lua_State *L, int arg, int64_t least,
                  int64_t shape[INV_MAX_DIMS], int *next);
/* The option dtype. */
inv_dtype inv_lua_option_dtype(lua_State *L, int arg, inv_dtype otherwise);
/* A tensor, or a number: then NULL and `*number`. NaN and infinities are
 * numbers here. */
inv_variable *inv_lua_operand(lua_State *L, int arg, double *number);

/* ---- operations a loss may be differentiated through --------------------- */

/* Each pushes its result. All differentiable operations of the binding go
 * through these and nowhere else (tensor_calls.c). */
int inv_lua_unary(lua_State *L, inv_unary_op op, inv_variable *a);
int inv_lua_binary(lua_State *L, inv_binary_op op, inv_variable *a,
                   inv_variable *b);
int inv_lua_binary_number(lua_State *L, inv_binary_op op, inv_variable *a,
                          double number, bool number_first);
int inv_lua_where(lua_State *L, inv_variable *condition, inv_variable *a,
                  inv_variable *b);
int inv_lua_reduce(lua_State *L, inv_reduction op, inv_variable *a,
                   unsigned mask, bool keepdim);
/* Pushes the values and the positions. */
int inv_lua_extreme(lua_State *L, bool largest, inv_variable *a, int dim,
                    bool keepdim);
int inv_lua_cumsum(lua_State *L, inv_variable *a, int dim);
int inv_lua_matmul(lua_State *L, inv_variable *a, inv_variable *b);
int inv_lua_slice(lua_State *L, inv_variable *a, int dim, int64_t begin,
                  int64_t size, int64_t step);
int inv_lua_select(lua_State *L, inv_variable *a, int dim, int64_t index);
int inv_lua_permute(lua_State *L, inv_variable *a, const int *order);
int inv_lua_reshape(lua_State *L, inv_variable *a, int dims,
                    const int64_t *shape);
int inv_lua_expand(lua_State *L, inv_variable *a, int dims,
                   const int64_t *shape);
int inv_lua_convert(lua_State *L, inv_variable *a, inv_dtype dtype);
int inv_lua_clone(lua_State *L, inv_variable *a);
int inv_lua_contiguous(lua_State *L, inv_variable *a);
int inv_lua_cat(lua_State *L, inv_variable *const *list, int count, int dim);
int inv_lua_index_select(lua_State *L, inv_variable *a, int dim,
                         inv_variable *positions);
int inv_lua_gather(lua_State *L, inv_variable *a, int dim,
                   inv_variable *positions);
int inv_lua_diag(lua_State *L, inv_variable *a, int64_t k);
int inv_lua_triangle(lua_State *L, inv_variable *a, bool lower, int64_t k);
/* A function of one matrix. */
int inv_lua_matrix(lua_State *L,
                   inv_status (*function)(inv_variable *, const inv_variable *),
                   inv_variable *a);
int inv_lua_solve(lua_State *L, inv_variable *a, inv_variable *b);
int inv_lua_masked_select(lua_State *L, inv_variable *a, inv_variable *mask);

/* `values` were picked from `a` along `dim` at `positions`: where `a` wants a
 * gradient they are picked once more, on the tape. */
void inv_lua_record_picked(lua_State *L, inv_variable *values,
                           const inv_variable *a, int dim,
                           const inv_variable *positions);
/* The tensor at `arg` for an operation that has no gradient: one that wants a
 * gradient is refused, so that none gets lost in silence. */
inv_variable *inv_lua_constant(lua_State *L, int arg);

/* ---- changes in place --------------------------------------------------- */

/* The tensor at `arg`, which is about to be written to: fails where the tape
 * would not notice, and reports the change to it. */
inv_variable *inv_lua_target(lua_State *L, int arg);

#endif
