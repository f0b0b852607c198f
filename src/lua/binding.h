/* What all bindings share: argument checks that name function and argument,
 * options tables, errors, userdata. Each public function is registered
 * together with its public name ("tensor.zeros", "tensor:sum"), which all
 * messages begin with:
 *   tensor.zeros: argument 2: integer in 1 .. 10 expected, got "a"
 * Bindings never hold a resource that only the C stack knows while they call
 * something that may raise: userdata first, resource second. */
#ifndef INV_LUA_BINDING_H
#define INV_LUA_BINDING_H

#include <lauxlib.h>
#include <lua.h>
#include <stdbool.h>

#include "base/error.h"
#include "base/random.h"
#include "nn/variable.h"

/* ---- registering -------------------------------------------------------- */

/* Adds functions to the table on the top of the stack. `prefix` is what comes
 * before the name in messages: "tensor." for functions, "tensor:" for methods.
 * Metamethods ("__add") are registered the same way with the methods. */
void inv_lua_register(lua_State *L, const char *prefix, const luaL_Reg *list);

/* Makes the metatable of a userdata type (`type` is its name in messages, as
 * "tensor") with its methods and metamethods; __index is the table of methods
 * unless `list` has an "__index" of its own (which gets the methods table as
 * upvalue 2). __close is __gc; __name and __metatable are set. */
void inv_lua_type(lua_State *L, const char *type, const luaL_Reg *list);

/* Pushes a zeroed block that Lua owns; `gc` frees what it holds in the end. */
void *inv_lua_new_owner(lua_State *L, size_t bytes, lua_CFunction gc);

/* The public name of the running C function. */
const char *inv_lua_function(lua_State *L);

/* ---- failing ------------------------------------------------------------ */

/* Raises "FUNCTION: message". */
int inv_lua_error(lua_State *L, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* Raises "FUNCTION: argument N: message"; for a method argument 1 is "self"
 * and the others count from 1 after it. */
int inv_lua_argument_error(lua_State *L, int arg, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* Raises "FUNCTION: argument N: WANTED expected, got ...". */
int inv_lua_type_error(lua_State *L, int arg, const char *wanted);
/* Raises the core's failure unless `status` is INV_OK. An interruption and a
 * callback's own error value pass through unchanged. */
void inv_lua_check(lua_State *L, inv_status status);
/* Keeps the error value on the top of the stack (popped) until inv_lua_check
 * raises it; returns INV_ERR_CALLBACK. For C code that runs Lua callbacks. */
inv_status inv_lua_keep_error(lua_State *L);

/* ---- arguments ---------------------------------------------------------- */

/* Integers are given as such or as floats without fraction. */
lua_Integer inv_lua_integer(lua_State *L, int arg, lua_Integer low,
                            lua_Integer high);
lua_Integer inv_lua_opt_integer(lua_State *L, int arg, lua_Integer low,
                                lua_Integer high, lua_Integer otherwise);
/* Finite numbers in low .. high. */
double inv_lua_number(lua_State *L, int arg, double low, double high);
const char *inv_lua_string(lua_State *L, int arg);
/* A file name: a string that is not empty, without NUL inside. */
const char *inv_lua_path(lua_State *L, int arg);
bool inv_lua_boolean(lua_State *L, int arg);
inv_dtype inv_lua_dtype(lua_State *L, int arg);
void *inv_lua_userdata(lua_State *L, int arg, const char *type);

/* The open tensor at `arg`. */
inv_variable *inv_lua_tensor(lua_State *L, int arg);
/* The open tensor at `index`, or NULL when it is something else. */
inv_variable *inv_lua_is_tensor(lua_State *L, int index);
/* Collects garbage when the core's memory has grown by an eighth of itself
 * since the last time (but by 64 MB and 8 of Lua's heaps at least, and 1 GB at
 * most): the collector itself sees only the few bytes of a userdata. To be
 * called before one is made. */
void inv_lua_collect(lua_State *L);
/* Collects garbage unless the core holds less than 64 MB. */
void inv_lua_collect_all(lua_State *L);
/* Pushes a closed tensor for the caller to fill. */
inv_variable *inv_lua_new_tensor(lua_State *L);

/* The generator at `arg`; draws change it. */
inv_rng *inv_lua_rng(lua_State *L, int arg);

/* A seed: any integer. */
uint64_t inv_lua_seed(lua_State *L, int arg);

/* ---- options tables ----------------------------------------------------- */

/* `arg` is a table (or nil or absent: replaced by an empty one, so that
 * `arg` must be the last argument) whose every key is in `names` (ended by
 * NULL); an unknown key raises with the nearest name. */
void inv_lua_options(lua_State *L, int arg, const char *const *names);
/* Value of one option, or `otherwise` where it is absent. */
lua_Integer inv_lua_option_integer(lua_State *L, int arg, const char *name,
                                   lua_Integer low, lua_Integer high,
                                   lua_Integer otherwise);
double inv_lua_option_number(lua_State *L, int arg, const char *name,
                             double low, double high, double otherwise);
bool inv_lua_option_boolean(lua_State *L, int arg, const char *name,
                            bool otherwise);
/* Index in `choices` (ended by NULL) of the string given. */
int inv_lua_option_choice(lua_State *L, int arg, const char *name,
                          const char *const *choices, int otherwise);
uint64_t inv_lua_option_seed(lua_State *L, int arg, const char *name,
                             uint64_t otherwise);

/* The name in `names` nearest to `wrong` by edit distance, or NULL when none
 * is near. */
const char *inv_nearest_name(const char *wrong, const char *const *names);

#endif
