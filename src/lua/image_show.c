/* What image.show is made of: the terminal, and pictures as text for it. All
 * functions are registered as image.show, which is what their messages name. */
#include <stdio.h>

#include "base/base64.h"
#include "base/memory.h"
#include "base/terminal.h"
#include "image/blocks.h"
#include "image/png.h"
#include "image/sixel.h"
#include "lua/image.h"

/* ---- the terminal ------------------------------------------------------- */

/* terminal(): columns, rows and, where they are known, width and height in
 * pixels; nothing where standard output is no terminal. */
static int show_terminal(lua_State *L) {
  inv_terminal t;
  if (!inv_terminal_size(&t))
    return 0;
  lua_pushinteger(L, t.columns);
  lua_pushinteger(L, t.rows);
  if (t.width < t.columns || t.height < t.rows)
    return 2;
  lua_pushinteger(L, t.width);
  lua_pushinteger(L, t.height);
  return 4;
}

/* ask(question, last, milliseconds): the terminal's answer up to the byte
 * `last`, or nil. */
static int show_ask(lua_State *L) {
  char answer[256];
  const char *question = inv_lua_string(L, 1), *last = inv_lua_string(L, 2);
  int milliseconds = (int)inv_lua_integer(L, 3, 1, 10000);
  fflush(stdout);
  size_t size =
      inv_terminal_ask(question, *last, answer, sizeof answer, milliseconds);
  if (size == 0)
    return 0;
  lua_pushlstring(L, answer, size);
  return 1;
}

/* ---- values ------------------------------------------------------------- */

/* bytes(x, low, high, clamp): a float32 tensor as uint8, low as 0 and high as
 * 255. Values beyond are an error, or cut off where `clamp`. */
static int show_bytes(lua_State *L) {
  double low = inv_lua_number(L, 2, -1e30, 1e30);
  double high = inv_lua_number(L, 3, -1e30, 1e30);
  bool clamp = inv_lua_boolean(L, 4);
  inv_dtype dtype = inv_lua_tensor(L, 1)->value.dtype;
  if (dtype != INV_FLOAT32)
    inv_lua_argument_error(L, 1, "uint8 or float32 values expected, got %s",
                           inv_dtype_name(dtype));
  inv_lua_push_bytes(L, 1, low, high, clamp,
                     clamp ? ""
                           : " (range = {-1, 1} is for normalised batches)");
  return 1;
}

/* on_squares(image, side): RGBA on squares of two grays, as RGB. */
static int show_on_squares(lua_State *L) {
  inv_image image = inv_lua_image(L, 1);
  int side = (int)inv_lua_integer(L, 2, 1, INV_IMAGE_SIDE);
  if (image.channels != 4) {
    lua_settop(L, 1);
    return 1;
  }
  inv_image out = inv_lua_new_image(L, image.height, image.width, 3);
  inv_image_on_squares(&out, &image, side);
  return 1;
}

/* ---- pictures as text --------------------------------------------------- */

static int text_gc(lua_State *L) {
  inv_text_free(lua_touserdata(L, 1));
  return 0;
}

/* Pushes an empty text that Lua owns. */
static inv_text *push_text(lua_State *L) {
  return inv_lua_new_owner(L, sizeof(inv_text), text_gc);
}

static int push_string(lua_State *L, inv_text *text) {
  lua_pushlstring(L, text->bytes ? text->bytes : "", text->size);
  inv_text_free(text);
  return 1;
}

/* The image at 1, which must have no alpha. */
static inv_image opaque_image(lua_State *L) {
  inv_image image = inv_lua_image(L, 1);
  if (image.channels == 4)
    inv_lua_argument_error(L, 1, "an image without alpha expected");
  return image;
}

/* half_blocks(image, true_color) */
static int show_half_blocks(lua_State *L) {
  inv_image image = opaque_image(L);
  bool true_color = inv_lua_boolean(L, 2);
  inv_text *text = push_text(L);
  inv_lua_check(L, inv_half_blocks(text, &image, true_color));
  return push_string(L, text);
}

/* sixel(image) */
static int show_sixel(lua_State *L) {
  inv_image image = opaque_image(L);
  inv_text *text = push_text(L);
  inv_lua_check(L, inv_sixel(text, &image));
  return push_string(L, text);
}

/* png(image): its PNG file in base64, and the file's size. */
static int show_png(lua_State *L) {
  inv_image image = inv_lua_image(L, 1);
  inv_text *text = push_text(L);
  uint8_t *bytes;
  size_t size;
  inv_lua_check(L, inv_png_encode(&bytes, &size, &image));
  text->size = inv_base64_size(size);
  text->bytes = inv_alloc(text->size);
  if (text->bytes)
    inv_base64(text->bytes, bytes, size);
  inv_free(bytes);
  if (!text->bytes)
    inv_lua_check(L, inv_fail_memory(text->size));
  push_string(L, text);
  lua_pushinteger(L, (lua_Integer)size);
  return 2;
}

static const luaL_Reg FUNCTIONS[] = {
    {"terminal", show_terminal},
    {"ask", show_ask},
    {"bytes", show_bytes},
    {"on_squares", show_on_squares},
    {"half_blocks", show_half_blocks},
    {"sixel", show_sixel},
    {"png", show_png},
    {NULL, NULL},
};

void inv_lua_add_show(lua_State *L) {
  for (const luaL_Reg *f = FUNCTIONS; f->name; f++) {
    lua_pushstring(L, "image.show");
    lua_pushcclosure(L, f->func, 1);
    lua_setfield(L, -2, f->name);
  }
}
