/* Elementary functions for vector loops: no branches, no tables, no calls to
 * the C library, only operations that every machine rounds the same way, so
 * that results have the same bits everywhere. The float versions follow
 * Moshier's Cephes (about 1 to 2 units in the last place); the double ones
 * are series as in base/portable_math.c, but for all arguments. */
#ifndef INV_TENSOR_FUNCTIONS_H
#define INV_TENSOR_FUNCTIONS_H

#include <math.h>
#include <stdint.h>
#include <string.h>

#include "base/vector.h"

INV_INLINE int32_t inv_bits32(float x) {
  int32_t bits;
  memcpy(&bits, &x, sizeof bits);
  return bits;
}

INV_INLINE float inv_float32(int32_t bits) {
  float x;
  memcpy(&x, &bits, sizeof x);
  return x;
}

INV_INLINE int64_t inv_bits64(double x) {
  int64_t bits;
  memcpy(&bits, &x, sizeof bits);
  return bits;
}

INV_INLINE double inv_float64(int64_t bits) {
  double x;
  memcpy(&x, &bits, sizeof x);
  return x;
}

/* Adding and taking away this rounds to an integer, which then stands in the
 * low bits of the sum. */
#define INV_ROUND32 0x1.8p23f
#define INV_ROUND64 0x1.8p52

/* ---- float -------------------------------------------------------------- */

INV_INLINE float inv_expf(float x) {
  x = x > 89.0f ? 89.0f : x; /* overflows to infinity; NaN passes */
  x = x < -104.0f ? -104.0f : x;
  float shifted = x * 1.44269504f + INV_ROUND32;
  float n = shifted - INV_ROUND32;
  float r = (x - n * 0.693359375f) - n * -2.12194440e-4f;
  float p = 1.9875691500e-4f;
  p = p * r + 1.3981999507e-3f;
  p = p * r + 8.3334519073e-3f;
  p = p * r + 4.1665795894e-2f;
  p = p * r + 1.6666665459e-1f;
  p = p * r + 5.0000001201e-1f;
  float y = p * (r * r) + r + 1;
  /* 2^n in two factors, so that the ends of the range come out right. */
  int32_t k = (int32_t)((uint32_t)inv_bits32(shifted) -
                        (uint32_t)inv_bits32(INV_ROUND32));
  int32_t half = k >> 1;
  return y * inv_float32((int32_t)((uint32_t)(half + 127) << 23)) *
         inv_float32((int32_t)((uint32_t)(k - half + 127) << 23));
}

INV_INLINE float inv_logf(float x) {
  float scaled = x < 0x1p-126f ? x * 0x1p24f : x; /* subnormal */
  float shift = x < 0x1p-126f ? 24.0f : 0.0f;
  uint32_t bits = (uint32_t)inv_bits32(scaled);
  /* The mantissa is taken from [sqrt(1/2), sqrt(2)). */
  int32_t e = (int32_t)(bits - 0x3f3504f3u) >> 23;
  float z = inv_float32((int32_t)(bits - ((uint32_t)e << 23))) - 1;
  float n = (float)e - shift;
  float p = 7.0376836292e-2f;
  p = p * z - 1.1514610310e-1f;
  p = p * z + 1.1676998740e-1f;
  p = p * z - 1.2420140846e-1f;
  p = p * z + 1.4249322787e-1f;
  p = p * z - 1.6668057665e-1f;
  p = p * z + 2.0000714765e-1f;
  p = p * z - 2.4999993993e-1f;
  p = p * z + 3.3333331174e-1f;
  float y = z * z * z * p + n * -2.12194440e-4f - 0.5f * (z * z);
  y = z + y + n * 0.693359375f;
  y = x == HUGE_VALF ? x : y;
  y = x == 0 ? -HUGE_VALF : y;
  return x >= 0 ? y : NAN;
}

