/* Datasets: the userdata and what every one of them can do. */
#include <string.h>

#include "lua/data.h"

static const char *const DATASET = "dataset";

inv_dataset *inv_lua_dataset(lua_State *L, int arg) {
  inv_lua_dataset_box *box = inv_lua_userdata(L, arg, DATASET);
  if (!box->set)
    inv_lua_argument_error(L, arg, "the dataset is closed");
  return box->set;
}

inv_lua_dataset_box *inv_lua_new_dataset(lua_State *L, int about) {
  lua_pushvalue(L, about);
  inv_lua_collect(L);
  inv_lua_dataset_box *box = lua_newuserdatauv(L, sizeof *box, 1);
  box->set = NULL;
  luaL_setmetatable(L, DATASET);
  lua_rotate(L, -2, 1);
  lua_setiuservalue(L, -2, 1);
  return box;
}

static int dataset_gc(lua_State *L) {
  inv_lua_dataset_box *box = inv_lua_userdata(L, 1, DATASET);
  inv_dataset *set = box->set;
  box->set = NULL;
  inv_dataset_release(set);
  return 0;
}

/* about(ds): the table that belongs to it. */
static int data_about(lua_State *L) {
  inv_lua_userdata(L, 1, DATASET);
  lua_getiuservalue(L, 1, 1);
  return 1;
}

/* ---- sizes -------------------------------------------------------------- */

static int dataset_size(lua_State *L) {
  lua_pushinteger(L, inv_lua_dataset(L, 1)->size);
  return 1;
}

static int dataset_classes(lua_State *L) {
  lua_pushinteger(L, inv_lua_dataset(L, 1)->classes);
  return 1;
}

/* ds:shape(): the sizes of one sample, as many values. */
static int dataset_shape(lua_State *L) {
  const inv_dataset *set = inv_lua_dataset(L, 1);
  for (int d = 0; d < set->dims; d++)
    lua_pushinteger(L, set->shape[d]);
  return set->dims;
}

/* ds:image_size(): height and width. */
static int dataset_image_size(lua_State *L) {
  const inv_dataset *set = inv_lua_dataset(L, 1);
  if (set->dims != 3)
    inv_lua_error(L, "samples with %d dimensions are no images", set->dims);
  lua_pushinteger(L, set->shape[0]);
  lua_pushinteger(L, set->shape[1]);
  return 2;
}

static int dataset_dtype(lua_State *L) {
  lua_pushstring(L, inv_dtype_name(inv_lua_dataset(L, 1)->dtype));
  return 1;
}

/* ---- indices ------------------------------------------------------------ */

/* Position `arg` as an index from 0; negative ones count from the end. */
static int64_t check_position(lua_State *L, int arg, int64_t size) {
  lua_Integer i = inv_lua_integer(L, arg, LUA_MININTEGER, LUA_MAXINTEGER);
  if (i == 0 || i > size || i < -size)
    inv_lua_argument_error(L, arg, "sample %lld of a dataset of %lld",
                           (long long)i, (long long)size);
  return i > 0 ? i - 1 : size + i;
}

/* Element `i` of the list of indices at `arg`. */
static lua_Integer list_index(lua_State *L, int arg, int64_t i,
                              const inv_tensor *tensor) {
  if (tensor)
    return inv_i32(tensor)[i * tensor->strides[0]];
  int is_integer;
  lua_rawgeti(L, arg, i + 1);
  lua_Integer value = lua_tointegerx(L, -1, &is_integer);
  if (!is_integer || lua_type(L, -1) != LUA_TNUMBER)
    inv_lua_argument_error(L, arg, "index %lld is no integer",
                           (long long)i + 1);
  lua_pop(L, 1);
  return value;
}

int64_t *inv_lua_positions(lua_State *L, int arg, int64_t size,
                           int64_t *count) {
  const inv_variable *variable = inv_lua_is_tensor(L, arg);
  const inv_tensor *tensor = variable ? &variable->value : NULL;
  if (tensor ? tensor->dtype != INV_INT32 || tensor->dims != 1
             : !lua_istable(L, arg))
    inv_lua_type_error(L, arg, "list or int32 tensor of indices");
  *count = tensor ? tensor->shape[0] : (int64_t)lua_rawlen(L, arg);
  int64_t *indices =
      lua_newuserdatauv(L, ((size_t)*count + 1) * sizeof *indices, 0);
  for (int64_t i = 0; i < *count; i++) {
    lua_Integer index = list_index(L, arg, i, tensor);
    if (index == 0 || index > size || index < -size)
      inv_lua_argument_error(L, arg, "index %lld is %lld, in a dataset of %lld",
                             (long long)i + 1, (long long)index,
                             (long long)size);
    indices[i] = index > 0 ? index - 1 : size + index;
  }
  return indices;
}

/* What a method's arguments 2 (and 3) name: a list, or first and last. */
typedef struct {
  int64_t *indices; /* NULL: `count` samples from `first` */
  int64_t first, count;
  int next; /* the argument after them */
} selection;

