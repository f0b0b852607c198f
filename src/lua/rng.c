/* invar.core.rng: random generators as values. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>

#include "base/memory.h"
#include "lua/binding.h"
#include "lua/modules.h"

static const double ANY = HUGE_VAL;

static inv_rng *push_rng(lua_State *L, inv_rng rng) {
  inv_rng *copy = lua_newuserdatauv(L, sizeof *copy, 0);
  *copy = rng;
  luaL_setmetatable(L, "rng");
  return copy;
}

/* rng.new(seed) */
static int rng_new(lua_State *L) {
  push_rng(L, inv_rng_new(inv_lua_seed(L, 1)));
  return 1;
}

/* The list of `n` words of 32 bits at `arg`. */
static void read_words(lua_State *L, int arg, uint32_t *words, int n) {
  if (!lua_istable(L, arg) || (int)lua_rawlen(L, arg) != n)
    inv_lua_argument_error(L, arg, "a list of %d words of 32 bits expected", n);
  for (int i = 0; i < n; i++) {
    int is_integer;
    lua_rawgeti(L, arg, i + 1);
    lua_Integer word = lua_tointegerx(L, -1, &is_integer);
    if (!is_integer || word < 0 || word > UINT32_MAX)
      inv_lua_argument_error(L, arg, "word %d is not an integer of 32 bits",
                             i + 1);
    words[i] = (uint32_t)word;
    lua_pop(L, 1);
  }
}

/* rng.philox(counter, key): Philox 4x32-10 itself; 4 and 2 words to 4. */
static int rng_philox(lua_State *L) {
  uint32_t counter[4], key[2], out[4];
  read_words(L, 1, counter, 4);
  read_words(L, 2, key, 2);
  inv_philox(counter, key, out);
  lua_createtable(L, 4, 0);
  for (int i = 0; i < 4; i++) {
    lua_pushinteger(L, out[i]);
    lua_rawseti(L, -2, i + 1);
  }
  return 1;
}

/* r:at(stream[, index]): an independent generator; index counts from 0. */
static int rng_at(lua_State *L) {
  const inv_rng *rng = inv_lua_rng(L, 1);
  const char *name = inv_lua_string(L, 2);
  lua_Integer index = inv_lua_opt_integer(L, 3, 0, LUA_MAXINTEGER, 0);
  push_rng(L, inv_rng_at(rng, name, (uint64_t)index));
  return 1;
}

/* r:copy(): the same state, to replay draws. */
static int rng_copy(lua_State *L) {
  push_rng(L, *inv_lua_rng(L, 1));
  return 1;
}

static const char STATE[] =
    "philox4x32-10 %" SCNx32 " %" SCNx32 " %" SCNx64 " %" SCNx64 " %" SCNx32
    " %" SCNx32 " %" SCNx32 " %" SCNx32 " %u%n";

/* r:state(): seed, stream and position as text. */
static int rng_state(lua_State *L) {
  const inv_rng *r = inv_lua_rng(L, 1);
  char text[160];
  snprintf(text, sizeof text,
           "philox4x32-10 %08" PRIx32 " %08" PRIx32 " %" PRIx64 " %" PRIx64
           " %08" PRIx32 " %08" PRIx32 " %08" PRIx32 " %08" PRIx32 " %u",
           r->key[0], r->key[1], r->index, r->block, r->words[0], r->words[1],
           r->words[2], r->words[3], r->unused);
  lua_pushstring(L, text);
  return 1;
}

/* r:restore(text): makes r what the generator was whose state() it is. */
static int rng_restore(lua_State *L) {
  inv_rng *rng = inv_lua_rng(L, 1), r = {0};
  const char *text = inv_lua_string(L, 2);
  int end = 0;
  int read =
      sscanf(text, STATE, &r.key[0], &r.key[1], &r.index, &r.block, &r.words[0],
             &r.words[1], &r.words[2], &r.words[3], &r.unused, &end);
  if (read != 9 || (size_t)end != lua_rawlen(L, 2) || r.unused > 4)
    inv_lua_argument_error(L, 2, "not the state of a generator");
  *rng = r;
  lua_settop(L, 1);
  return 1;
}

/* r:uniform([low, high]): U[low, high), by default U[0, 1). */
static int rng_uniform(lua_State *L) {
  inv_rng *rng = inv_lua_rng(L, 1);
  bool given = !lua_isnoneornil(L, 2);
  double low = given ? inv_lua_number(L, 2, -ANY, ANY) : 0;
  double high = given ? inv_lua_number(L, 3, low, ANY) : 1;
  lua_pushnumber(L, inv_rng_range(rng, low, high));
  return 1;
}

/* r:integer(low, high) or r:integer(n), which is low = 1. Both included. */
static int rng_integer(lua_State *L) {
  inv_rng *rng = inv_lua_rng(L, 1);
  bool two = !lua_isnoneornil(L, 3);
  lua_Integer low =
      two ? inv_lua_integer(L, 2, LUA_MININTEGER, LUA_MAXINTEGER) : 1;
  lua_Integer high = inv_lua_integer(L, two ? 3 : 2, low, LUA_MAXINTEGER);
  uint64_t size = (uint64_t)high - (uint64_t)low + 1; /* 0: all 2^64 */
  uint64_t draw = size ? inv_rng_below(rng, size) : inv_rng_u64(rng);
  lua_pushinteger(L, (lua_Integer)((uint64_t)low + draw));
  return 1;
}

