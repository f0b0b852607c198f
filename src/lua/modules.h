/* The C modules that Lua can require, as "invar.core.NAME". */
#ifndef INV_LUA_MODULES_H
#define INV_LUA_MODULES_H

#include <lua.h>

/* Puts all of them into package.preload; opening happens at first use. */
void inv_lua_preload(lua_State *L);

int inv_open_base(lua_State *L);       /* clock, threads, memory */
int inv_open_nn(lua_State *L);         /* layers, losses, the tape */
int inv_open_optim(lua_State *L);      /* steps of optimisers */
int inv_open_progress(lua_State *L);   /* progress lines */
int inv_open_builtin(lua_State *L);    /* built-in pictures */
int inv_open_data(lua_State *L);       /* sources, datasets, loaders */
int inv_open_database(lua_State *L);   /* SQLite databases */
int inv_open_system(lua_State *L);     /* waiting, folders, memory */
int inv_open_image(lua_State *L);      /* images and PNG files */
int inv_open_transforms(lua_State *L); /* transformation samplers */
int inv_open_rng(lua_State *L);        /* random generators */
int inv_open_store(lua_State *L);      /* safetensors files */
int inv_open_tensor(lua_State *L);     /* tensors */

/* Removes the progress line that stands on the terminal, if any: before an
 * error message is written there. */
void inv_lua_clear_progress(void);

/* Warnings and progress of the core go to standard error from now on. */
void inv_lua_listen(void);

/* Failure injection; only in the test program (tests/testing.c). */
int inv_open_testing(lua_State *L) __attribute__((weak));

#endif
