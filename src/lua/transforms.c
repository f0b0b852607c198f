/* invar.core.transforms: the transformation samplers. */
#include "lua/transforms.h"

#include <stdio.h>
#include <string.h>

#include "lua/image.h"
#include "lua/modules.h"

enum { MOST_PARTS = 10000, MOST_NAMES = 512 };

/* ---- userdata ----------------------------------------------------------- */

inv_transform **inv_lua_new_transform(lua_State *L) {
  inv_transform **holder = lua_newuserdatauv(L, sizeof *holder, 0);
  *holder = NULL;
  luaL_setmetatable(L, "transform");
  return holder;
}

static inv_transform *open_transform(lua_State *L, int arg) {
  inv_transform **holder = inv_lua_userdata(L, arg, "transform");
  if (!*holder)
    inv_lua_argument_error(L, arg, "the transformation is closed");
  return *holder;
}

static int transform_gc(lua_State *L) {
  inv_transform **holder = luaL_checkudata(L, 1, "transform");
  inv_transform_release(*holder);
  *holder = NULL;
  return 0;
}

/* ---- names -------------------------------------------------------------- */

int inv_lua_no_transform(lua_State *L, int arg, const char *name) {
  const char *names[MOST_NAMES + 1] = {NULL};
  int n = 0;
  for (; INV_TRANSFORM_CLASSES[n]; n++)
    names[n] = INV_TRANSFORM_CLASSES[n]->name;
  inv_lua_push_definitions(L);
  for (lua_Integer i = 1; n < MOST_NAMES; i++) {
    if (lua_rawgeti(L, -1, i) != LUA_TSTRING)
      break;
    names[n++] = lua_tostring(L, -1); /* the table keeps it */
    lua_pop(L, 1);
  }
  const char *near = inv_nearest_name(name, names);
  return inv_lua_argument_error(
      L, arg, "there is no transformation \"%.60s\"%s%s%s", name,
      near ? " (did you mean \"" : "", near ? near : "", near ? "\"?)" : "");
}

/* Pushes the transformation of that name with its published ranges. */
static void push_named(lua_State *L, int arg, const char *name) {
  const inv_transform_class *class = inv_transform_class_of(name);
  if (class)
    inv_lua_check(L, inv_transform_new(inv_lua_new_transform(L), class, NULL));
  else if (!inv_lua_push_defined(L, name))
    inv_lua_no_transform(L, arg, name);
}

inv_transform *inv_lua_transform(lua_State *L, int arg) {
  if (lua_type(L, arg) == LUA_TSTRING) {
    arg = lua_absindex(L, arg);
    push_named(L, arg, lua_tostring(L, arg));
    lua_replace(L, arg);
  }
  if (!luaL_testudata(L, arg, "transform"))
    inv_lua_type_error(L, arg, "transform or the name of one");
  return open_transform(L, arg);
}

/* ---- options ------------------------------------------------------------ */

static int range_error(lua_State *L, int arg, const inv_transform_option *o) {
  return inv_lua_argument_error(
      L, arg, "option %s: number or {low, high} in %g .. %g expected", o->name,
      o->low, o->high);
}

/* A number stands for a range of one value. */
static void read_range(lua_State *L, int arg, const inv_transform_option *o,
                       double out[2]) {
  int kind = lua_getfield(L, arg, o->name);
  if (kind == LUA_TNUMBER) {
    out[0] = out[1] = lua_tonumber(L, -1);
  } else if (kind == LUA_TTABLE && lua_rawlen(L, -1) == 2) {
    for (int i = 0; i < 2; i++) {
      if (lua_rawgeti(L, -1, i + 1) != LUA_TNUMBER)
        range_error(L, arg, o);
      out[i] = lua_tonumber(L, -1);
      lua_pop(L, 1);
    }
  } else if (kind != LUA_TNIL) {
    range_error(L, arg, o);
  }
  if (!(out[0] >= o->low && out[0] <= out[1] && out[1] <= o->high))
    range_error(L, arg, o);
  lua_pop(L, 1);
}

