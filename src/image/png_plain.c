/* Inflated by libdeflate, in one go, and unfiltered row by row into the
 * picture; after the PNG specification (W3C, second edition). Whatever is not
 * as it should be is none of this file's business: libpng has the last word. */
#include "image/png_plain.h"

#include <libdeflate.h>
#include <stdbool.h>
#include <string.h>

#include "base/memory.h"
#include "base/vector.h"

enum {
  SIGNATURE = 8,
  CHUNK = 12, /* bytes around the data of a chunk: length, type, checksum */
  DEFLATE_RATIO = 1032
};

/* Beyond it libpng, which goes row by row, takes half the memory and can be
 * interrupted. */
enum { MOST_BYTES = 1 << 27 };

enum { GRAY = 0, RGB = 2, PALETTE = 3, RGBA = 6 }; /* colour types */

typedef struct {
  uint32_t length;
  const uint8_t *type, *data;
} chunk;

/* What the chunks say. */
typedef struct {
  uint32_t width, height;
  int type;
  size_t step;                    /* bytes of a pixel in the file */
  const uint8_t *palette, *alpha; /* NULL: none */
  size_t colors, alphas;
  size_t first, parts, packed; /* IDAT: where, how many, their bytes */
} layout;

/* ---- chunks ------------------------------------------------------------- */

static uint32_t number(const uint8_t *at) {
  return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 |
         at[3];
}

static bool is(const chunk *c, const char *type) {
  return memcmp(c->type, type, 4) == 0;
}

/* The chunk at `at`, undamaged if it is one that matters. */
static bool read_chunk(chunk *c, const uint8_t *bytes, size_t count,
                       size_t at) {
  if (count < CHUNK || at > count - CHUNK)
    return false;
  *c = (chunk){number(bytes + at), bytes + at + 4, bytes + at + 8};
  if (c->length > count - at - CHUNK)
    return false;
  for (int i = 0; i < 4; i++) {
    uint8_t letter = c->type[i] | 32;
    if (letter < 'a' || letter > 'z')
      return false;
  }
  bool matters = !(c->type[0] & 32) || is(c, "tRNS");
  return !matters || libdeflate_crc32(0, c->type, 4 + (size_t)c->length) ==
                         number(c->data + c->length);
}

static bool read_header(layout *l, const chunk *c) {
  static const uint8_t steps[] = {1, 0, 3, 1, 0, 0, 4};
  if (!is(c, "IHDR") || c->length != 13)
    return false;
  l->width = number(c->data);
  l->height = number(c->data + 4);
  l->type = c->data[9];
  l->step = l->type <= RGBA ? steps[l->type] : 0;
  /* Depth; compression, filters and interlacing. */
  return c->data[8] == 8 && l->step > 0 && c->data[10] == 0 &&
         c->data[11] == 0 && c->data[12] == 0 && l->width > 0 &&
         l->height > 0 && l->width <= INV_IMAGE_SIDE &&
         l->height <= INV_IMAGE_SIDE;
}

/* Palette and transparency come once, in this order, before the pixels. */
static bool read_palette(layout *l, const chunk *c) {
  if (is(c, "PLTE")) {
    bool right = !l->palette && !l->parts && c->length > 0 &&
                 c->length <= 768 && c->length % 3 == 0;
    l->palette = c->data;
    l->colors = c->length / 3;
    return right && l->type != GRAY;
  }
  bool right = l->palette && !l->alpha && !l->parts && l->type == PALETTE &&
               c->length > 0 && c->length <= l->colors;
  l->alpha = c->data;
  l->alphas = c->length;
  return right;
}

static bool read_layout(layout *l, const uint8_t *bytes, size_t count) {
  chunk c;
  *l = (layout){0};
  if (!read_chunk(&c, bytes, count, SIGNATURE) || !read_header(l, &c))
    return false;
  bool ended = false; /* no more IDAT may come */
  for (size_t at = SIGNATURE + CHUNK + 13;; at += CHUNK + c.length) {
    if (!read_chunk(&c, bytes, count, at))
      return false;
    if (is(&c, "IEND"))
      break;
    if (is(&c, "IDAT")) {
      if (ended)
        return false;
      if (l->parts++ == 0)
        l->first = at;
      l->packed += c.length;
      continue;
    }
    ended = l->parts > 0;
    if (is(&c, "PLTE") || is(&c, "tRNS")) {
      if (!read_palette(l, &c))
        return false;
    } else if (!(c.type[0] & 32)) {
      return false;
    }
  }
  return l->parts > 0 && (l->type != PALETTE || l->palette);
}

