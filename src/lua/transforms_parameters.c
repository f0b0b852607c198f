/* Parameters of transformations as Lua tables: what sample gives and apply
 * takes. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "lua/transforms.h"

/* Largest absolute value of a given field: sums stay far from overflow. */
static const float FIELD_LIMIT = 1e6f;

/* ---- boxes -------------------------------------------------------------- */

void inv_lua_box(lua_State *L, int arg, inv_box *box) {
  enum { MOST = INV_IMAGE_SIDE };
  static const char *const names[] = {"x", "y", "width", "height", NULL};
  int *const fields[] = {&box->x, &box->y, &box->width, &box->height};
  if (lua_isnoneornil(L, arg))
    return;
  if (!lua_istable(L, arg))
    inv_lua_type_error(L, arg, "box {x =, y =, width =, height =}");
  inv_lua_options(L, arg, names);
  for (int i = 0; names[i]; i++) {
    if (lua_getfield(L, arg, names[i]) == LUA_TNIL)
      inv_lua_argument_error(L, arg, "the box has no %s", names[i]);
    lua_pop(L, 1);
    *fields[i] = (int)inv_lua_option_integer(L, arg, names[i],
                                             i < 2 ? -MOST : 0, MOST, 0);
  }
}

void inv_lua_push_box(lua_State *L, const inv_box *box) {
  lua_createtable(L, 0, 4);
  lua_pushinteger(L, box->x);
  lua_setfield(L, -2, "x");
  lua_pushinteger(L, box->y);
  lua_setfield(L, -2, "y");
  lua_pushinteger(L, box->width);
  lua_setfield(L, -2, "width");
  lua_pushinteger(L, box->height);
  lua_setfield(L, -2, "height");
}

/* ---- sampling ----------------------------------------------------------- */

static void push_parameters(lua_State *L, const inv_transform_class *class,
                            const inv_parameters *p) {
  lua_newtable(L);
  if (class->chance) {
    lua_pushboolean(L, p->applied);
    lua_setfield(L, -2, "applied");
  }
  for (int i = 0; class->parameters[i].name; i++) {
    if (class->parameters[i].integer)
      lua_pushinteger(L, (lua_Integer)p->value[i]);
    else
      lua_pushnumber(L, p->value[i]);
    lua_setfield(L, -2, class->parameters[i].name);
  }
  if (class->field) {
    lua_pushinteger(L, (lua_Integer)p->seed);
    lua_setfield(L, -2, "seed");
  }
}

void inv_lua_push_sample(lua_State *L, const inv_transform *t, inv_rng *rng,
                         inv_scene *scene) {
  const inv_transform_class *class = inv_transform_get_class(t);
  luaL_checkstack(L, 8, "transformations");
  if (class) {
    inv_parameters p;
    inv_transform_sample(t, rng, scene->canvas, &scene->box, &p);
    push_parameters(L, class, &p);
    inv_transform_track(t, &p, scene->canvas, &scene->box);
  } else if (inv_transform_context(t)) {
    inv_lua_push_defined_sample(L, t, rng, scene);
  } else {
    lua_createtable(L, inv_transform_parts(t), 0);
    for (int i = 0; i < inv_transform_parts(t); i++) {
      inv_lua_push_sample(L, inv_transform_part(t, i), rng, scene);
      lua_rawseti(L, -2, i + 1);
    }
  }
}

/* ---- applying ----------------------------------------------------------- */

static int parameter_error(lua_State *L, int arg, const inv_transform *t,
                           const char *name, const char *wanted) {
  size_t length;
  const char *got =
      lua_isnil(L, -1) ? "nothing" : luaL_tolstring(L, -1, &length);
  return inv_lua_argument_error(L, arg,
                                "%s: parameter %s: %s expected, got "
                                "%.60s",
                                inv_transform_name(t), name, wanted, got);
}

/* Only the parameters of the class, so that a slip in a name is noticed. */
static void check_names(lua_State *L, int arg, int index,
                        const inv_transform *t) {
  const inv_transform_class *class = inv_transform_get_class(t);
  const char *names[INV_TRANSFORM_PARAMETERS + 4] = {NULL};
  int n = 0;
  for (int i = 0; class->parameters[i].name; i++)
    names[n++] = class->parameters[i].name;
  if (class->chance)
    names[n++] = "applied";
  if (class->field) {
    names[n++] = "seed";
    names[n++] = "field";
  }
  lua_pushnil(L);
  while (lua_next(L, index)) {
    lua_pop(L, 1);
    bool known = false;
    const char *key =
        lua_type(L, -1) == LUA_TSTRING ? lua_tostring(L, -1) : NULL;
    for (int i = 0; key && i < n && !known; i++)
      known = strcmp(key, names[i]) == 0;
    if (known)
      continue;
    const char *near = key ? inv_nearest_name(key, names) : NULL;
    inv_lua_argument_error(L, arg, "%s has no parameter %.60s%s%s%s",
                           inv_transform_name(t), luaL_tolstring(L, -1, NULL),
                           near ? " (did you mean " : "", near ? near : "",
                           near ? "?)" : "");
  }
}

