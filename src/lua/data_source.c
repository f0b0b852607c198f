/* data.objects and data.backgrounds: where pictures come from. */
#include <string.h>

#include "base/memory.h"
#include "base/notice.h"
#include "lua/data.h"

typedef struct {
  inv_source *source;      /* NULL: closed */
  inv_picture_files files; /* of a folder: those that were broken */
} box;

static const char *type_of(int channels) {
  return channels == INV_OBJECT_CHANNELS ? "objects" : "backgrounds";
}

/* Pushes a closed source for the caller to fill. */
static box *new_box(lua_State *L, int channels) {
  box *self = lua_newuserdatauv(L, sizeof *self, 0);
  *self = (box){0};
  luaL_setmetatable(L, type_of(channels));
  return self;
}

inv_source *inv_lua_source(lua_State *L, int arg, int channels) {
  box *self = inv_lua_userdata(L, arg, type_of(channels));
  if (!self->source)
    inv_lua_argument_error(L, arg, "the %s are closed", type_of(channels));
  return self->source;
}

/* ---- generated ---------------------------------------------------------- */

enum { MOST_PROTOTYPES = 1 << 16, MOST_CLASSES = 1 << 20 };

static int objects_builtin(lua_State *L) {
  static const char *const names[] = {"seed", "prototypes", NULL};
  lua_settop(L, 1);
  inv_lua_options(L, 1, names);
  uint64_t seed = inv_lua_option_seed(L, 1, "seed", 1);
  int prototypes =
      (int)inv_lua_option_integer(L, 1, "prototypes", 1, MOST_PROTOTYPES, 1);
  box *self = new_box(L, INV_OBJECT_CHANNELS);
  inv_lua_check(L, inv_objects_builtin(&self->source, seed, prototypes));
  return 1;
}

static int objects_random(lua_State *L) {
  static const char *const names[] = {"classes", "prototypes", "seed", NULL};
  lua_settop(L, 1);
  inv_lua_options(L, 1, names);
  int classes =
      (int)inv_lua_option_integer(L, 1, "classes", 1, MOST_CLASSES, 61);
  int prototypes =
      (int)inv_lua_option_integer(L, 1, "prototypes", 1, MOST_PROTOTYPES, 1);
  uint64_t seed = inv_lua_option_seed(L, 1, "seed", 1);
  box *self = new_box(L, INV_OBJECT_CHANNELS);
  inv_lua_check(L,
                inv_objects_random(&self->source, classes, prototypes, seed));
  return 1;
}

static int backgrounds_builtin(lua_State *L) {
  static const char *const names[] = {"seed", NULL};
  lua_settop(L, 1);
  inv_lua_options(L, 1, names);
  uint64_t seed = inv_lua_option_seed(L, 1, "seed", 1);
  box *self = new_box(L, INV_BACKGROUND_CHANNELS);
  inv_lua_check(L, inv_backgrounds_builtin(&self->source, seed));
  return 1;
}

static int backgrounds_random(lua_State *L) {
  static const char *const names[] = {NULL};
  lua_settop(L, 1);
  inv_lua_options(L, 1, names);
  box *self = new_box(L, INV_BACKGROUND_CHANNELS);
  inv_lua_check(L, inv_backgrounds_random(&self->source));
  return 1;
}

/* Reads option color = {red, green, blue}. */
static void get_color(lua_State *L, uint8_t rgb[3]) {
  int kind = lua_getfield(L, 1, "color");
  if (kind != LUA_TNIL && (kind != LUA_TTABLE || lua_rawlen(L, -1) != 3))
    inv_lua_argument_error(L, 1, "option color: {red, green, blue} expected");
  for (int c = 0; c < 3 && kind == LUA_TTABLE; c++) {
    int is_integer;
    lua_rawgeti(L, -1, c + 1);
    lua_Integer value = lua_tointegerx(L, -1, &is_integer);
    if (!is_integer || lua_type(L, -1) != LUA_TNUMBER || value < 0 ||
        value > 255)
      inv_lua_argument_error(L, 1,
                             "option color: integers in 0 .. 255 expected");
    rgb[c] = (uint8_t)value;
    lua_pop(L, 1);
  }
  lua_pop(L, 1);
}

static int backgrounds_uniform(lua_State *L) {
  static const char *const names[] = {"color", NULL};
  uint8_t rgb[3] = {0, 0, 0};
  lua_settop(L, 1);
  inv_lua_options(L, 1, names);
  get_color(L, rgb);
  box *self = new_box(L, INV_BACKGROUND_CHANNELS);
  inv_lua_check(L, inv_backgrounds_uniform(&self->source, rgb));
  return 1;
}