/* ---- unfiltering -------------------------------------------------------- */

/* A pixel as bytes, and widened: lanes that it lacks hold anything. */
typedef uint8_t pixel __attribute__((vector_size(8)));
typedef int16_t lanes __attribute__((vector_size(16)));

INV_INLINE pixel load(const uint8_t *at, size_t n) {
  pixel p = {0};
  memcpy(&p, at, n);
  return p;
}

INV_INLINE lanes widen(pixel p) {
  return __builtin_convertvector(p, lanes);
}

INV_INLINE lanes choose(lanes mask, lanes yes, lanes no) {
  return (mask & yes) | (~mask & no);
}

/* Which of left, above and corner is nearest to left + above - corner, in
 * this order where two are: between the two or beyond them. */
INV_INLINE lanes paeth(lanes left, lanes above, lanes corner) {
  lanes less = left < above;
  lanes low = choose(less, left, above), high = choose(less, above, left);
  lanes middle = 3 * corner - (left + above);
  lanes inner = choose(high <= middle, low, corner);
  return choose(middle <= low, high, inner);
}

enum { NONE, SUB, UP, AVERAGE, PAETH, FILTERS };

/* Bytes begin .. end-1 of a row, in pixels of `step` bytes that are read and
 * written `n` bytes at a time; constants where it is inlined. */
INV_INLINE void unfilter_pixels(uint8_t *to, const uint8_t *from,
                                const uint8_t *above, size_t begin, size_t end,
                                size_t step, size_t n, int filter) {
  pixel left = {0}, corner = {0};
  if (begin > 0) {
    left = load(to + begin - step, step);
    corner = load(above + begin - step, step);
  }
  for (size_t i = begin; i < end; i += step) {
    pixel up = load(above + i, n), guess = left;
    if (filter == AVERAGE)
      guess = __builtin_convertvector((widen(left) + widen(up)) >> 1, pixel);
    if (filter == PAETH)
      guess = __builtin_convertvector(
          paeth(widen(left), widen(up), widen(corner)), pixel);
    left = load(from + i, n) + guess;
    memcpy(to + i, &left, n);
    corner = up;
  }
}

/* All but the last pixel with what comes after it, for words are faster than
 * three bytes. */
INV_INLINE void unfilter_step(uint8_t *to, const uint8_t *from,
                              const uint8_t *above, size_t n, size_t step,
                              int filter) {
  if (step == 3) {
    unfilter_pixels(to, from, above, 0, n - 3, 3, 4, filter);
    unfilter_pixels(to, from, above, n - 3, n, 3, 3, filter);
  } else {
    unfilter_pixels(to, from, above, 0, n, step, step, filter);
  }
}

INV_INLINE void unfilter_by(uint8_t *to, const uint8_t *from,
                            const uint8_t *above, size_t n, size_t step,
                            int filter) {
  if (filter == SUB)
    unfilter_step(to, from, above, n, step, SUB);
  else if (filter == AVERAGE)
    unfilter_step(to, from, above, n, step, AVERAGE);
  else
    unfilter_step(to, from, above, n, step, PAETH);
}

/* One row of n bytes; `above`: the unfiltered row before it. */
INV_VECTOR static void unfilter(uint8_t *to, const uint8_t *from,
                                const uint8_t *above, size_t n, size_t step,
                                int filter) {
  if (filter == NONE)
    memmove(to, from, n); /* which may be one */
  else if (filter == UP)
    for (size_t i = 0; i < n; i++)
      to[i] = (uint8_t)(from[i] + above[i]);
  else if (step == 1)
    unfilter_by(to, from, above, n, 1, filter);
  else if (step == 3)
    unfilter_by(to, from, above, n, 3, filter);
  else
    unfilter_by(to, from, above, n, 4, filter);
}

