/* Images as tensors: uint8 of height x width x channels. */
#ifndef INV_LUA_IMAGE_H
#define INV_LUA_IMAGE_H

#include "image/image.h"
#include "lua/binding.h"

/* The pixels of the tensor at `arg` (uint8, H x W x 1, 3 or 4, or H x W) as an
 * image that the stack keeps alive: where the tensor is not row-major, a copy
 * takes its place at `arg`. */
inv_image inv_lua_image(lua_State *L, int arg);

/* Pushes a new uint8 tensor of H x W x C, uninitialised, and returns its
 * pixels. */
inv_image inv_lua_new_image(lua_State *L, int height, int width, int channels);

/* Pushes a copy of an image that Lua owns. */
inv_image inv_lua_copy_image(lua_State *L, const inv_image *image);

/* Pushes the float32 tensor at `arg` as uint8, `low` as 0 and `high` as 255.
 * Values beyond are cut off where `clamp`, else an error that ends in `hint`;
 * NaN always is one. */
void inv_lua_push_bytes(lua_State *L, int arg, double low, double high,
                        bool clamp, const char *hint);

/* Adds what image.show needs to the module table on the top. */
void inv_lua_add_show(lua_State *L);

#endif