INV_INLINE float inv_tanhf(float x) {
  float a = fabsf(x), z = x * x;
  float p = -5.70498872745e-3f;
  p = p * z + 2.06390887954e-2f;
  p = p * z - 5.37397155531e-2f;
  p = p * z + 1.33314422036e-1f;
  p = p * z - 3.33332819422e-1f;
  float small = p * z * x + x;
  float large = 1 - 2 / (inv_expf(2 * a) + 1);
  return a < 0.625f ? small : copysignf(large, x);
}

INV_INLINE float inv_sigmoidf(float x) {
  return 1 / (1 + inv_expf(-x));
}

/* log(1 + e^x). Beside a large e^x the 1 is nothing; log1p of a small one is
 * u = log(1 + e) plus what 1 + e rounds away. */
INV_INLINE float inv_softplusf(float x) {
  float e = inv_expf(-fabsf(x)), u = 1 + e;
  float rest = inv_logf(u) + (e - (u - 1)) / u;
  return (x > 0 ? x : x != x ? x : 0) + rest;
}

/* What the normal distribution has beyond a >= 0, by e = e^(-a^2 / 2):
 * e t P(t), t = 1 / (1 + 0.35 a), the form of Hastings (1955) with P of degree
 * 8 fitted to the Mills ratio over 0 .. 15; relative error 3e-7. */
INV_INLINE float inv_normal_tailf(float a, float e) {
  float t = 1 / (1 + 0.35f * a);
  float p = -2.97704390e-2f;
  p = p * t + 1.46950922e-1f;
  p = p * t - 2.61712669e-1f;
  p = p * t + 1.65801802e-1f;
  p = p * t - 2.74828896e-2f;
  p = p * t + 1.07262773e-1f;
  p = p * t + 1.19417036e-1f;
  p = p * t + 1.39914804e-1f;
  p = p * t + 1.39618643e-1f;
  return p * t * e;
}

INV_INLINE float inv_geluf(float x) {
  float a = fabsf(x);
  float tail = inv_normal_tailf(a, inv_expf(-0.5f * (a * a)));
  return x * (x < 0 ? tail : 1 - tail);
}

/* Phi(x) + x phi(x). */
INV_INLINE float inv_gelu_slopef(float x) {
  float a = fabsf(x), e = inv_expf(-0.5f * (a * a));
  float tail = inv_normal_tailf(a, e);
  return (x < 0 ? tail : 1 - tail) + x * (0.398942280f * e);
}

INV_INLINE float inv_siluf(float x) {
  return x * inv_sigmoidf(x);
}

INV_INLINE float inv_silu_slopef(float x) {
  float s = inv_sigmoidf(x);
  return s * (1 + x * (1 - s));
}

/* ---- double ------------------------------------------------------------- */

INV_INLINE double inv_exp_any(double x) {
  x = x > 710.0 ? 710.0 : x;
  x = x < -746.0 ? -746.0 : x;
  double shifted = x * 0x1.71547652b82fep+0 + INV_ROUND64;
  double n = shifted - INV_ROUND64;
  double r = (x - n * 0x1.62e42feep-1) - n * 0x1.a39ef35793c76p-33;
  double p = 1.0 / 6227020800.0; /* the series of e^r to r^13 */
  p = p * r + 1.0 / 479001600;
  p = p * r + 1.0 / 39916800;
  p = p * r + 1.0 / 3628800;
  p = p * r + 1.0 / 362880;
  p = p * r + 1.0 / 40320;
  p = p * r + 1.0 / 5040;
  p = p * r + 1.0 / 720;
  p = p * r + 1.0 / 120;
  p = p * r + 1.0 / 24;
  p = p * r + 1.0 / 6;
  p = p * r + 0.5;
  double y = p * (r * r) + r + 1;
  int64_t k = inv_bits64(shifted) - inv_bits64(INV_ROUND64);
  int64_t half = (int64_t)(int32_t)k >> 1;
  return y * inv_float64((int64_t)((uint64_t)(half + 1023) << 52)) *
         inv_float64((int64_t)((uint64_t)(k - half + 1023) << 52));
}