/* ---- the user's own ----------------------------------------------------- */

void inv_lua_warn_broken(lua_State *L, const inv_picture_files *files,
                         int64_t kept) {
  if (files->broken_count > 0)
    inv_warn("%s: %zu of %lld files are broken and left out; the first: %s",
             inv_lua_function(L), files->broken_count,
             (long long)kept + (long long)files->broken_count,
             files->broken[0].message);
}

void inv_lua_push_broken(lua_State *L, const inv_picture_files *files) {
  lua_createtable(L, (int)files->broken_count, 0);
  for (size_t i = 0; i < files->broken_count; i++) {
    lua_createtable(L, 0, 2);
    lua_pushstring(L, files->broken[i].path);
    lua_setfield(L, -2, "path");
    lua_pushstring(L, files->broken[i].message);
    lua_setfield(L, -2, "message");
    lua_rawseti(L, -2, (lua_Integer)i + 1);
  }
}

/* folder(path[, {broken = "error"}]) */
static int folder(lua_State *L, int channels) {
  static const char *const names[] = {"broken", NULL};
  static const char *const choices[] = {"error", "skip", NULL};
  const char *path = inv_lua_path(L, 1);
  lua_settop(L, 2);
  inv_lua_options(L, 2, names);
  bool skip = inv_lua_option_choice(L, 2, "broken", choices, 0) == 1;
  box *self = new_box(L, channels);
  inv_lua_check(
      L, inv_source_folder(&self->source, &self->files, channels, path, skip));
  inv_lua_warn_broken(L, &self->files, self->source->count);
  return 1;
}

static int objects_folder(lua_State *L) {
  return folder(L, INV_OBJECT_CHANNELS);
}

static int backgrounds_folder(lua_State *L) {
  return folder(L, INV_BACKGROUND_CHANNELS);
}

/* Copies the picture in a uint8 tensor of height x width (x 1, 3 or 4). */
static inv_status copy_picture(inv_picture *out, const inv_tensor *t) {
  int channels = t->dims == 3 ? (int)t->shape[2] : 1;
  char text[96];
  if (t->dtype != INV_UINT8 || (t->dims != 2 && t->dims != 3) ||
      (t->dims == 3 && t->shape[2] > 4) || t->shape[0] > INV_IMAGE_SIDE ||
      t->shape[1] > INV_IMAGE_SIDE)
    return inv_fail(INV_ERR_ARGUMENT,
                    "%s %s is no picture, uint8 height x width x 1, 3 or 4 is "
                    "wanted",
                    inv_dtype_name(t->dtype),
                    inv_shape_text(text, t->dims, t->shape));
  INV_TRY(
      inv_image_new(&out->image, (int)t->shape[0], (int)t->shape[1], channels));
  inv_tensor into = *t;
  into.data = out->image.pixels;
  int64_t stride = 1;
  for (int d = t->dims - 1; d >= 0; d--) {
    into.strides[d] = stride;
    stride *= t->shape[d];
  }
  return inv_tensor_copy(&into, t);
}

/* Element `i` of the list at argument 1: a path or a tensor. */
static inv_status get_picture(lua_State *L, int64_t i, inv_picture *out) {
  inv_status status = INV_OK;
  lua_rawgeti(L, 1, i + 1);
  const inv_variable *variable = inv_lua_is_tensor(L, -1);
  if (variable) {
    status = copy_picture(out, &variable->value);
  } else if (lua_type(L, -1) == LUA_TSTRING) {
    const char *path = lua_tostring(L, -1);
    out->path = inv_strdup(path);
    if (!out->path)
      status = inv_fail_memory(strlen(path) + 1);
  } else {
    status = inv_fail(INV_ERR_ARGUMENT, "a path or a tensor is wanted, got %s",
                      luaL_typename(L, -1));
  }
  lua_pop(L, 1);
  if (status == INV_ERR_ARGUMENT)
    return inv_fail(status, "picture %lld: %s", (long long)i + 1,
                    inv_message());
  return status;
}

/* The integers of option `classes`, one for each picture, from 0, in a block
 * pushed on the stack; NULL (and nil pushed) where the option is absent. */