/* ---- pixels ------------------------------------------------------------- */

/* A row of indices; those beyond the palette are black, as libpng has it. */
static void color_row(uint8_t *to, const uint8_t *from, size_t n,
                      const layout *l) {
  for (size_t i = 0; i < n; i++) {
    size_t k = from[i];
    for (size_t c = 0; c < 3; c++)
      *to++ = k < l->colors ? l->palette[3 * k + c] : 0;
    if (l->alpha)
      *to++ = k < l->alphas ? l->alpha[k] : 255;
  }
}

/* The rows in `raw`, each behind the number of its filter. Rows of indices are
 * unfiltered where they are. False: a filter that there is not. */
static bool unfilter_all(inv_image *out, uint8_t *raw, const uint8_t *zeros,
                         const layout *l) {
  size_t n = (size_t)l->width * l->step;
  const uint8_t *above = zeros;
  for (int y = 0; y < out->height; y++, raw += n + 1) {
    uint8_t *to = inv_image_at(out, y, 0);
    uint8_t *row = l->type == PALETTE ? raw + 1 : to;
    if (*raw >= FILTERS)
      return false;
    unfilter(row, raw + 1, above, n, l->step, *raw);
    if (row != to)
      color_row(to, row, n, l);
    above = row;
  }
  return true;
}

/* The data of all IDAT chunks behind one another: where there is only one,
 * where it is, else in a block of its own. */
static const uint8_t *gather(const layout *l, const uint8_t *bytes,
                             uint8_t **block) {
  if (l->parts == 1)
    return bytes + l->first + 8;
  uint8_t *to = *block = inv_alloc(l->packed);
  for (size_t at = l->first, i = 0; to && i < l->parts; i++) {
    size_t length = number(bytes + at);
    memcpy(to, bytes + at + 8, length);
    to += length;
    at += CHUNK + length;
  }
  return *block;
}

/* Inflates exactly `size` bytes. */
static bool inflate_all(uint8_t *raw, size_t size, const uint8_t *packed,
                        size_t count) {
  struct libdeflate_decompressor *inflater = libdeflate_alloc_decompressor();
  if (!inflater)
    return false;
  enum libdeflate_result result =
      libdeflate_zlib_decompress(inflater, packed, count, raw, size, NULL);
  libdeflate_free_decompressor(inflater);
  return result == LIBDEFLATE_SUCCESS;
}

static inv_status decode(inv_image *out, const layout *l,
                         const uint8_t *bytes) {
  size_t row = (size_t)l->width * l->step;
  size_t size = (row + 1) * l->height;
  uint8_t *block = NULL, *raw = inv_alloc(size), *zeros = NULL;
  const uint8_t *packed = gather(l, bytes, &block);
  bool right = false;
  inv_status status = INV_OK;
  if (!raw || !packed)
    status = inv_fail_memory(size);
  else if (inflate_all(raw, size, packed, l->packed))
    right = true;
  int channels = l->type == PALETTE ? (l->alpha ? 4 : 3) : (int)l->step;
  if (right)
    status = inv_image_new(out, (int)l->height, (int)l->width, channels);
  if (right && status == INV_OK && !(zeros = inv_alloc_zero(row, 1)))
    status = inv_fail_memory(row);
  if (right && status == INV_OK)
    right = unfilter_all(out, raw, zeros, l);
  if (!right || status != INV_OK)
    inv_image_free(out);
  inv_free(zeros);
  inv_free(raw);
  inv_free(block);
  return status;
}

inv_status inv_png_plain(inv_image *out, const uint8_t *bytes, size_t count) {
  layout l;
  *out = (inv_image){0};
  if (!read_layout(&l, bytes, count))
    return INV_OK;
  uint64_t pixels = (uint64_t)l.width * l.step * l.height;
  if (pixels > MOST_BYTES || pixels / DEFLATE_RATIO > l.packed)
    return INV_OK;
  return decode(out, &l, bytes);
}
