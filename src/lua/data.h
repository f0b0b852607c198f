/* Userdata of src/data that several bindings use. */
#ifndef INV_LUA_DATA_H
#define INV_LUA_DATA_H

#include "data/dataset.h"
#include "data/source.h"
#include "lua/binding.h"

/* A dataset's userdata. Its user value is the table that the Lua library
 * keeps with it (what it was made from, the names of its classes). */
typedef struct {
  inv_dataset *set;
} inv_lua_dataset_box;

/* The dataset at `arg`. */
inv_dataset *inv_lua_dataset(lua_State *L, int arg);
/* Pushes a closed dataset for the caller to fill, with the value at `about`
 * as its table. Collects garbage first when much memory is held. */
inv_lua_dataset_box *inv_lua_new_dataset(lua_State *L, int about);

/* The list of positions at `arg` (a table or an int32 tensor) in a set of
 * `size` samples, from 0, in a block pushed on the stack; negative ones count
 * from the end. */
int64_t *inv_lua_positions(lua_State *L, int arg, int64_t size, int64_t *count);

/* The objects (or backgrounds) at `arg`. */
inv_source *inv_lua_source(lua_State *L, int arg, int channels);

/* Each adds its functions or types to the module table on the top. */
void inv_lua_add_sources(lua_State *L);
void inv_lua_add_datasets(lua_State *L);
void inv_lua_add_transforms2d(lua_State *L);
void inv_lua_add_loader(lua_State *L);
void inv_lua_add_labels(lua_State *L);
void inv_lua_add_files(lua_State *L);

#endif
