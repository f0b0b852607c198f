/* Smooth noise from a hash of lattice points: value noise and its octaves
 * (Perlin, "An image synthesizer", SIGGRAPH 1985). In a header, so that the
 * loops that use it become vector code. Values lie in 0 .. 1. */
#ifndef INV_DATA_BUILTIN_NOISE_H
#define INV_DATA_BUILTIN_NOISE_H

#include <math.h>
#include <stdint.h>

#include "base/vector.h"

/* A number in [0, 1) that belongs to the lattice point (x, y). */
INV_INLINE float inv_lattice(int32_t x, int32_t y, uint32_t seed) {
  uint32_t h = (uint32_t)x * 0x8da6b343u ^ (uint32_t)y * 0xd8163841u ^
               seed * 0xcb1ab31fu;
  h ^= h >> 15;
  h *= 0x2c1b3c6du;
  h ^= h >> 12;
  h *= 0x297a2d39u;
  h ^= h >> 15;
  return (float)(int32_t)(h >> 8) * 0x1p-24f;
}

INV_INLINE float inv_clamp(float v) {
  v = v < 0 ? 0 : v;
  return v > 1 ? 1 : v;
}

/* 0 below 0, 1 above 1, smooth between. */
INV_INLINE float inv_smooth(float t) {
  t = inv_clamp(t);
  return t * t * (3 - 2 * t);
}

INV_INLINE float inv_mix(float a, float b, float t) {
  return a + (b - a) * t;
}

INV_INLINE float inv_noise(float x, float y, uint32_t seed) {
  float fx = floorf(x), fy = floorf(y);
  int32_t ix = (int32_t)fx, iy = (int32_t)fy;
  float tx = inv_smooth(x - fx), ty = inv_smooth(y - fy);
  float top =
      inv_mix(inv_lattice(ix, iy, seed), inv_lattice(ix + 1, iy, seed), tx);
  float low = inv_mix(inv_lattice(ix, iy + 1, seed),
                      inv_lattice(ix + 1, iy + 1, seed), tx);
  return inv_mix(top, low, ty);
}

/* Three octaves, each of half the wavelength and `rough` times the weight of
 * the one before. */
INV_INLINE float inv_octaves(float x, float y, float rough, uint32_t seed) {
  float sum = inv_noise(x, y, seed);
  sum += rough * inv_noise(2.03f * x + 5.3f, 2.03f * y, seed + 1);
  sum += rough * rough * inv_noise(4.11f * x, 4.11f * y + 7.7f, seed + 2);
  return sum / (1 + rough + rough * rough);
}

#endif
