/* invar.core.image: images as uint8 tensors of height x width x channels. */
#include "lua/image.h"

#include <math.h>
#include <string.h>

#include "base/hash.h"
#include "base/memory.h"
#include "image/decode.h"
#include "image/encode.h"
#include "image/glyphs.h"
#include "image/png.h"
#include "image/resize.h"
#include "image/sheet.h"
#include "lua/modules.h"

enum { LARGEST = INV_IMAGE_SIDE };

static const char *const WANTED =
    "uint8 tensor of height x width x 1, 3 or 4 channels";

/* ---- tensors and images ------------------------------------------------- */

/* Whether the shape is that of an image: H x W or H x W x C. */
static bool image_shape(const inv_tensor *t, inv_image *out) {
  if (t->dims != 2 && t->dims != 3)
    return false;
  int64_t channels = t->dims == 3 ? t->shape[2] : 1;
  if (t->shape[0] < 1 || t->shape[1] < 1 || t->shape[0] > LARGEST ||
      t->shape[1] > LARGEST ||
      (channels != 1 && channels != 3 && channels != 4))
    return false;
  *out = (inv_image){(int)t->shape[0], (int)t->shape[1], (int)channels, NULL};
  return true;
}

static int image_error(lua_State *L, int arg, const inv_variable *v) {
  char text[96];
  return inv_lua_argument_error(
      L, arg, "%s expected, got %s %s", WANTED, inv_dtype_name(v->value.dtype),
      inv_shape_text(text, v->value.dims, v->value.shape));
}

inv_image inv_lua_image(lua_State *L, int arg) {
  inv_image image;
  inv_variable *v = inv_lua_tensor(L, arg);
  if (v->value.dtype != INV_UINT8 || !image_shape(&v->value, &image))
    image_error(L, arg, v);
  if (!inv_tensor_contiguous(&v->value)) {
    inv_variable *plain = inv_lua_new_tensor(L);
    inv_lua_check(L, inv_tensor_to_contiguous(&plain->value, &v->value));
    lua_replace(L, arg);
    v = plain;
  }
  image.pixels = inv_u8(&v->value);
  return image;
}

inv_image inv_lua_new_image(lua_State *L, int height, int width, int channels) {
  int64_t shape[3] = {height, width, channels};
  inv_variable *v = inv_lua_new_tensor(L);
  inv_lua_check(L, inv_tensor_new(&v->value, INV_UINT8, 3, shape));
  return (inv_image){height, width, channels, inv_u8(&v->value)};
}

inv_image inv_lua_copy_image(lua_State *L, const inv_image *image) {
  inv_image copy =
      inv_lua_new_image(L, image->height, image->width, image->channels);
  memcpy(copy.pixels, image->pixels, inv_image_bytes(image));
  return copy;
}

/* The pixels that `status` says are in `image` become those of the closed
 * tensor `v`; else they are freed before anything is raised. */
static void take_image(lua_State *L, inv_variable *v, inv_status status,
                       inv_image *image) {
  if (status == INV_OK) {
    int64_t shape[3] = {image->height, image->width, image->channels};
    status = inv_tensor_adopt(&v->value, INV_UINT8, 3, shape, image->pixels);
    if (status == INV_OK)
      image->pixels = NULL;
  }
  inv_image_free(image);
  inv_lua_check(L, status);
}

void inv_lua_push_bytes(lua_State *L, int arg, double low, double high,
                        bool clamp, const char *hint) {
  const inv_tensor *x = &inv_lua_tensor(L, arg)->value;
  inv_variable *out = inv_lua_new_tensor(L), *plain = inv_lua_new_tensor(L);
  inv_lua_check(L, inv_tensor_new(&out->value, INV_UINT8, x->dims, x->shape));
  inv_lua_check(L, inv_tensor_to_contiguous(&plain->value, x));
  const float *from = inv_f32(&plain->value);
  uint8_t *to = inv_u8(&out->value);
  for (int64_t i = 0, n = inv_tensor_count(x); i < n; i++) {
    double v = (from[i] - low) / (high - low);
    if (!(v >= 0 && v <= 1) && (!clamp || isnan(v)))
      inv_lua_argument_error(L, arg,
                             "float32 values in %g .. %g expected, got %g%s",
                             low, high, isnan(v) ? NAN : (double)from[i], hint);
    to[i] = (uint8_t)rint(fmin(fmax(v, 0), 1) * 255);
  }
  lua_pop(L, 1);
}