static void read_options(lua_State *L, int arg,
                         const inv_transform_class *class, double (*out)[2]) {
  const char *names[INV_TRANSFORM_OPTIONS + 1] = {NULL};
  for (int i = 0; class->options[i].name; i++)
    names[i] = class->options[i].name;
  inv_lua_options(L, arg, names);
  for (int i = 0; class->options[i].name; i++) {
    const inv_transform_option *o = &class->options[i];
    memcpy(out[i], o->published, sizeof o->published);
    if (o->kind == INV_OPTION_RANGE)
      read_range(L, arg, o, out[i]);
    else if (o->kind == INV_OPTION_NUMBER)
      out[i][0] =
          inv_lua_option_number(L, arg, o->name, o->low, o->high, out[i][0]);
    else
      out[i][0] = (double)inv_lua_option_integer(
          L, arg, o->name, (lua_Integer)o->low, (lua_Integer)o->high,
          (lua_Integer)out[i][0]);
    if (o->kind == INV_OPTION_ODD && (int)out[i][0] % 2 == 0)
      inv_lua_argument_error(L, arg, "option %s: odd number expected, got %d",
                             o->name, (int)out[i][0]);
  }
}

/* Pushes a new transformation with the options at `arg`. */
static void push_with_options(lua_State *L, int arg,
                              const inv_transform_class *class) {
  double options[INV_TRANSFORM_OPTIONS][2];
  read_options(L, arg, class, options);
  inv_lua_check(L, inv_transform_new(inv_lua_new_transform(L), class, options));
}

/* Pushes the value of option i, or nil where it is worked out from the
 * image. */
static void push_option(lua_State *L, const inv_transform *t, int i) {
  const inv_transform_option *o = &inv_transform_get_class(t)->options[i];
  const double *value = inv_transform_option_values(t, i);
  if (o->kind == INV_OPTION_RANGE) {
    lua_createtable(L, 2, 0);
    lua_pushnumber(L, value[0]);
    lua_rawseti(L, -2, 1);
    lua_pushnumber(L, value[1]);
    lua_rawseti(L, -2, 2);
  } else if (o->kind == INV_OPTION_NUMBER) {
    lua_pushnumber(L, value[0]);
  } else if (value[0] < o->low) {
    lua_pushnil(L);
  } else {
    lua_pushinteger(L, (lua_Integer)value[0]);
  }
}

/* ---- functions ---------------------------------------------------------- */

/* transforms.NAME([options]) */
static int transforms_construct(lua_State *L) {
  push_with_options(L, 1, lua_touserdata(L, lua_upvalueindex(2)));
  return 1;
}

/* transforms.create(name[, options]) */
static int transforms_create(lua_State *L) {
  const char *name = inv_lua_string(L, 1);
  const inv_transform_class *class = inv_transform_class_of(name);
  lua_settop(L, 2);
  if (class) {
    push_with_options(L, 2, class);
    return 1;
  }
  push_named(L, 1, name);
  if (!lua_isnil(L, 2))
    inv_lua_options(L, 2, (const char *const[]){NULL});
  return 1;
}

/* transforms.compose{t1, t2, ...}: transformations or their names. */
static int transforms_compose(lua_State *L) {
  lua_settop(L, 1);
  if (!lua_istable(L, 1))
    inv_lua_type_error(L, 1, "list of transformations");
  lua_Integer n = (lua_Integer)lua_rawlen(L, 1);
  if (n > MOST_PARTS)
    inv_lua_argument_error(L, 1, "at most %d transformations", MOST_PARTS);
  lua_pushnil(L);
  while (lua_next(L, 1)) {
    lua_Integer key = lua_isinteger(L, -2) ? lua_tointeger(L, -2) : 0;
    if (key < 1 || key > n)
      inv_lua_type_error(L, 1, "list of transformations without other keys");
    lua_pop(L, 1);
  }
  inv_transform **holder = inv_lua_new_transform(L);
  lua_createtable(L, (int)n, 0); /* keeps those made from names */
  inv_transform **parts =
      lua_newuserdatauv(L, ((size_t)n + 1) * sizeof *parts, 0);
  for (lua_Integer i = 0; i < n; i++) {
    int kind = lua_rawgeti(L, 1, i + 1);
    if (kind == LUA_TSTRING) {
      push_named(L, 1, lua_tostring(L, -1));
      lua_remove(L, -2);
    }
    inv_transform **part = luaL_testudata(L, -1, "transform");
    if (!part || !*part)
      inv_lua_argument_error(L, 1, "element %d is not an open transformation",
                             (int)i + 1);
    parts[i] = *part;
    lua_rawseti(L, 3, i + 1);
  }
  inv_lua_check(L, inv_transform_compose(holder, parts, (int)n));
  lua_settop(L, 2);
  return 1;
}