static int32_t *get_classes(lua_State *L, int64_t count, int *classes) {
  int32_t *labels = NULL;
  *classes = 0;
  if (lua_getfield(L, 2, "classes") == LUA_TNIL)
    return NULL;
  if (!lua_istable(L, -1) || (int64_t)lua_rawlen(L, -1) != count)
    inv_lua_argument_error(L, 2,
                           "option classes: a list of %lld integers expected",
                           (long long)count);
  labels = lua_newuserdatauv(L, ((size_t)count + 1) * sizeof *labels, 0);
  lua_insert(L, -2);
  for (int64_t i = 0; i < count; i++) {
    int is_integer;
    lua_rawgeti(L, -1, i + 1);
    lua_Integer value = lua_tointegerx(L, -1, &is_integer);
    if (!is_integer || lua_type(L, -1) != LUA_TNUMBER || value < 1 ||
        value > MOST_CLASSES)
      inv_lua_argument_error(L, 2,
                             "option classes: element %lld: integer in 1 .. "
                             "%d expected",
                             (long long)i + 1, MOST_CLASSES);
    labels[i] = (int32_t)value - 1;
    *classes = value > *classes ? (int)value : *classes;
    lua_pop(L, 1);
  }
  lua_pop(L, 1);
  return labels;
}

/* Gives the classes the strings of option `names`, if there are any. */
static void name_classes(lua_State *L, inv_source *source) {
  if (lua_getfield(L, 2, "names") == LUA_TNIL) {
    lua_pop(L, 1);
    return;
  }
  size_t n = (size_t)source->classes;
  if (!lua_istable(L, -1) || lua_rawlen(L, -1) != n)
    inv_lua_argument_error(L, 2, "option names: a list of %d strings expected",
                           source->classes);
  const char **names = lua_newuserdatauv(L, (n + 1) * sizeof *names, 0);
  for (size_t i = 0; i < n; i++) {
    if (lua_rawgeti(L, -2, (lua_Integer)i + 1) != LUA_TSTRING)
      inv_lua_argument_error(L, 2, "option names: element %d is no string",
                             (int)i + 1);
    names[i] = lua_tostring(L, -1); /* the list keeps it */
    lua_pop(L, 1);
  }
  inv_lua_check(L, inv_source_name(source, names));
  lua_pop(L, 2);
}

/* images(list[, {classes=, names=}]) */
static int images(lua_State *L, int channels) {
  static const char *const names[] = {"classes", "names", NULL};
  lua_settop(L, 2);
  if (!lua_istable(L, 1))
    inv_lua_type_error(L, 1, "list of paths and tensors");
  inv_lua_options(L, 2, names);
  int64_t count = (int64_t)lua_rawlen(L, 1);
  int classes;
  const int32_t *labels = get_classes(L, count, &classes);
  box *self = new_box(L, channels);
  /* Nothing raises from here until the source owns the pictures. */
  inv_picture *pictures = inv_alloc_zero((size_t)count, sizeof *pictures);
  inv_status status =
      pictures ? INV_OK : inv_fail_memory((size_t)count * sizeof *pictures);
  for (int64_t i = 0; i < count && status == INV_OK; i++)
    status = get_picture(L, i, &pictures[i]);
  if (status == INV_OK)
    status = inv_source_pictures(&self->source, channels, pictures, count,
                                 labels, classes);
  else
    inv_pictures_free(pictures, pictures ? count : 0);
  inv_lua_check(L, status);
  name_classes(L, self->source);
  return 1;
}

static int objects_images(lua_State *L) {
  return images(L, INV_OBJECT_CHANNELS);
}

static int backgrounds_images(lua_State *L) {
  return images(L, INV_BACKGROUND_CHANNELS);
}

/* ---- the pictures of a dataset ------------------------------------------ */

/* dataset(ds[, {names=}]) */
static int dataset(lua_State *L, int channels) {
  static const char *const names[] = {"names", NULL};
  inv_dataset *set = inv_lua_dataset(L, 1);
  lua_settop(L, 2);
  inv_lua_options(L, 2, names);
  box *self = new_box(L, channels);
  inv_dataset_retain(set);
  inv_status status = inv_source_dataset(&self->source, channels, set);
  inv_dataset_release(set);
  inv_lua_check(L, status);
  name_classes(L, self->source);
  return 1;
}

static int objects_dataset(lua_State *L) {
  return dataset(L, INV_OBJECT_CHANNELS);
}

static int backgrounds_dataset(lua_State *L) {
  return dataset(L, INV_BACKGROUND_CHANNELS);
}

/* ---- methods of both types ---------------------------------------------- */

static inv_source *check_self(lua_State *L) {
  bool objects = luaL_testudata(L, 1, "objects") != NULL;
  return inv_lua_source(
      L, 1, objects ? INV_OBJECT_CHANNELS : INV_BACKGROUND_CHANNELS);
}