/* Where the tensor at `arg` holds float32 in [0, 1], 8-bit values of the same
 * shape take its place. */
static void bytes_for_floats(lua_State *L, int arg) {
  if (inv_lua_tensor(L, arg)->value.dtype != INV_FLOAT32)
    return;
  inv_lua_push_bytes(L, arg, 0, 1, false, "");
  lua_replace(L, arg);
}

/* ---- files -------------------------------------------------------------- */

/* image.load(path[, {size =}]) */
static int image_load(lua_State *L) {
  static const char *const names[] = {"size", NULL};
  const char *path = inv_lua_path(L, 1);
  lua_settop(L, lua_isnoneornil(L, 2) ? 1 : 2);
  inv_lua_options(L, 2, names);
  int size = (int)inv_lua_option_integer(L, 2, "size", 1, LARGEST, 0);
  inv_variable *v = inv_lua_new_tensor(L);
  inv_image image;
  inv_status status = inv_image_load_for(&image, path, size, size == 0);
  take_image(L, v, status, &image);
  return 1;
}

/* image.save(path, image[, {quality = 90}]) */
static int image_save(lua_State *L) {
  static const char *const names[] = {"quality", NULL};
  const char *path = inv_lua_path(L, 1);
  lua_settop(L, lua_isnoneornil(L, 3) ? 2 : 3);
  inv_lua_options(L, 3, names);
  int quality = (int)inv_lua_option_integer(L, 3, "quality", 1, 100, 90);
  bytes_for_floats(L, 2);
  inv_image image = inv_lua_image(L, 2);
  inv_lua_check(L, inv_image_save(path, &image, quality));
  return 0;
}

/* The PNG file of a codepoint in a font in memory, decoded. */
static inv_status decode_glyph(inv_image *out, const uint8_t *bytes,
                               size_t size, uint32_t codepoint) {
  inv_glyphs font;
  inv_bytes png;
  INV_TRY(inv_glyphs_open(&font, bytes, size));
  INV_TRY(inv_glyphs_png(&png, &font, codepoint));
  return inv_png_decode(out, png.data, png.size);
}

/* image.glyph(path, codepoint) */
static int image_glyph(lua_State *L) {
  enum { LARGEST_FONT = 1 << 28 };
  const char *path = inv_lua_path(L, 1);
  uint32_t codepoint = (uint32_t)inv_lua_integer(L, 2, 0, 0x10ffff);
  inv_variable *v = inv_lua_new_tensor(L);
  inv_image image = {0};
  uint8_t *bytes = NULL;
  size_t size;
  inv_lua_check(L, inv_file_read(path, LARGEST_FONT, &bytes, &size));
  inv_status status = decode_glyph(&image, bytes, size, codepoint);
  inv_free(bytes);
  if (status != INV_OK)
    inv_fail(status, "%s: %s", path, inv_message());
  take_image(L, v, status, &image);
  return 1;
}

/* image.hash(image) */
static int image_hash(lua_State *L) {
  char text[INV_HASH_TEXT], whole[96];
  inv_image image = inv_lua_image(L, 1);
  inv_hash pixels = inv_hash_bytes(image.pixels, inv_image_bytes(&image));
  int length =
      snprintf(whole, sizeof whole, "%d %d %d %s", image.height, image.width,
               image.channels, inv_hash_text(pixels, text));
  lua_pushstring(L, inv_hash_text(inv_hash_bytes(whole, (size_t)length), text));
  return 1;
}

/* ---- changing ----------------------------------------------------------- */

/* image.resize(image, {height =, width =, filter = "bilinear"}) */
static int image_resize(lua_State *L) {
  static const char *const names[] = {"height", "width", "filter", NULL};
  static const char *const filters[] = {"nearest", "box", "bilinear", "bicubic",
                                        NULL};
  inv_image image = inv_lua_image(L, 1);
  lua_settop(L, lua_isnoneornil(L, 2) ? 1 : 2);
  inv_lua_options(L, 2, names);
  int height = (int)inv_lua_option_integer(L, 2, "height", 1, LARGEST, 0);
  int width = (int)inv_lua_option_integer(L, 2, "width", 1, LARGEST, 0);
  int filter = inv_lua_option_choice(L, 2, "filter", filters, INV_BILINEAR);
  if (!height || !width)
    inv_lua_argument_error(L, 2, "options height and width expected");
  inv_image out = inv_lua_new_image(L, height, width, image.channels);
  inv_lua_check(L, inv_image_resize_into(&out, &image, (inv_filter)filter));
  return 1;
}

