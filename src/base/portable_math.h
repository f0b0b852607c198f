/* exp, log, sin and cos made of additions, multiplications and divisions
 * only, so that data has the same bits on every machine: the C library's own
 * versions differ in the last bit between processors and releases. Accurate
 * to about one unit in the last place over the ranges named. */
#ifndef INV_BASE_PORTABLE_MATH_H
#define INV_BASE_PORTABLE_MATH_H

/* e^x for |x| < 700. */
double inv_exp(double x);

/* The natural logarithm of a positive, finite, normal x. */
double inv_log(double x);

/* sin and cos of x in radians, |x| < 1e5. */
void inv_sincos(double x, double *sine, double *cosine);

#endif