static selection check_selection(lua_State *L, int64_t size) {
  selection s = {.next = 4};
  if (lua_type(L, 2) != LUA_TNUMBER) {
    s.next = 3;
    s.indices = inv_lua_positions(L, 2, size, &s.count);
    return s;
  }
  s.first = check_position(L, 2, size);
  int64_t last = check_position(L, 3, size);
  s.count = last < s.first ? 0 : last - s.first + 1;
  return s;
}

/* ---- samples and batches ------------------------------------------------ */

/* The set stays while it works, whatever a Lua callback does to it. */
static void run_batch(lua_State *L, inv_dataset *set, const selection *s,
                      const inv_tensor *x, const inv_tensor *y) {
  inv_dataset_retain(set);
  inv_status status = inv_dataset_batch(set, s->indices, s->first, s->count,
                                        x->dtype, x->data, y->data);
  inv_dataset_release(set);
  inv_lua_check(L, status);
  for (int64_t i = 0; i < s->count; i++)
    inv_i32(y)[i]++; /* labels count from 1 */
}

/* ds:sample(i): a tensor in the set's dtype, and the label. */
static int dataset_sample(lua_State *L) {
  inv_dataset *set = inv_lua_dataset(L, 1);
  selection s = {.first = check_position(L, 2, set->size), .count = 1};
  inv_variable *x = inv_lua_new_tensor(L);
  inv_lua_check(L,
                inv_tensor_new(&x->value, set->dtype, set->dims, set->shape));
  int32_t label = 0;
  inv_tensor y = {.data = &label};
  run_batch(L, set, &s, &x->value, &y);
  lua_pushinteger(L, label);
  return 2;
}

static void batch_shape(const inv_dataset *set, int64_t count,
                        int64_t shape[INV_MAX_DIMS]) {
  shape[0] = count;
  memcpy(shape + 1, set->shape, (size_t)set->dims * sizeof *shape);
}

/* Pushes element `place` of the list out = {x, y}: a tensor to be filled. */
static inv_variable *push_given(lua_State *L, int arg, int place,
                                inv_dtype dtype, int dims,
                                const int64_t *shape) {
  lua_getfield(L, arg, "out");
  if (!lua_istable(L, -1))
    inv_lua_argument_error(L, arg, "option out: {x, y} expected");
  lua_rawgeti(L, -1, place);
  lua_remove(L, -2);
  inv_variable *given = inv_lua_is_tensor(L, -1);
  char text[96];
  bool fits = given && given->value.dtype == dtype &&
              given->value.dims == dims && inv_tensor_contiguous(&given->value);
  for (int d = 0; fits && d < dims; d++)
    fits = given->value.shape[d] == shape[d];
  if (!fits)
    inv_lua_argument_error(L, arg,
                           "option out: element %d is to be a row-major %s "
                           "tensor %s",
                           place, inv_dtype_name(dtype),
                           inv_shape_text(text, dims, shape));
  return given;
}

static bool has_option(lua_State *L, int arg, const char *name) {
  bool there = lua_getfield(L, arg, name) != LUA_TNIL;
  lua_pop(L, 1);
  return there;
}

/* ds:batch(first, last[, options]) or ds:batch(indices[, options]): x and y. */
static int dataset_batch(lua_State *L) {
  static const char *const names[] = {"dtype", "out", NULL};
  static const char *const dtypes[] = {"float32", "uint8", NULL};
  inv_dataset *set = inv_lua_dataset(L, 1);
  lua_settop(L, lua_type(L, 2) == LUA_TNUMBER ? 4 : 3);
  int arg = lua_gettop(L);
  inv_lua_options(L, arg, names);
  selection s = check_selection(L, set->size);
  inv_dtype dtype = inv_lua_option_choice(L, arg, "dtype", dtypes, 0) == 1
                        ? INV_UINT8
                        : INV_FLOAT32;
  int64_t shape[INV_MAX_DIMS];
  batch_shape(set, s.count, shape);
  inv_variable *x, *y;
  if (has_option(L, arg, "out")) {
    x = push_given(L, arg, 1, dtype, set->dims + 1, shape);
    y = push_given(L, arg, 2, INV_INT32, 1, shape);
  } else {
    x = inv_lua_new_tensor(L);
    inv_lua_check(L, inv_tensor_new(&x->value, dtype, set->dims + 1, shape));
    y = inv_lua_new_tensor(L);
    inv_lua_check(L, inv_tensor_new(&y->value, INV_INT32, 1, shape));
  }
  run_batch(L, set, &s, &x->value, &y->value);
  inv_tensor_written(&x->value);
  inv_tensor_written(&y->value);
  return 2;
}

/* ---- datasets from datasets --------------------------------------------- */

/* ds:subset(first, last, about) or ds:subset(indices, nil, about), as the Lua
 * library calls it: `about` is the new dataset's table. */