/* image.crop(image, y, x, height, width): rows and columns from 1. */
static int image_crop(lua_State *L) {
  inv_image image = inv_lua_image(L, 1);
  int y = (int)inv_lua_integer(L, 2, 1, image.height) - 1;
  int x = (int)inv_lua_integer(L, 3, 1, image.width) - 1;
  int height = (int)inv_lua_integer(L, 4, 1, image.height - y);
  int width = (int)inv_lua_integer(L, 5, 1, image.width - x);
  inv_variable *v = inv_lua_new_tensor(L);
  inv_image out = {0};
  inv_status status = inv_image_crop(&out, &image, y, x, height, width);
  take_image(L, v, status, &out);
  return 1;
}

/* image.paste(target, source, y, x[, mask]): a new image; what lies outside
 * is dropped. */
static int image_paste(lua_State *L) {
  inv_image target = inv_lua_image(L, 1), source = inv_lua_image(L, 2);
  int y = (int)inv_lua_integer(L, 3, -LARGEST, LARGEST) - 1;
  int x = (int)inv_lua_integer(L, 4, -LARGEST, LARGEST) - 1;
  lua_settop(L, 5);
  bool masked = !lua_isnil(L, 5);
  inv_image mask = masked ? inv_lua_image(L, 5) : (inv_image){0};
  inv_image out = inv_lua_copy_image(L, &target);
  inv_lua_check(L, masked ? inv_image_paste_masked(&out, &source, &mask, y, x)
                          : inv_image_paste(&out, &source, y, x));
  return 1;
}

/* image.composite(background, object) */
static int image_composite(lua_State *L) {
  inv_image background = inv_lua_image(L, 1), object = inv_lua_image(L, 2);
  inv_image out = inv_lua_copy_image(L, &background);
  inv_lua_check(L, inv_image_composite(&out, &object));
  return 1;
}

static int flip(lua_State *L, void (*mirror)(inv_image *)) {
  inv_image image = inv_lua_image(L, 1);
  inv_image out = inv_lua_copy_image(L, &image);
  mirror(&out);
  return 1;
}

/* image.flip_vertical(image), image.flip_horizontal(image) */
static int image_flip_vertical(lua_State *L) {
  return flip(L, inv_image_flip_vertical);
}

static int image_flip_horizontal(lua_State *L) {
  return flip(L, inv_image_flip_horizontal);
}

/* ---- contact sheets ----------------------------------------------------- */

enum { MOST_IMAGES = 100000 };

/* The images of an N x H x W x C tensor at argument 1: views into it. */
static inv_image *batch_images(lua_State *L, int *count) {
  bytes_for_floats(L, 1);
  inv_variable *v = inv_lua_tensor(L, 1);
  inv_tensor one = v->value;
  inv_image shape;
  bool right = v->value.dtype == INV_UINT8 && v->value.dims >= 3;
  for (int d = 1; right && d < one.dims; d++)
    one.shape[d - 1] = one.shape[d];
  one.dims--;
  if (!right || !image_shape(&one, &shape) || v->value.shape[0] < 1 ||
      v->value.shape[0] > MOST_IMAGES)
    inv_lua_argument_error(L, 1,
                           "list of images or tensor of N x height x width x "
                           "channels expected");
  *count = (int)v->value.shape[0];
  inv_variable *plain = inv_lua_new_tensor(L);
  inv_lua_check(L, inv_tensor_to_contiguous(&plain->value, &v->value));
  lua_replace(L, 1);
  inv_image *images = lua_newuserdatauv(L, (size_t)*count * sizeof shape, 0);
  for (int i = 0; i < *count; i++) {
    images[i] = shape;
    images[i].pixels =
        inv_u8(&plain->value) + (size_t)i * inv_image_bytes(&shape);
  }
  return images;
}