/* r:normal([mean[, deviation]]) */
static int rng_normal(lua_State *L) {
  inv_rng *rng = inv_lua_rng(L, 1);
  double mean = lua_isnoneornil(L, 2) ? 0 : inv_lua_number(L, 2, -ANY, ANY);
  double deviation = lua_isnoneornil(L, 3) ? 1 : inv_lua_number(L, 3, 0, ANY);
  lua_pushnumber(L, mean + deviation * inv_rng_normal(rng));
  return 1;
}

/* r:bernoulli(p): true with probability p. */
static int rng_bernoulli(lua_State *L) {
  inv_rng *rng = inv_lua_rng(L, 1);
  double p = inv_lua_number(L, 2, 0, 1);
  lua_pushboolean(L, inv_rng_uniform(rng) < p);
  return 1;
}

/* r:beta(a, b) */
static int rng_beta(lua_State *L) {
  inv_rng *rng = inv_lua_rng(L, 1);
  double a = inv_lua_number(L, 2, 1e-6, 1e12);
  double b = inv_lua_number(L, 3, 1e-6, 1e12);
  lua_pushnumber(L, inv_rng_beta(rng, a, b));
  return 1;
}

/* r:categorical(weights): an index in 1 .. #weights. */
static int rng_categorical(lua_State *L) {
  inv_rng *rng = inv_lua_rng(L, 1);
  if (!lua_istable(L, 2))
    inv_lua_type_error(L, 2, "list of weights");
  size_t n = lua_rawlen(L, 2);
  double sum = 0;
  double *weights = lua_newuserdatauv(L, (n + 1) * sizeof *weights, 0);
  for (size_t i = 0; i < n; i++) {
    lua_rawgeti(L, 2, (lua_Integer)i + 1);
    weights[i] = lua_tonumber(L, -1);
    if (lua_type(L, -1) != LUA_TNUMBER || !(weights[i] >= 0) ||
        !isfinite(weights[i]))
      inv_lua_argument_error(L, 2, "weight %d is not a finite number >= 0",
                             (int)i + 1);
    sum += weights[i];
    lua_pop(L, 1);
  }
  if (!(sum > 0) || !isfinite(sum))
    inv_lua_argument_error(L, 2, "no weight is positive");
  lua_pushinteger(L, 1 + (lua_Integer)inv_rng_categorical(rng, weights, n));
  return 1;
}

/* Pushes k of 1 .. n in random order, as a list. */
static int push_choice(lua_State *L, inv_rng *rng, size_t k, size_t n) {
  int64_t *picks = lua_newuserdatauv(L, (k + 1) * sizeof *picks, 0);
  if (k == n)
    inv_rng_permutation(rng, picks, n);
  else
    inv_lua_check(L, inv_rng_choice(rng, picks, k, n));
  lua_createtable(L, (int)k, 0);
  for (size_t i = 0; i < k; i++) {
    lua_pushinteger(L, picks[i] + 1);
    lua_rawseti(L, -2, (lua_Integer)i + 1);
  }
  return 1;
}

enum { MOST = 1 << 28 };

/* r:permutation(n): a list of 1 .. n in random order. */
static int rng_permutation(lua_State *L) {
  inv_rng *rng = inv_lua_rng(L, 1);
  size_t n = (size_t)inv_lua_integer(L, 2, 0, MOST);
  return push_choice(L, rng, n, n);
}

/* r:choice(n, k): k different integers of 1 .. n, or, where the first
 * argument is a list, k different elements of it; in random order. */
static int rng_choice(lua_State *L) {
  inv_rng *rng = inv_lua_rng(L, 1);
  bool list = lua_istable(L, 2);
  size_t n = list ? lua_rawlen(L, 2) : (size_t)inv_lua_integer(L, 2, 0, MOST);
  size_t k = (size_t)inv_lua_integer(L, 3, 0, (lua_Integer)n);
  push_choice(L, rng, k, n);
  for (size_t i = 1; list && i <= k; i++) {
    lua_rawgeti(L, -1, (lua_Integer)i);
    lua_rawgeti(L, 2, lua_tointeger(L, -1));
    lua_rawseti(L, -3, (lua_Integer)i);
    lua_pop(L, 1);
  }
  return 1;
}

static int rng_tostring(lua_State *L) {
  const inv_rng *rng = inv_lua_rng(L, 1);
  lua_pushfstring(L, "rng (key %p%p, index %I, draws %I)",
                  (void *)(uintptr_t)rng->key[1],
                  (void *)(uintptr_t)rng->key[0], (lua_Integer)rng->index,
                  (lua_Integer)(4 * rng->block - rng->unused));
  return 1;
}

static const luaL_Reg FUNCTIONS[] = {
    {"new", rng_new}, {"philox", rng_philox}, {NULL, NULL}};

static const luaL_Reg METHODS[] = {
    {"at", rng_at},
    {"copy", rng_copy},
    {"state", rng_state},
    {"restore", rng_restore},
    {"uniform", rng_uniform},
    {"integer", rng_integer},
    {"normal", rng_normal},
    {"bernoulli", rng_bernoulli},
    {"beta", rng_beta},
    {"categorical", rng_categorical},
    {"permutation", rng_permutation},
    {"choice", rng_choice},
    {"__tostring", rng_tostring},
    {NULL, NULL},
};

int inv_open_rng(lua_State *L) {
  inv_lua_type(L, "rng", METHODS);
  lua_newtable(L);
  inv_lua_register(L, "rng.", FUNCTIONS);
  return 1;
}
