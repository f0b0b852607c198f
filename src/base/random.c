#include "base/random.h"

#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "base/portable_math.h"

enum { ROUNDS = 10 };
static const uint32_t MULTIPLIER_0 = 0xD2511F53, MULTIPLIER_1 = 0xCD9E8D57;
static const uint32_t WEYL_0 = 0x9E3779B9, WEYL_1 = 0xBB67AE85;

void inv_philox(const uint32_t counter[4], const uint32_t key[2],
                uint32_t out[4]) {
  uint32_t c0 = counter[0], c1 = counter[1], c2 = counter[2], c3 = counter[3];
  uint32_t k0 = key[0], k1 = key[1];
  for (int round = 0; round < ROUNDS; round++) {
    uint64_t p0 = (uint64_t)MULTIPLIER_0 * c0;
    uint64_t p1 = (uint64_t)MULTIPLIER_1 * c2;
    c0 = (uint32_t)(p1 >> 32) ^ c1 ^ k0;
    c1 = (uint32_t)p1;
    c2 = (uint32_t)(p0 >> 32) ^ c3 ^ k1;
    c3 = (uint32_t)p0;
    k0 += WEYL_0;
    k1 += WEYL_1;
  }
  out[0] = c0, out[1] = c1, out[2] = c2, out[3] = c3;
}

/* FNV-1a, 64 bits: turns a stream's name into a counter. */
static uint64_t hash(const char *name) {
  uint64_t h = 0xcbf29ce484222325u;
  for (; *name; name++)
    h = (h ^ (unsigned char)*name) * 0x100000001b3u;
  return h;
}

inv_rng inv_rng_new(uint64_t seed) {
  inv_rng rng = {.key = {(uint32_t)seed, (uint32_t)(seed >> 32)}};
  return rng;
}

inv_rng inv_rng_at(const inv_rng *parent, const char *name, uint64_t index) {
  uint64_t h = hash(name);
  uint32_t counter[4] = {(uint32_t)h, (uint32_t)(h >> 32),
                         (uint32_t)parent->index,
                         (uint32_t)(parent->index >> 32)};
  uint32_t words[4];
  inv_philox(counter, parent->key, words);
  inv_rng rng = {.key = {words[0], words[1]}, .index = index};
  return rng;
}

uint32_t inv_rng_u32(inv_rng *rng) {
  if (rng->unused == 0) {
    uint32_t counter[4] = {(uint32_t)rng->block, (uint32_t)(rng->block >> 32),
                           (uint32_t)rng->index, (uint32_t)(rng->index >> 32)};
    inv_philox(counter, rng->key, rng->words);
    rng->block++;
    rng->unused = 4;
  }
  return rng->words[4 - rng->unused--];
}

uint64_t inv_rng_u64(inv_rng *rng) {
  uint64_t low = inv_rng_u32(rng);
  return (uint64_t)inv_rng_u32(rng) << 32 | low;
}

double inv_rng_uniform(inv_rng *rng) {
  return (double)(inv_rng_u64(rng) >> 11) * 0x1p-53;
}

double inv_rng_range(inv_rng *rng, double low, double high) {
  return low + (high - low) * inv_rng_uniform(rng);
}

uint64_t inv_rng_below(inv_rng *rng, uint64_t n) {
  unsigned __int128 product = (unsigned __int128)inv_rng_u64(rng) * n;
  if ((uint64_t)product < n) {
    uint64_t threshold = -n % n;
    while ((uint64_t)product < threshold)
      product = (unsigned __int128)inv_rng_u64(rng) * n;
  }
  return (uint64_t)(product >> 64);
}

double inv_rng_normal(inv_rng *rng) {
  double radius = sqrt(-2 * inv_log(1 - inv_rng_uniform(rng)));
  double sine, cosine;
  inv_sincos(6.283185307179586 * inv_rng_uniform(rng), &sine, &cosine);
  return radius * cosine;
}

/* The logarithm of a Gamma(a, 1) variable. In logarithms, because for small a
 * the variable itself underflows. */
static double log_gamma_variate(inv_rng *rng, double a) {
  double boost = 0;
  if (a < 1) {
    boost = inv_log(1 - inv_rng_uniform(rng)) / a;
    a += 1;
  }
  double d = a - 1.0 / 3, c = 1 / sqrt(9 * d);
  for (;;) {
    double x = inv_rng_normal(rng), root = 1 + c * x;
    if (root <= 0)
      continue;
    double v = root * root * root;
    double log_v = inv_log(v);
    double u = 1 - inv_rng_uniform(rng);
    if (inv_log(u) < 0.5 * x * x + d * (1 - v + log_v))
      return inv_log(d) + log_v + boost;
  }
}

double inv_rng_beta(inv_rng *rng, double a, double b) {
  double x = log_gamma_variate(rng, a);
  double y = log_gamma_variate(rng, b);
  double difference = y - x; /* Beta = 1 / (1 + e^(y - x)) */
  if (difference > 690)
    return 0;
  return difference < -690 ? 1 : 1 / (1 + inv_exp(difference));
}

size_t inv_rng_categorical(inv_rng *rng, const double *weights, size_t n) {
  double sum = 0;
  for (size_t i = 0; i < n; i++)
    sum += weights[i];
  double target = inv_rng_uniform(rng) * sum;
  size_t last = 0;
  for (size_t i = 0; i < n; i++) {
    if (weights[i] <= 0)
      continue;
    last = i;
    target -= weights[i];
    if (target < 0)
      break;
  }
  return last;
}

void inv_rng_permutation(inv_rng *rng, int64_t *out, size_t n) {
  for (size_t i = 0; i < n; i++) {
    size_t j = inv_rng_below(rng, i + 1);
    out[i] = out[j];
    out[j] = (int64_t)i;
  }
}

inv_status inv_rng_choice(inv_rng *rng, int64_t *out, size_t k, size_t n) {
  int64_t *pool = inv_alloc_array(n, sizeof *pool);
  if (!pool)
    return inv_fail_memory(n * sizeof *pool);
  for (size_t i = 0; i < n; i++)
    pool[i] = (int64_t)i;
  for (size_t i = 0; i < k; i++) {
    size_t j = i + inv_rng_below(rng, n - i);
    out[i] = pool[j];
    pool[j] = pool[i];
  }
  inv_free(pool);
  return INV_OK;
}