/* The images of a list at argument 1; a table on the stack keeps them. */
static inv_image *list_images(lua_State *L, int *count) {
  size_t n = lua_rawlen(L, 1);
  if (n < 1 || n > MOST_IMAGES)
    inv_lua_argument_error(L, 1, "list of 1 .. %d images expected",
                           MOST_IMAGES);
  *count = (int)n;
  lua_createtable(L, (int)n, 0);
  int kept = lua_gettop(L);
  inv_image *images = lua_newuserdatauv(L, n * sizeof *images, 0);
  for (size_t i = 0; i < n; i++) {
    lua_rawgeti(L, 1, (lua_Integer)i + 1);
    int at = lua_gettop(L);
    inv_variable *v = inv_lua_is_tensor(L, at);
    if (!v)
      inv_lua_argument_error(L, 1, "element %d is not an open tensor",
                             (int)i + 1);
    bytes_for_floats(L, at);
    images[i] = inv_lua_image(L, at);
    lua_rawseti(L, kept, (lua_Integer)i + 1);
  }
  return images;
}

/* Pushes and returns the `count` strings of a list option, NULL (and nil)
 * where it is absent. */
static const char **label_list(lua_State *L, const char *name, int count) {
  int kind = lua_getfield(L, 2, name);
  if (kind == LUA_TNIL)
    return NULL;
  if (kind != LUA_TTABLE || lua_rawlen(L, -1) != (size_t)count)
    inv_lua_argument_error(L, 2, "option %s: list of %d strings expected", name,
                           count);
  int list = lua_gettop(L);
  const char **labels = lua_newuserdatauv(L, (size_t)count * sizeof *labels, 0);
  for (int i = 0; i < count; i++) {
    if (lua_rawgeti(L, list, i + 1) != LUA_TSTRING)
      inv_lua_argument_error(L, 2, "option %s: element %d is not a string",
                             name, i + 1);
    labels[i] = lua_tostring(L, -1); /* the list keeps it */
    lua_pop(L, 1);
  }
  return labels;
}

/* The columns of a sheet that is about as wide as it is high. */
static int square_columns(int count) {
  int columns = (int)ceil(sqrt((double)count));
  return columns < 1 ? 1 : columns;
}

/* image.contact_sheet(images[, {columns =, margin = 2, scale = 1,
 * background = 255, labels = {...}, row_labels = {...}}]) */
static int image_contact_sheet(lua_State *L) {
  static const char *const names[] = {
      "columns", "margin", "scale", "background", "labels", "row_labels", NULL};
  lua_settop(L, lua_isnoneornil(L, 2) ? 1 : 2);
  inv_lua_options(L, 2, names);
  int count;
  inv_image *images =
      lua_istable(L, 1) ? list_images(L, &count) : batch_images(L, &count);
  inv_sheet sheet = {.columns = square_columns(count)};
  sheet.columns = (int)inv_lua_option_integer(L, 2, "columns", 1, MOST_IMAGES,
                                              sheet.columns);
  sheet.margin = (int)inv_lua_option_integer(L, 2, "margin", 0, 1000, 2);
  sheet.scale = (int)inv_lua_option_integer(L, 2, "scale", 1, 100, 1);
  sheet.background =
      (uint8_t)inv_lua_option_integer(L, 2, "background", 0, 255, 255);
  sheet.labels = label_list(L, "labels", count);
  sheet.row_labels =
      label_list(L, "row_labels", (count + sheet.columns - 1) / sheet.columns);
  inv_variable *v = inv_lua_new_tensor(L);
  inv_image out = {0};
  inv_status status = inv_contact_sheet(&out, images, count, &sheet);
  take_image(L, v, status, &out);
  return 1;
}

static const luaL_Reg FUNCTIONS[] = {
    {"load", image_load},
    {"save", image_save},
    {"glyph", image_glyph},
    {"hash", image_hash},
    {"resize", image_resize},
    {"crop", image_crop},
    {"paste", image_paste},
    {"composite", image_composite},
    {"flip_vertical", image_flip_vertical},
    {"flip_horizontal", image_flip_horizontal},
    {"contact_sheet", image_contact_sheet},
    {NULL, NULL},
};

int inv_open_image(lua_State *L) {
  lua_newtable(L);
  inv_lua_register(L, "image.", FUNCTIONS);
  inv_lua_add_show(L);
  return 1;
}