/* 2 atanh(s) for |s| < 0.172, to s^21. */
INV_INLINE double inv_log_series(double s) {
  double z = s * s, p = 2.0 / 21;
  p = p * z + 2.0 / 19;
  p = p * z + 2.0 / 17;
  p = p * z + 2.0 / 15;
  p = p * z + 2.0 / 13;
  p = p * z + 2.0 / 11;
  p = p * z + 2.0 / 9;
  p = p * z + 2.0 / 7;
  p = p * z + 2.0 / 5;
  p = p * z + 2.0 / 3;
  return s * (p * z) + 2 * s;
}

INV_INLINE double inv_log_any(double x) {
  double scaled = x < 0x1p-1022 ? x * 0x1p54 : x; /* subnormal */
  double shift = x < 0x1p-1022 ? 54 : 0;
  int64_t bits = inv_bits64(scaled);
  /* The mantissa is taken from [sqrt(1/2), sqrt(2)). */
  uint64_t offset = (uint64_t)bits - 0x3fe6a09e667f3bcdu;
  double n = (double)((int32_t)(offset >> 32) >> 20) - shift;
  double m = inv_float64((int64_t)((uint64_t)bits - (offset >> 52 << 52)));
  double y = n * 0x1.62e42feep-1 +
             (inv_log_series((m - 1) / (m + 1)) + n * 0x1.a39ef35793c76p-33);
  y = x == HUGE_VAL ? x : y;
  y = x == 0 ? -HUGE_VAL : y;
  return x >= 0 ? y : NAN;
}

/* log(1 + x): what 1 + x rounds away is added as a correction. */
INV_INLINE double inv_log1p_any(double x) {
  double u = 1 + x;
  double y = inv_log_any(u) + (x - (u - 1)) / u;
  y = u == HUGE_VAL ? u : y;
  y = x == -1 ? -HUGE_VAL : y;
  return fabs(x) < 0x1p-53 ? x : y;
}

/* e^x - 1: its series near 0, where the subtraction would cancel. */
INV_INLINE double inv_expm1_any(double x) {
  double p = 1.0 / 20922789888000.0; /* to x^16, |x| < 0.4 */
  p = p * x + 1.0 / 1307674368000.0;
  p = p * x + 1.0 / 87178291200.0;
  p = p * x + 1.0 / 6227020800.0;
  p = p * x + 1.0 / 479001600;
  p = p * x + 1.0 / 39916800;
  p = p * x + 1.0 / 3628800;
  p = p * x + 1.0 / 362880;
  p = p * x + 1.0 / 40320;
  p = p * x + 1.0 / 5040;
  p = p * x + 1.0 / 720;
  p = p * x + 1.0 / 120;
  p = p * x + 1.0 / 24;
  p = p * x + 1.0 / 6;
  p = p * x + 0.5;
  double small = p * (x * x) + x, large = inv_exp_any(x) - 1;
  return fabs(x) < 0.4 ? small : large;
}

INV_INLINE double inv_tanh_any(double x) {
  double t = inv_expm1_any(2 * (fabs(x) > 20 ? 20 : fabs(x)));
  return copysign(x == x ? t / (t + 2) : x, x);
}

INV_INLINE double inv_sigmoid_any(double x) {
  return 1 / (1 + inv_exp_any(-x));
}

INV_INLINE double inv_silu_any(double x) {
  return x * inv_sigmoid_any(x);
}

INV_INLINE double inv_silu_slope_any(double x) {
  double s = inv_sigmoid_any(x);
  return s * (1 + x * (1 - s));
}

INV_INLINE double inv_softplus_any(double x) {
  return (x > 0 ? x : x != x ? x : 0) + inv_log1p_any(inv_exp_any(-fabs(x)));
}

/* sin (first = 0) or cos (first = 1) of |x| < 2^20: x = n pi/2 + r with pi/2
 * in three parts, then the series of sin r or cos r to r^17 and r^18. */
