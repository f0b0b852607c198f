#include "base/portable_math.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

/* Constants split in two, so that n * HIGH is exact for the n used here. */
static const double LN2_HIGH = 0x1.62e42feep-1, LN2_LOW = 0x1.a39ef35793c76p-33;
static const double PIO2_HIGH = 0x1.921fb544p+0,
                    PIO2_LOW = 0x1.0b4611a626331p-34;

/* 2^n as a double, for normal results. */
static double power_of_two(int64_t n) {
  uint64_t bits = (uint64_t)(n + 1023) << 52;
  double value;
  memcpy(&value, &bits, sizeof value);
  return value;
}

/* Sum of c[i] * x^i by Horner's rule. */
static double polynomial(const double *c, int degree, double x) {
  double sum = c[degree];
  for (int i = degree - 1; i >= 0; i--)
    sum = sum * x + c[i];
  return sum;
}

double inv_exp(double x) {
  /* e^x = 2^n e^r with |r| <= ln(2)/2; Taylor to r^13 (error 5e-18). */
  static const double c[] = {1.0,
                             1.0,
                             1.0 / 2,
                             1.0 / 6,
                             1.0 / 24,
                             1.0 / 120,
                             1.0 / 720,
                             1.0 / 5040,
                             1.0 / 40320,
                             1.0 / 362880,
                             1.0 / 3628800,
                             1.0 / 39916800,
                             1.0 / 479001600,
                             1.0 / 6227020800.0};
  double n = rint(x * 0x1.71547652b82fep+0);
  double r = (x - n * LN2_HIGH) - n * LN2_LOW;
  return polynomial(c, 13, r) * power_of_two((int64_t)n);
}

double inv_log(double x) {
  /* log(2^e m) = e ln 2 + 2 atanh(s), s = (m - 1)/(m + 1), m in
   * [sqrt(1/2), sqrt(2)), so |s| < 0.172; series to s^21. */
  static const double c[] = {2.0,      2.0 / 3,  2.0 / 5,  2.0 / 7,
                             2.0 / 9,  2.0 / 11, 2.0 / 13, 2.0 / 15,
                             2.0 / 17, 2.0 / 19, 2.0 / 21};
  int e;
  double m = frexp(x, &e);
  if (m < 0x1.6a09e667f3bcdp-1) {
    m *= 2;
    e -= 1;
  }
  double s = (m - 1) / (m + 1);
  double series = s * polynomial(c, 10, s * s);
  return (double)e * LN2_HIGH + (series + (double)e * LN2_LOW);
}

void inv_sincos(double x, double *sine, double *cosine) {
  /* x = n pi/2 + r, |r| <= pi/4; Taylor to r^17 and r^18. */
  static const double s[] = {1.0,
                             -1.0 / 6,
                             1.0 / 120,
                             -1.0 / 5040,
                             1.0 / 362880,
                             -1.0 / 39916800,
                             1.0 / 6227020800.0,
                             -1.0 / 1307674368000.0,
                             1.0 / 355687428096000.0};
  static const double c[] = {1.0,
                             -1.0 / 2,
                             1.0 / 24,
                             -1.0 / 720,
                             1.0 / 40320,
                             -1.0 / 3628800,
                             1.0 / 479001600,
                             -1.0 / 87178291200.0,
                             1.0 / 20922789888000.0,
                             -1.0 / 6402373705728000.0};
  double n = rint(x * 0x1.45f306dc9c883p-1);
  double r = (x - n * PIO2_HIGH) - n * PIO2_LOW;
  double sin_r = r * polynomial(s, 8, r * r);
  double cos_r = polynomial(c, 9, r * r);
  switch ((int64_t)n & 3) {
  case 0: *sine = sin_r, *cosine = cos_r; break;
  case 1: *sine = cos_r, *cosine = -sin_r; break;
  case 2: *sine = -sin_r, *cosine = -cos_r; break;
  default: *sine = -cos_r, *cosine = sin_r; break;
  }
}