/* Appends to the list at index 2 the defined names (of the category). */
static void add_defined(lua_State *L, const char *category) {
  inv_lua_push_definitions(L);
  for (lua_Integer i = 1; lua_rawgeti(L, 3, i) == LUA_TSTRING; i++) {
    lua_pushvalue(L, -1);
    lua_rawget(L, 3);
    inv_transform **t = lua_touserdata(L, -1);
    lua_pop(L, 1);
    if (!category || strcmp(inv_transform_category(*t), category) == 0)
      lua_rawseti(L, 2, (lua_Integer)lua_rawlen(L, 2) + 1);
    else
      lua_pop(L, 1);
  }
  lua_settop(L, 2);
}

/* transforms.names([category]): the 18 in their published order, then the
 * defined ones. */
static int transforms_names(lua_State *L) {
  const char *category = lua_isnoneornil(L, 1) ? NULL : inv_lua_string(L, 1);
  lua_settop(L, 1);
  lua_newtable(L);
  for (int i = 0; INV_TRANSFORM_CLASSES[i]; i++) {
    const inv_transform_class *class = INV_TRANSFORM_CLASSES[i];
    if (category ? strcmp(class->category, category) == 0
                 : class != &INV_NONE) {
      lua_pushstring(L, class->name);
      lua_rawseti(L, 2, (lua_Integer)lua_rawlen(L, 2) + 1);
    }
  }
  add_defined(L, category);
  if (category && lua_rawlen(L, 2) == 0)
    inv_lua_argument_error(L, 1,
                           "there is no category \"%.60s\": \"geometric\", "
                           "\"photometric\", \"corruption\" or one of a "
                           "definition expected",
                           category);
  return 1;
}

/* transforms.category(name) */
static int transforms_category(lua_State *L) {
  const char *name = inv_lua_string(L, 1);
  lua_pushstring(L, name);
  lua_pushstring(L, inv_transform_category(inv_lua_transform(L, -1)));
  return 1;
}

/* ---- methods ------------------------------------------------------------ */

static int transform_name(lua_State *L) {
  lua_pushstring(L, inv_transform_name(open_transform(L, 1)));
  return 1;
}

static int transform_category(lua_State *L) {
  lua_pushstring(L, inv_transform_category(open_transform(L, 1)));
  return 1;
}

/* t:options(): a table as the constructor takes it. */
static int transform_options(lua_State *L) {
  const inv_transform *t = open_transform(L, 1);
  const inv_transform_class *class = inv_transform_get_class(t);
  lua_newtable(L);
  for (int i = 0; class && class->options[i].name; i++) {
    push_option(L, t, i);
    lua_setfield(L, -2, class->options[i].name);
  }
  return 1;
}

/* t:parts(): the transformations of a sequence, an empty list for others. */
static int transform_parts(lua_State *L) {
  const inv_transform *t = open_transform(L, 1);
  lua_createtable(L, inv_transform_parts(t), 0);
  for (int i = 0; i < inv_transform_parts(t); i++) {
    inv_transform **holder = inv_lua_new_transform(L);
    *holder = inv_transform_retain(inv_transform_part(t, i));
    lua_rawseti(L, -2, i + 1);
  }
  return 1;
}

enum { LARGEST = INV_IMAGE_SIDE };

/* t:sample(rng[, {size = 32 | height =, width =, box = {...}}]) */
static int transform_sample(lua_State *L) {
  const char *const names[] = {"size", "height", "width", "box", NULL};
  const inv_transform *t = open_transform(L, 1);
  inv_rng *rng = inv_lua_rng(L, 2);
  inv_lua_options(L, 3, names);
  lua_settop(L, 3);
  inv_scene scene;
  lua_Integer size = inv_lua_option_integer(L, 3, "size", 1, LARGEST, 32);
  scene.canvas.height =
      (int)inv_lua_option_integer(L, 3, "height", 1, LARGEST, size);
  scene.canvas.width =
      (int)inv_lua_option_integer(L, 3, "width", 1, LARGEST, size);
  scene.box =
      inv_transform_prepared_box(scene.canvas.height, scene.canvas.width);
  lua_getfield(L, 3, "box");
  lua_replace(L, 3);
  inv_lua_box(L, 3, &scene.box);
  inv_lua_push_sample(L, t, rng, &scene);
  return 1;
}

/* The box given at `arg` or, where there is none, the prepared one. */
static bool get_box(lua_State *L, int arg, const inv_image *image,
                    inv_box *box) {
  bool given = !lua_isnoneornil(L, arg);
  *box = inv_transform_prepared_box(image->height, image->width);
  inv_lua_box(L, arg, box);
  return given;
}

