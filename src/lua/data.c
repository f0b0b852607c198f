/* invar.core.data: sources of pictures, datasets, loaders. */
#include "lua/data.h"

#include "lua/modules.h"

int inv_open_data(lua_State *L) {
  lua_newtable(L);
  inv_lua_add_sources(L);
  inv_lua_add_datasets(L);
  inv_lua_add_transforms2d(L);
  inv_lua_add_draws(L);
  inv_lua_add_loader(L);
  inv_lua_add_cache(L);
  inv_lua_add_folder(L);
  inv_lua_add_csv(L);
  inv_lua_add_series(L);
  inv_lua_add_labels(L);
  inv_lua_add_files(L);
  return 1;
}