/* The source at argument 1, open or closed. */
static box *check_box(lua_State *L) {
  box *self = luaL_testudata(L, 1, "objects");
  return self ? self : inv_lua_userdata(L, 1, "backgrounds");
}

static int source_gc(lua_State *L) {
  box *self = check_box(L);
  inv_source *source = self->source;
  self->source = NULL;
  inv_source_release(source);
  inv_picture_files_free(&self->files);
  return 0;
}

/* source:broken(): the files of a folder that were left out, a list of
 * {path =, message =}. */
static int source_broken(lua_State *L) {
  check_self(L);
  inv_lua_push_broken(L, &check_box(L)->files);
  return 1;
}

/* #objects: classes; #backgrounds: pictures (0: fresh ones). */
static int source_len(lua_State *L) {
  const inv_source *source = check_self(L);
  lua_pushinteger(L, source->channels == INV_OBJECT_CHANNELS ? source->classes
                                                             : source->count);
  return 1;
}

static int source_count(lua_State *L) {
  lua_pushinteger(L, check_self(L)->count);
  return 1;
}

static int source_classes(lua_State *L) {
  lua_pushinteger(L, check_self(L)->classes);
  return 1;
}

/* source:names(): the names of the classes; their numbers as strings where
 * they have none. */
static int source_names(lua_State *L) {
  const inv_source *source = check_self(L);
  lua_createtable(L, source->classes, 0);
  for (int i = 0; i < source->classes; i++) {
    if (source->names)
      lua_pushstring(L, source->names[i]);
    else
      lua_pushfstring(L, "%d", i + 1);
    lua_rawseti(L, -2, i + 1);
  }
  return 1;
}

/* source:image(i[, size]): picture i, size x size, uint8, and its class. */
static int source_image(lua_State *L) {
  const inv_source *source = check_self(L);
  if (!source->class->picture)
    inv_lua_error(L, "the backgrounds are fresh for every sample");
  lua_Integer i = inv_lua_integer(L, 2, 1, source->count);
  int64_t size = inv_lua_opt_integer(L, 3, 1, 4096, 128);
  int64_t shape[] = {size, size, source->channels};
  inv_variable *out = inv_lua_new_tensor(L);
  inv_lua_check(L, inv_tensor_new(&out->value, INV_UINT8, 3, shape));
  inv_lua_check(
      L, source->class->picture(source, i - 1, (int)size, inv_u8(&out->value)));
  if (!source->labels)
    return 1;
  lua_pushinteger(L, source->labels[i - 1] + 1);
  return 2;
}

static int source_tostring(lua_State *L) {
  const inv_source *source = check_box(L)->source;
  const char *type =
      luaL_testudata(L, 1, "objects") ? "objects" : "backgrounds";
  if (!source)
    lua_pushfstring(L, "%s (closed)", type);
  else if (!source->class->picture)
    lua_pushfstring(L, "%s (fresh noise)", type);
  else if (source->classes)
    lua_pushfstring(L, "%s (%I pictures, %d classes)", type,
                    (lua_Integer)source->count, source->classes);
  else
    lua_pushfstring(L, "%s (%I pictures)", type, (lua_Integer)source->count);
  return 1;
}

static const luaL_Reg METHODS[] = {
    {"broken", source_broken},
    {"count", source_count},
    {"classes", source_classes},
    {"names", source_names},
    {"image", source_image},
    {"__len", source_len},
    {"__gc", source_gc},
    {"__tostring", source_tostring},
    {NULL, NULL},
};

static const luaL_Reg OBJECTS[] = {
    {"builtin", objects_builtin}, {"random", objects_random},
    {"dataset", objects_dataset}, {"folder", objects_folder},
    {"images", objects_images},   {NULL, NULL},
};

static const luaL_Reg BACKGROUNDS[] = {
    {"builtin", backgrounds_builtin},
    {"random", backgrounds_random},
    {"uniform", backgrounds_uniform},
    {"dataset", backgrounds_dataset},
    {"folder", backgrounds_folder},
    {"images", backgrounds_images},
    {NULL, NULL},
};

void inv_lua_add_sources(lua_State *L) {
  inv_lua_type(L, "objects", METHODS);
  inv_lua_type(L, "backgrounds", METHODS);
  lua_newtable(L);
  inv_lua_register(L, "data.objects.", OBJECTS);
  lua_setfield(L, -2, "objects");
  lua_newtable(L);
  inv_lua_register(L, "data.backgrounds.", BACKGROUNDS);
  lua_setfield(L, -2, "backgrounds");
}