/* t:apply(image, parameters[, box]): a new image, and the box where one was
 * given. */
static int transform_apply(lua_State *L) {
  const inv_transform *t = open_transform(L, 1);
  inv_image image = inv_lua_image(L, 2);
  lua_settop(L, 4);
  inv_box box;
  bool given = get_box(L, 4, &image, &box);
  image = inv_lua_copy_image(L, &image);
  inv_lua_apply(L, 3, 3, t, &image, &box);
  if (given)
    inv_lua_push_box(L, &box);
  return 1 + given;
}

/* t(image, rng[, box]): draws and applies. */
static int transform_call(lua_State *L) {
  const inv_transform *t = open_transform(L, 1);
  inv_image image = inv_lua_image(L, 2);
  inv_rng *rng = inv_lua_rng(L, 3);
  lua_settop(L, 4);
  inv_box box;
  bool given = get_box(L, 4, &image, &box);
  image = inv_lua_copy_image(L, &image);
  inv_lua_check(L, inv_transform_draw_and_apply(t, rng, &image, &box));
  if (given)
    inv_lua_push_box(L, &box);
  return 1 + given;
}

/* Adds "name = value" of option i. */
static void add_option_text(luaL_Buffer *text, const inv_transform *t, int i) {
  const inv_transform_option *o = &inv_transform_get_class(t)->options[i];
  const double *value = inv_transform_option_values(t, i);
  char part[96];
  if (o->kind == INV_OPTION_RANGE)
    snprintf(part, sizeof part, "%s = {%g, %g}", o->name, value[0], value[1]);
  else
    snprintf(part, sizeof part, "%s = %g", o->name, value[0]);
  luaL_addstring(text, part);
}

/* As it could be written: transforms.rotate{degrees = {0, 360}}. */
static int transform_tostring(lua_State *L) {
  inv_transform **holder = inv_lua_userdata(L, 1, "transform");
  if (!*holder) {
    lua_pushstring(L, "transform (closed)");
    return 1;
  }
  const inv_transform *t = *holder;
  const inv_transform_class *class = inv_transform_get_class(t);
  bool sequence = strcmp(inv_transform_category(t), "sequence") == 0;
  luaL_Buffer text;
  luaL_buffinit(L, &text);
  luaL_addstring(&text, "transforms.");
  luaL_addstring(&text, inv_transform_name(t));
  luaL_addstring(&text, "{");
  for (int i = 0, n = 0; class && class->options[i].name; i++) {
    if (inv_transform_option_values(t, i)[1] < class->options[i].low &&
        inv_transform_option_values(t, i)[0] < class->options[i].low)
      continue; /* worked out from the image */
    luaL_addstring(&text, n++ ? ", " : "");
    add_option_text(&text, t, i);
  }
  for (int i = 0; sequence && i < inv_transform_parts(t); i++) {
    luaL_addstring(&text, i ? ", \"" : "\"");
    luaL_addstring(&text, inv_transform_name(inv_transform_part(t, i)));
    luaL_addstring(&text, "\"");
  }
  luaL_addstring(&text, "}");
  luaL_pushresult(&text);
  return 1;
}

static const luaL_Reg FUNCTIONS[] = {
    {"create", transforms_create},        {"compose", transforms_compose},
    {"names", transforms_names},          {"category", transforms_category},
    {"define", inv_lua_define_transform}, {NULL, NULL},
};

static const luaL_Reg METHODS[] = {
    {"name", transform_name},       {"category", transform_category},
    {"options", transform_options}, {"parts", transform_parts},
    {"sample", transform_sample},   {"apply", transform_apply},
    {"__call", transform_call},     {"__tostring", transform_tostring},
    {"__gc", transform_gc},         {NULL, NULL},
};

int inv_open_transforms(lua_State *L) {
  inv_lua_type(L, "transform", METHODS);
  lua_newtable(L);
  inv_lua_register(L, "transforms.", FUNCTIONS);
  for (int i = 0; INV_TRANSFORM_CLASSES[i]; i++) {
    const char *name = INV_TRANSFORM_CLASSES[i]->name;
    lua_pushfstring(L, "transforms.%s", name);
    lua_pushlightuserdata(L, (void *)(uintptr_t)INV_TRANSFORM_CLASSES[i]);
    lua_pushcclosure(L, transforms_construct, 2);
    lua_setfield(L, -2, name);
  }
  return 1;
}
