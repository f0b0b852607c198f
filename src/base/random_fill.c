/* Many draws at once: 16 Philox blocks side by side, one per vector lane, so
 * that the compiler turns every loop over lanes into vector instructions. */
#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "base/parallel.h"
#include "base/random.h"
#include "base/vector.h"

enum { LANES = 16, PAIR = 2 * LANES, GROUP = 4 * LANES, ROUNDS = 10 };

/* The words of 32 blocks from `block` on, as two groups: word w of lane l of a
 * group at [w * LANES + l]. Two at a time, because each round waits for the one
 * before. A function of its own: inlined into a short one, gcc takes the lanes
 * apart instead of making vector code of them. */
INV_VECTOR static void draw_pair(const inv_rng *rng, uint64_t block,
                                 uint32_t *words) {
  uint32_t c0[PAIR], c1[PAIR], c2[PAIR], c3[PAIR];
  for (int l = 0; l < PAIR; l++) {
    c0[l] = (uint32_t)(block + (uint64_t)l);
    c1[l] = (uint32_t)((block + (uint64_t)l) >> 32);
    c2[l] = (uint32_t)rng->index;
    c3[l] = (uint32_t)(rng->index >> 32);
  }
  uint32_t k0 = rng->key[0], k1 = rng->key[1];
  for (int round = 0; round < ROUNDS; round++) {
    for (int l = 0; l < PAIR; l++) {
      uint64_t p0 = (uint64_t)0xD2511F53u * c0[l];
      uint64_t p1 = (uint64_t)0xCD9E8D57u * c2[l];
      c0[l] = (uint32_t)(p1 >> 32) ^ c1[l] ^ k0;
      c1[l] = (uint32_t)p1;
      c2[l] = (uint32_t)(p0 >> 32) ^ c3[l] ^ k1;
      c3[l] = (uint32_t)p0;
    }
    k0 += 0x9E3779B9u;
    k1 += 0xBB67AE85u;
  }
  for (int group = 0; group < 2; group++, words += GROUP) {
    size_t bytes = LANES * sizeof *words;
    memcpy(words, c0 + group * LANES, bytes);
    memcpy(words + LANES, c1 + group * LANES, bytes);
    memcpy(words + 2 * LANES, c2 + group * LANES, bytes);
    memcpy(words + 3 * LANES, c3 + group * LANES, bytes);
  }
}

/* The natural logarithm of (v + 1) / 2^24, v < 2^24; error below 2e-7. */
INV_INLINE float log_unit(uint32_t v) {
  float x = (float)(int32_t)(v + 1) * 0x1p-24f;
  int32_t bits;
  memcpy(&bits, &x, sizeof bits);
  int32_t exponent = (bits - 0x3f3504f3) >> 23; /* mantissa in [.707, 1.414) */
  bits -= (int32_t)((uint32_t)exponent << 23);
  float m;
  memcpy(&m, &bits, sizeof m);
  float s = (m - 1) / (m + 1), z = s * s;
  float series = 2.0f / 9;
  series = series * z + 2.0f / 7;
  series = series * z + 2.0f / 5;
  series = series * z + 2.0f / 3;
  series = series * z + 2.0f;
  return (float)exponent * 0.69314718f + s * series;
}

/* cos and sin of 2 pi v / 2^24, v < 2^24. */
INV_INLINE void turn(uint32_t v, float *cosine, float *sine) {
  uint32_t quarter = (v + (1u << 21)) >> 22; /* nearest multiple of pi / 2 */
  float r = (float)((int32_t)v - (int32_t)(quarter << 22)) *
            (6.2831853f * 0x1p-24f); /* |r| <= pi / 4 */
  float z = r * r;
  float s = r * (1 + z * (-1.0f / 6 + z * (1.0f / 120 - z * (1.0f / 5040))));
  float c = 1 + z * (-0.5f +
                     z * (1.0f / 24 + z * (-1.0f / 720 + z * (1.0f / 40320))));
  float first = quarter & 1 ? s : c, second = quarter & 1 ? c : s;
  *cosine = (quarter + 1) & 2 ? -first : first;
  *sine = quarter & 2 ? -second : second;
}

INV_VECTOR static void uniform_group(const uint32_t *restrict words,
                                     float *restrict out, float low,
                                     float width) {
  for (int i = 0; i < GROUP; i++)
    out[i] = low + width * ((float)(int32_t)(words[i] >> 8) * 0x1p-24f);
}

INV_VECTOR static void normal_group(const uint32_t *restrict words,
                                    float *restrict out, float mean,
                                    float deviation) {
  for (int half = 0; half < GROUP; half += 2 * LANES) {
    for (int l = half; l < half + LANES; l++) {
      float radius = deviation * sqrtf(-2 * log_unit(words[l] >> 8));
      float cosine, sine;
      turn(words[l + LANES] >> 8, &cosine, &sine);
      out[l] = mean + radius * cosine;
      out[l + LANES] = mean + radius * sine;
    }
  }
}

typedef void (*group_fn)(const uint32_t *, float *, float, float);

static void fill(inv_rng *rng, float *out, size_t n, group_fn group, float a,
                 float b) {
  uint32_t words[2 * GROUP];
  rng->unused = 0;
  for (size_t i = 0; i < n; i += GROUP, rng->block += LANES) {
    bool first = i / GROUP % 2 == 0;
    if (first)
      draw_pair(rng, rng->block, words);
    const uint32_t *own = first ? words : words + GROUP;
    if (n - i >= GROUP) {
      group(own, out + i, a, b);
    } else {
      float last[GROUP];
      group(own, last, a, b);
      memcpy(out + i, last, (n - i) * sizeof *out);
    }
  }
}

void inv_rng_fill_uniform(inv_rng *rng, float *out, size_t n, float low,
                          float high) {
  fill(rng, out, n, uniform_group, low, high - low);
}

void inv_rng_fill_normal(inv_rng *rng, float *out, size_t n, float mean,
                         float deviation) {
  fill(rng, out, n, normal_group, mean, deviation);
}

void inv_rng_skip(inv_rng *rng, size_t n) {
  rng->unused = 0;
  rng->block += n / GROUP * LANES;
}
