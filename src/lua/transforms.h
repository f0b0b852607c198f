/* Transformations in Lua: userdata of the type "transform". */
#ifndef INV_LUA_TRANSFORMS_H
#define INV_LUA_TRANSFORMS_H

#include "lua/binding.h"
#include "transforms/class.h"

/* The transformation at `arg`: an open one, or the name of one (then the
 * transformation with its published ranges takes the name's place on the
 * stack, which keeps it alive). */
inv_transform *inv_lua_transform(lua_State *L, int arg);

/* Pushes a closed transformation for the caller to fill. */
inv_transform **inv_lua_new_transform(lua_State *L);

/* ---- parts of the binding ----------------------------------------------- */

/* What `sample` draws for. */
typedef struct {
  inv_canvas canvas;
  inv_box box;
} inv_scene;

/* A box {x =, y =, width =, height =} (x and y from 0), or nil for `box` as
 * it is. */
void inv_lua_box(lua_State *L, int arg, inv_box *box);
void inv_lua_push_box(lua_State *L, const inv_box *box);

/* Draws, and pushes the parameters: a table; for a sequence a list of its
 * parts' parameters; for a defined one what its function returns. The box of
 * the scene follows. */
void inv_lua_push_sample(lua_State *L, const inv_transform *t, inv_rng *rng,
                         inv_scene *scene);

/* Applies the parameters at `index`, in place. Where a defined transformation
 * takes part, its function's result is copied into the image. */
void inv_lua_apply(lua_State *L, int arg, int index, const inv_transform *t,
                   inv_image *image, inv_box *box);

/* Definitions in Lua (src/lua/transforms_define.c). */
int inv_lua_define_transform(lua_State *L);
/* Pushes the defined transformation of that name; false (nothing pushed)
 * where there is none. */
bool inv_lua_push_defined(lua_State *L, const char *name);
/* Pushes the table of them: by name, and the names as a list in the order of
 * definition. */
void inv_lua_push_definitions(lua_State *L);
void inv_lua_push_defined_sample(lua_State *L, const inv_transform *t,
                                 inv_rng *rng, const inv_scene *scene);
void inv_lua_apply_defined(lua_State *L, int index, const inv_transform *t,
                           inv_image *image);

/* Raises "there is no transformation NAME" with the nearest name. */
int inv_lua_no_transform(lua_State *L, int arg, const char *name);

#endif