static double read_value(lua_State *L, int arg, int index,
                         const inv_transform *t,
                         const inv_transform_parameter *parameter) {
  char wanted[80];
  snprintf(wanted, sizeof wanted, "%s in %g .. %g",
           parameter->integer ? "integer" : "number", parameter->low,
           parameter->high);
  lua_getfield(L, index, parameter->name);
  double v = lua_tonumber(L, -1);
  if (lua_type(L, -1) != LUA_TNUMBER || !(v >= parameter->low) ||
      !(v <= parameter->high) || (parameter->integer && v != floor(v)))
    parameter_error(L, arg, t, parameter->name, wanted);
  lua_pop(L, 1);
  return v;
}

static bool all_within(const float *values, size_t n, float limit) {
  size_t bad = 0;
  for (size_t i = 0; i < n; i++)
    bad += !(values[i] >= -limit && values[i] <= limit);
  return bad == 0;
}

/* The given field; it stays on the stack, where it is kept alive. */
static const float *read_field(lua_State *L, int arg, const inv_transform *t,
                               const inv_image *image) {
  const inv_variable *given = inv_lua_is_tensor(L, -1);
  int depth =
      inv_transform_field_depth(inv_transform_get_class(t), image->channels);
  char wanted[96];
  snprintf(wanted, sizeof wanted, "float32 tensor of %d x %d x %d",
           image->height, image->width, depth);
  if (!given || given->value.dtype != INV_FLOAT32 || given->value.dims != 3 ||
      given->value.shape[0] != image->height ||
      given->value.shape[1] != image->width || given->value.shape[2] != depth)
    parameter_error(L, arg, t, "field", wanted);
  inv_variable *field = inv_lua_new_tensor(L);
  inv_lua_check(L, inv_tensor_to_contiguous(&field->value, &given->value));
  size_t n = inv_image_count(image) * (size_t)depth;
  if (!all_within(inv_f32(&field->value), n, FIELD_LIMIT))
    inv_lua_argument_error(L, arg,
                           "%s: parameter field: values in -1e6 .. 1e6 "
                           "expected",
                           inv_transform_name(t));
  return inv_f32(&field->value);
}

/* Leaves a given field on the stack. */
static inv_parameters read_parameters(lua_State *L, int arg, int index,
                                      const inv_transform *t,
                                      const inv_image *image) {
  const inv_transform_class *class = inv_transform_get_class(t);
  inv_parameters p = {.applied = true};
  if (!lua_istable(L, index))
    inv_lua_argument_error(L, arg, "%s: table of parameters expected, got %s",
                           inv_transform_name(t), luaL_typename(L, index));
  check_names(L, arg, index, t);
  if (class->chance) {
    int kind = lua_getfield(L, index, "applied");
    if (kind != LUA_TNIL && kind != LUA_TBOOLEAN)
      parameter_error(L, arg, t, "applied", "boolean");
    p.applied = kind == LUA_TNIL || lua_toboolean(L, -1);
    lua_pop(L, 1);
  }
  if (!p.applied)
    return p;
  for (int i = 0; class->parameters[i].name; i++)
    p.value[i] = read_value(L, arg, index, t, &class->parameters[i]);
  if (class->field) {
    int is_integer;
    lua_getfield(L, index, "seed");
    p.seed = (uint64_t)lua_tointegerx(L, -1, &is_integer);
    if (lua_getfield(L, index, "field") != LUA_TNIL)
      p.field = read_field(L, arg, t, image);
    else if (!is_integer || lua_type(L, -2) != LUA_TNUMBER)
      parameter_error(L, arg, t, "field or seed", "tensor or integer");
  }
  return p;
}

static void apply_parts(lua_State *L, int arg, int index,
                        const inv_transform *t, inv_image *image,
                        inv_box *box) {
  int n = inv_transform_parts(t);
  if (!lua_istable(L, index) || lua_rawlen(L, index) != (size_t)n)
    inv_lua_argument_error(L, arg, "compose: list of %d parameters expected",
                           n);
  for (int i = 0; i < n; i++) {
    lua_rawgeti(L, index, i + 1);
    inv_lua_apply(L, arg, lua_gettop(L), inv_transform_part(t, i), image, box);
    lua_pop(L, 1);
  }
}

void inv_lua_apply(lua_State *L, int arg, int index, const inv_transform *t,
                   inv_image *image, inv_box *box) {
  luaL_checkstack(L, 16, "transformations");
  int top = lua_gettop(L);
  if (inv_transform_get_class(t)) {
    inv_parameters p = read_parameters(L, arg, index, t, image);
    inv_lua_check(L, inv_transform_apply(t, &p, image, box));
  } else if (inv_transform_context(t)) {
    inv_lua_apply_defined(L, index, t, image);
  } else {
    apply_parts(L, arg, index, t, image, box);
  }
  lua_settop(L, top);
}
