#include "base/number.h"

#include <locale.h>
#include <math.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { LONGEST = 2047 };

typedef struct {
  const char *at, *end;
} span;

static bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

static bool is_blank(char c) {
  return c == ' ' || c == '\t';
}

static span trim(span s) {
  while (s.at < s.end && is_blank(*s.at))
    s.at++;
  while (s.at < s.end && is_blank(s.end[-1]))
    s.end--;
  return s;
}

/* ---- words -------------------------------------------------------------- */

static bool equals(span s, const char *word) {
  size_t size = strlen(word);
  return (size_t)(s.end - s.at) == size && strncasecmp(s.at, word, size) == 0;
}

static bool parse_word(span s, double *out) {
  bool negative = s.at < s.end && *s.at == '-';
  if (s.at < s.end && (*s.at == '-' || *s.at == '+'))
    s.at++;
  double value;
  if (equals(s, "nan"))
    value = NAN;
  else if (equals(s, "inf") || equals(s, "infinity"))
    value = INFINITY;
  else
    return false;
  *out = negative ? -value : value;
  return true;
}

/* ---- decimal numbers ---------------------------------------------------- */

/* mantissa * 10^exponent, where the mantissa has not lost a digit. */
typedef struct {
  uint64_t mantissa;
  int exponent, digits; /* digits: without zeros in front */
  bool negative;
} decimal;

/* Reads digits; returns how many. */
static int read_digits(span *s, decimal *d) {
  const char *from = s->at;
  for (; s->at < s->end && is_digit(*s->at); s->at++) {
    if (d->digits || *s->at != '0')
      d->digits++;
    if (d->digits <= 19)
      d->mantissa = d->mantissa * 10 + (uint64_t)(*s->at - '0');
  }
  return (int)(s->at - from);
}

static bool read_sign(span *s) {
  bool negative = s->at < s->end && *s->at == '-';
  if (s->at < s->end && (*s->at == '-' || *s->at == '+'))
    s->at++;
  return negative;
}

/* False unless there is an exponent. One beyond 99999 stays there. */
static bool read_exponent(span *s, int *exponent) {
  bool negative = read_sign(s);
  const char *from = s->at;
  int value = 0;
  for (; s->at < s->end && is_digit(*s->at); s->at++)
    if (value < 99999)
      value = value * 10 + (*s->at - '0');
  *exponent += negative ? -value : value;
  return s->at > from;
}

/* False where the text is no decimal number. */
static bool read_decimal(span s, decimal *d) {
  *d = (decimal){.negative = read_sign(&s)};
  int digits = read_digits(&s, d);
  if (s.at < s.end && *s.at == '.') {
    s.at++;
    int places = read_digits(&s, d);
    digits += places;
    d->exponent -= places;
  }
  if (digits == 0)
    return false;
  if (s.at < s.end && (*s.at == 'e' || *s.at == 'E')) {
    s.at++;
    if (!read_exponent(&s, &d->exponent))
      return false;
  }
  return s.at == s.end;
}

/* Clinger's fast path (PLDI 1990): where mantissa and power of ten are both
 * exact doubles, one operation rounds once. */
static bool convert_fast(const decimal *d, double *out) {
  static const double powers[] = {
      1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
      1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
  if (d->digits > 19 || d->mantissa > (uint64_t)1 << 53 || d->exponent < -22 ||
      d->exponent > 22)
    return false;
  double value = (double)d->mantissa;
  value = d->exponent < 0 ? value / powers[-d->exponent]
                          : value * powers[d->exponent];
  *out = d->negative ? -value : value;
  return true;
}

static locale_t plain;
static pthread_once_t plain_once = PTHREAD_ONCE_INIT;

static void make_plain(void) {
  plain = newlocale(LC_ALL_MASK, "C", (locale_t)0);
}

/* The rest by the C library, in the C locale. */
static bool convert_slow(span s, double *out) {
  char text[LONGEST + 1];
  size_t size = (size_t)(s.end - s.at);
  pthread_once(&plain_once, make_plain);
  if (!plain)
    return false;
  memcpy(text, s.at, size);
  text[size] = 0;
  *out = strtod_l(text, NULL, plain);
  return true;
}

bool inv_parse_number(const char *text, size_t size, double *out) {
  span s = trim((span){text, text + size});
  decimal d;
  if (s.end - s.at > LONGEST)
    return false;
  if (!read_decimal(s, &d))
    return parse_word(s, out);
  return convert_fast(&d, out) || convert_slow(s, out);
}