INV_INLINE double inv_sine(double x, int64_t first) {
  double shifted = x * 0x1.45f306dc9c883p-1 + INV_ROUND64;
  double n = shifted - INV_ROUND64;
  double r = x - n * 0x1.921fb54400000p+0;
  r = r - n * 0x1.0b4611a600000p-34;
  r = r - n * 0x1.3198a2e037073p-69;
  double z = r * r;
  double s = 1.0 / 355687428096000.0;
  s = s * z - 1.0 / 1307674368000.0;
  s = s * z + 1.0 / 6227020800.0;
  s = s * z - 1.0 / 39916800;
  s = s * z + 1.0 / 362880;
  s = s * z - 1.0 / 5040;
  s = s * z + 1.0 / 120;
  s = s * z - 1.0 / 6;
  s = s * (z * r) + r;
  double c = -1.0 / 6402373705728000.0;
  c = c * z + 1.0 / 20922789888000.0;
  c = c * z - 1.0 / 87178291200.0;
  c = c * z + 1.0 / 479001600;
  c = c * z - 1.0 / 3628800;
  c = c * z + 1.0 / 40320;
  c = c * z - 1.0 / 720;
  c = c * z + 1.0 / 24;
  c = c * (z * z) - 0.5 * z + 1;
  int64_t quarter = inv_bits64(shifted) + first;
  double y = quarter & 1 ? c : s;
  return quarter & 2 ? -y : y;
}

INV_INLINE double inv_sin_any(double x) {
  return inv_sine(x, 0);
}
INV_INLINE double inv_cos_any(double x) {
  return inv_sine(x, 1);
}
INV_INLINE double inv_tan_any(double x) {
  return inv_sine(x, 0) / inv_sine(x, 1);
}

/* erf x = 2/sqrt(pi) x e^(-x^2) sum, sum = sum z^k / (1 3 5 ... (2k+1)) with
 * z = 2 x^2: all terms are positive, nothing cancels. 1 from x = 6 on. */
INV_INLINE double inv_erf_from_sum(double x, double sum) {
  double a = fabs(x) > 6 ? 6 : fabs(x);
  double h = (double)(float)a; /* a^2 = h^2 + (a - h)(a + h), h^2 exact */
  double e = inv_exp_any(-h * h) * inv_exp_any(-(a - h) * (a + h));
  double y = 0x1.20dd750429b6dp+0 * a * e * sum;
  y = y < 1 && fabs(x) < 6 ? y : 1;
  return copysign(x == x ? y : x, x);
}

/* erf of 16 numbers at a time, so that the loop over the series' terms is
 * vector code. */
enum { INV_ERF_LANES = 16 };

INV_INLINE void inv_erf_lanes(double x[INV_ERF_LANES]) {
  double z[INV_ERF_LANES], sum[INV_ERF_LANES], largest = 0;
  for (int l = 0; l < INV_ERF_LANES; l++) {
    z[l] = fabs(x[l]) > 6 ? 72 : 2 * x[l] * x[l];
    sum[l] = 1;
    largest = z[l] > largest ? z[l] : largest;
  }
  /* Enough terms: they fall by z / (2k + 1) each. */
  for (int k = 20 + (int)(1.8 * largest); k > 0; k--)
    for (int l = 0; l < INV_ERF_LANES; l++)
      sum[l] = 1 + sum[l] * z[l] * (1.0 / (2 * k + 1));
  for (int l = 0; l < INV_ERF_LANES; l++)
    x[l] = inv_erf_from_sum(x[l], sum[l]);
}

/* x^y; the relative error grows with |y log x| to some 1e-13. */
INV_INLINE double inv_pow_any(double x, double y) {
  double magnitude = inv_exp_any(y * inv_log_any(fabs(x)));
  double whole = floor(y);
  int odd = whole == y && fabs(y) < 0x1p53 && whole * 0.5 != floor(whole * 0.5);
  double negative = whole == y ? (odd ? -magnitude : magnitude) : NAN;
  double result = x < 0 || (x == 0 && signbit(x) && odd)
                      ? (x == 0 ? -magnitude : negative)
                      : magnitude;
  result = y == 2 ? x * x : y == 3 ? x * x * x : y == 1 ? x : result;
  result = y == -1 ? 1 / x : result;
  result = fabs(y) == HUGE_VAL && fabs(x) == 1 ? 1 : result;
  return y == 0 || x == 1 ? 1 : result;
}

#endif