static int dataset_subset(lua_State *L) {
  inv_dataset *set = inv_lua_dataset(L, 1);
  lua_settop(L, 4);
  selection s = check_selection(L, set->size);
  if (!s.indices) {
    s.indices =
        lua_newuserdatauv(L, ((size_t)s.count + 1) * sizeof *s.indices, 0);
    for (int64_t i = 0; i < s.count; i++)
      s.indices[i] = s.first + i;
  }
  inv_lua_dataset_box *box = inv_lua_new_dataset(L, 4);
  inv_lua_check(L, inv_dataset_subset(&box->set, set, s.indices, s.count));
  return 1;
}

/* ds:cache(): every sample made once and kept. */
static int dataset_cache(lua_State *L) {
  inv_dataset *set = inv_lua_dataset(L, 1);
  lua_getiuservalue(L, 1, 1);
  inv_lua_dataset_box *box = inv_lua_new_dataset(L, lua_gettop(L));
  inv_dataset_retain(set);
  inv_status status = inv_dataset_cached(&box->set, set);
  inv_dataset_release(set);
  inv_lua_check(L, status);
  return 1;
}

enum { MOST_CLASSES = 1 << 24 };

/* Raises unless the labels, from 1, are an int32 list; copies them, from 0. */
static void copy_labels(lua_State *L, inv_tensor *out, const inv_tensor *from,
                        int *classes) {
  char text[96];
  if (from->dtype != INV_INT32 || from->dims != 1)
    inv_lua_argument_error(L, 1, "option y: int32 labels expected, got %s %s",
                           inv_dtype_name(from->dtype),
                           inv_shape_text(text, from->dims, from->shape));
  inv_lua_check(L, inv_tensor_clone(out, from));
  int32_t highest = 0;
  for (int64_t i = 0; i < out->shape[0]; i++) {
    int32_t label = inv_i32(out)[i];
    highest = label > highest ? label : highest;
    inv_i32(out)[i] = label > INT32_MIN ? label - 1 : label;
  }
  if (highest > MOST_CLASSES)
    inv_lua_argument_error(L, 1, "option y: label %d, at most %d are allowed",
                           (int)highest, MOST_CLASSES);
  if (*classes == 0)
    *classes = highest;
}

/* The tensor in option `name`. */
static const inv_tensor *tensor_option(lua_State *L, const char *name) {
  lua_getfield(L, 1, name);
  const inv_variable *given = inv_lua_is_tensor(L, -1);
  if (!given)
    inv_lua_argument_error(L, 1, "option %s: tensor expected, got %s", name,
                           luaL_typename(L, -1));
  lua_pop(L, 1);
  return &given->value; /* the options keep it */
}

/* data.tensors{x=, y=, classes=, normalize=}, and the dataset's table. Where
 * the third argument is true x is not copied: nobody else has it. */
static int data_tensors(lua_State *L) {
  static const char *const names[] = {"x",         "y",           "classes",
                                      "normalize", "class_names", NULL};
  lua_settop(L, 3);
  if (!lua_istable(L, 1))
    inv_lua_type_error(L, 1, "table of options");
  inv_lua_options(L, 1, names);
  bool keep = lua_toboolean(L, 3);
  const inv_tensor *x = tensor_option(L, "x"), *y = tensor_option(L, "y");
  int classes =
      (int)inv_lua_option_integer(L, 1, "classes", 1, MOST_CLASSES, 0);
  bool normalize = inv_lua_option_boolean(L, 1, "normalize", true);
  inv_lua_dataset_box *box = inv_lua_new_dataset(L, 2);
  inv_variable *copied_x = inv_lua_new_tensor(L);
  inv_variable *copied_y = inv_lua_new_tensor(L);
  inv_lua_check(L, keep ? inv_tensor_to_contiguous(&copied_x->value, x)
                        : inv_tensor_clone(&copied_x->value, x));
  copy_labels(L, &copied_y->value, y, &classes);
  inv_lua_check(L, inv_dataset_tensors(&box->set,
                                       inv_tensor_retain(&copied_x->value),
                                       inv_tensor_retain(&copied_y->value),
                                       classes, normalize));
  inv_variable_release(copied_x);
  inv_variable_release(copied_y);
  lua_pop(L, 2);
  return 1;
}

static const luaL_Reg METHODS[] = {
    {"size", dataset_size},   {"classes", dataset_classes},
    {"shape", dataset_shape}, {"image_size", dataset_image_size},
    {"dtype", dataset_dtype}, {"sample", dataset_sample},
    {"batch", dataset_batch}, {"subset", dataset_subset},
    {"cache", dataset_cache}, {"__len", dataset_size},
    {"__gc", dataset_gc},     {NULL, NULL},
};

static const luaL_Reg FUNCTIONS[] = {
    {"about", data_about}, {"tensors", data_tensors}, {NULL, NULL}};

void inv_lua_add_datasets(lua_State *L) {
  inv_lua_type(L, DATASET, METHODS);
  luaL_getmetatable(L, DATASET);
  lua_getfield(L, -1, "methods");
  lua_setfield(L, -3, "dataset_methods");
  lua_setfield(L, -2, "dataset_metatable");
  inv_lua_register(L, "data.", FUNCTIONS);
}
