/* Separable resampling in 22-bit fixed point, rows first, then columns, each
 * pass rounded to 8 bits; after Pillow's Resample.c (and, for nearest, its
 * Geometry.c). */
#include "image/resize.h"

#include <stdbool.h>
#include <string.h>

#include "base/parallel.h"
#include "base/vector.h"
#include "image/blend.h"
#include "image/scratch.h"

enum { PRECISION = 22, SMALL = 64 };

/* ---- weights ------------------------------------------------------------ */

/* Output index i is the sum of weights[i * taps + k] * input[first[i] + k]
 * over k < used[i]. */
typedef struct {
  int taps; /* the most that an output has */
  int *first, *used;
  int32_t *weights;
} taps_table;

static double filter_support(inv_filter filter) {
  return filter == INV_BOX ? 0.5 : filter == INV_BILINEAR ? 1 : 2;
}

static double filter_value(inv_filter filter, double x) {
  if (filter == INV_BOX)
    return x > -0.5 && x <= 0.5 ? 1 : 0;
  x = x < 0 ? -x : x;
  if (filter == INV_BILINEAR)
    return x < 1 ? 1 - x : 0;
  const double a = -0.5;
  if (x < 1)
    return ((a + 2) * x - (a + 3)) * x * x + 1;
  return x < 2 ? (((x - 5) * x + 8) * x - 4) * a : 0;
}

static int most_taps(int in, int out, inv_filter filter) {
  double scale = (double)in / out;
  double support = filter_support(filter) * (scale < 1 ? 1 : scale);
  int whole = (int)support;
  return 2 * (whole < support ? whole + 1 : whole) + 1;
}

/* Fills the row of output index i. */
static void fill_taps(const taps_table *table, int i, int in, int out,
                      inv_filter filter) {
  double scale = (double)in / out, widen = scale < 1 ? 1 : scale;
  double support = filter_support(filter) * widen, narrow = 1 / widen;
  double center = (i + 0.5) * scale;
  int first = (int)(center - support + 0.5);
  int end = (int)(center + support + 0.5);
  first = first < 0 ? 0 : first;
  end = end > in ? in : end;
  int32_t *weights = table->weights + (size_t)i * (size_t)table->taps;
  double sum = 0;
  for (int k = first; k < end; k++)
    sum += filter_value(filter, (k - center + 0.5) * narrow);
  for (int k = first; k < end; k++) {
    double w = filter_value(filter, (k - center + 0.5) * narrow);
    w = (sum != 0 ? w / sum : w) * (1 << PRECISION);
    weights[k - first] = (int32_t)(w < 0 ? w - 0.5 : w + 0.5);
  }
  table->first[i] = first;
  table->used[i] = end - first;
}

/* The transformations resize between a few small sizes over and over: each
 * thread keeps the tables it made last. One entry holds any table between
 * sides of up to SMALL: out * taps <= 4 in + 3 out + ... */
enum { ENTRIES = 64, ENTRY_WEIGHTS = 9 * SMALL };

typedef struct {
  int in, out, filter; /* in == 0: empty */
  int first[SMALL], used[SMALL];
  int32_t weights[ENTRY_WEIGHTS];
  taps_table table;
} cache_entry;

static _Thread_local cache_entry cache[ENTRIES];

static const taps_table *cached_taps(int in, int out, inv_filter filter) {
  int taps = most_taps(in, out, filter);
  if (in > SMALL || out > SMALL || taps * out > ENTRY_WEIGHTS)
    return NULL;
  unsigned place =
      ((unsigned)out * 31 + (unsigned)in * 7 + (unsigned)filter) % ENTRIES;
  cache_entry *entry = &cache[place];
  entry->table = (taps_table){taps, entry->first, entry->used, entry->weights};
  if (entry->in != in || entry->out != out || entry->filter != (int)filter) {
    for (int i = 0; i < out; i++)
      fill_taps(&entry->table, i, in, out, filter);
    entry->in = in, entry->out = out, entry->filter = (int)filter;
  }
  return &entry->table;
}

/* A table of its own, in one block that the caller frees (table->first). */
static inv_status make_taps(taps_table *table, int in, int out,
                            inv_filter filter) {
  table->taps = most_taps(in, out, filter);
  size_t n = (size_t)out, bytes = n * (2 + (size_t)table->taps) * sizeof(int);
  table->first = inv_alloc(bytes);
  if (!table->first)
    return inv_fail_memory(bytes);
  table->used = table->first + n;
  table->weights = (int32_t *)(table->used + n);
  for (int i = 0; i < out; i++)
    fill_taps(table, i, in, out, filter);
  return INV_OK;
}

/* ---- the two passes ----------------------------------------------------- */

/* Bytes of a row that are summed side by side. */
enum { BLOCK = 64, HALF_BLOCK = BLOCK / 2 };
static const int32_t HALF = 1 << (PRECISION - 1);

/* Clipped before the shift: a minimum and a maximum each. */
INV_INLINE uint8_t to_byte(int32_t sum) {
  const int32_t most = (256 << PRECISION) - 1;
  sum = sum > 0 ? sum : 0;
  sum = sum < most ? sum : most;
  return (uint8_t)((uint32_t)sum >> PRECISION);
}

/* The weighted sum of `used` rows, n bytes (a constant where it is inlined)
 * of each, `stride` apart. */
INV_INLINE void sum_strip(uint8_t *restrict to, const uint8_t *restrict from,
                          const int32_t *restrict weights, int used,
                          size_t stride, size_t n) {
  int32_t sums[BLOCK];
  for (size_t i = 0; i < n; i++)
    sums[i] = HALF;
  for (int k = 0; k < used; k++, from += stride)
    for (size_t i = 0; i < n; i++)
      sums[i] += weights[k] * (int32_t)from[i];
  for (size_t i = 0; i < n; i++)
    to[i] = to_byte(sums[i]);
}

INV_INLINE void sum_rows(uint8_t *restrict to, const uint8_t *restrict from,
                         const int32_t *weights, int used, size_t stride,
                         size_t n) {
  size_t i = 0;
  for (; i + BLOCK <= n; i += BLOCK)
    sum_strip(to + i, from + i, weights, used, stride, BLOCK);
  size_t left = n - i;
  if (left > 0 && left <= HALF_BLOCK && n >= HALF_BLOCK) /* may overlap */
    sum_strip(to + n - HALF_BLOCK, from + n - HALF_BLOCK, weights, used, stride,
              HALF_BLOCK);
  else if (left > 0 && n >= BLOCK)
    sum_strip(to + n - BLOCK, from + n - BLOCK, weights, used, stride, BLOCK);
  else if (i < n)
    sum_strip(to + i, from + i, weights, used, stride, n - i);
}

/* Columns: each output row is a weighted sum of input rows, of which those
 * without anything are left out. */
INV_VECTOR static void resize_columns(const inv_image *to,
                                      const inv_image *from,
                                      const taps_table *table) {
  size_t stride = (size_t)to->width * (size_t)to->channels;
  inv_span seen = inv_image_rows(from);
  for (int y = 0; y < to->height; y++) {
    const int32_t *weights = table->weights + (size_t)y * (size_t)table->taps;
    int first = table->first[y], end = first + table->used[y];
    int begin = first < (int)seen.begin ? (int)seen.begin : first;
    end = end < (int)seen.end ? end : (int)seen.end;
    if (begin < end)
      sum_rows(inv_image_at(to, y, 0), inv_image_at(from, begin, 0),
               weights + (begin - first), end - begin, stride, stride);
    else
      memset(inv_image_at(to, y, 0), 0, stride);
  }
}

/* Rows of images that are not high enough for tiles, pixel by pixel. */
static void resize_few_rows(const inv_image *to, const inv_image *from,
                            const taps_table *table) {
  size_t channels = (size_t)to->channels;
  for (int y = 0; y < to->height; y++) {
    uint8_t *out = inv_image_at(to, y, 0);
    for (int x = 0; x < to->width; x++) {
      const uint8_t *tap = inv_image_at(from, y, table->first[x]);
      const int32_t *weights = table->weights + (size_t)x * (size_t)table->taps;
      for (size_t c = 0; c < channels; c++) {
        int32_t sum = HALF;
        for (int k = 0; k < table->used[x]; k++)
          sum += weights[k] * tap[(size_t)k * channels + c];
        *out++ = to_byte(sum);
      }
    }
  }
}

/* Else TILE rows are turned together, summed as columns are, side by side, and
 * turned back. */
enum { TILE = 16 };

typedef uint8_t tile_row __attribute__((vector_size(TILE)));

INV_INLINE void merge_rows(tile_row *restrict to,
                           const tile_row *restrict from) {
  for (int i = 0; i < TILE / 2; i++) {
    tile_row a = from[i], b = from[i + TILE / 2];
    to[2 * i] = __builtin_shufflevector(a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20,
                                        5, 21, 6, 22, 7, 23);
    to[2 * i + 1] = __builtin_shufflevector(a, b, 8, 24, 9, 25, 10, 26, 11, 27,
                                            12, 28, 13, 29, 14, 30, 15, 31);
  }
}

/* TILE x TILE bytes: each merging moves one bit of the row number to the
 * column number. */
INV_INLINE void turn_tile(uint8_t *restrict to, size_t to_stride,
                          const uint8_t *restrict from, size_t from_stride) {
  tile_row a[TILE], b[TILE];
  for (size_t i = 0; i < TILE; i++)
    memcpy(&a[i], from + i * from_stride, TILE);
  merge_rows(b, a);
  merge_rows(a, b);
  merge_rows(b, a);
  merge_rows(a, b);
  for (size_t i = 0; i < TILE; i++)
    memcpy(to + i * to_stride, &a[i], TILE);
}

/* TILE rows of n bytes to n rows of TILE bytes, or back: squares may overlap
 * at the end. */
INV_INLINE void turn_rows(uint8_t *restrict turned, const uint8_t *from,
                          size_t n) {
  for (size_t i = 0; i < n && n >= TILE; i += TILE) {
    size_t at = i + TILE > n ? n - TILE : i;
    turn_tile(turned + at * TILE, TILE, from + at, n);
  }
  for (size_t i = 0; i < n && n < TILE; i++)
    for (size_t y = 0; y < TILE; y++)
      turned[i * TILE + y] = from[y * n + i];
}

INV_INLINE void turn_back(uint8_t *to, const uint8_t *restrict turned,
                          size_t n) {
  for (size_t i = 0; i < n && n >= TILE; i += TILE) {
    size_t at = i + TILE > n ? n - TILE : i;
    turn_tile(to + at, n, turned + at * TILE, TILE);
  }
  for (size_t i = 0; i < n && n < TILE; i++)
    for (size_t y = 0; y < TILE; y++)
      to[y * n + i] = turned[i * TILE + y];
}

/* The weighted sums of turned rows; n: the bytes of a turned pixel, a constant
 * where it is inlined. */
INV_INLINE void sum_turned(uint8_t *restrict to, const uint8_t *restrict from,
                           const taps_table *table, int width, size_t n) {
  for (int x = 0; x < width; x++)
    sum_strip(to + (size_t)x * n, from + (size_t)table->first[x] * n,
              table->weights + (size_t)x * (size_t)table->taps, table->used[x],
              n, n);
}

/* `work` has room for TILE rows of both images. */
INV_VECTOR static void resize_tiles(const inv_image *to, const inv_image *from,
                                    const taps_table *table,
                                    uint8_t *restrict work) {
  size_t in = (size_t)from->width * (size_t)from->channels;
  size_t out = (size_t)to->width * (size_t)to->channels;
  uint8_t *sums = work + in * TILE;
  for (int i = 0; i < to->height; i += TILE) {
    int y = i + TILE > to->height ? to->height - TILE : i;
    turn_rows(work, inv_image_at(from, y, 0), in);
    if (to->channels == 3)
      sum_turned(sums, work, table, to->width, 3 * TILE);
    else
      sum_turned(sums, work, table, to->width, TILE);
    turn_back(inv_image_at(to, y, 0), sums, out);
  }
}

/* Rows of images without alpha. */
static inv_status resize_rows(const inv_image *to, const inv_image *from,
                              const taps_table *table) {
  if (to->height < TILE) {
    resize_few_rows(to, from, table);
    return INV_OK;
  }
  _Alignas(64) uint8_t local[2 * SMALL * 3 * TILE];
  size_t bytes =
      ((size_t)from->width + (size_t)to->width) * (size_t)to->channels * TILE;
  uint8_t *work = inv_scratch(local, sizeof local, bytes);
  if (!work)
    return inv_fail_memory(bytes);
  resize_tiles(to, from, table, work);
  inv_scratch_free(work, local);
  return INV_OK;
}

typedef uint32_t four_pixels __attribute__((vector_size(16)));

/* A square of 4 x 4 pixels; strides in pixels. */
INV_INLINE void transpose_square(inv_pixel *restrict to, size_t to_stride,
                                 const inv_pixel *restrict from,
                                 size_t from_stride) {
  four_pixels a, b, c, d;
  memcpy(&a, from, sizeof a);
  memcpy(&b, from + from_stride, sizeof b);
  memcpy(&c, from + 2 * from_stride, sizeof c);
  memcpy(&d, from + 3 * from_stride, sizeof d);
  four_pixels ab = __builtin_shufflevector(a, b, 0, 4, 1, 5);
  four_pixels cd = __builtin_shufflevector(c, d, 0, 4, 1, 5);
  four_pixels ab2 = __builtin_shufflevector(a, b, 2, 6, 3, 7);
  four_pixels cd2 = __builtin_shufflevector(c, d, 2, 6, 3, 7);
  a = __builtin_shufflevector(ab, cd, 0, 1, 4, 5);
  b = __builtin_shufflevector(ab, cd, 2, 3, 6, 7);
  c = __builtin_shufflevector(ab2, cd2, 0, 1, 4, 5);
  d = __builtin_shufflevector(ab2, cd2, 2, 3, 6, 7);
  memcpy(to, &a, sizeof a);
  memcpy(to + to_stride, &b, sizeof b);
  memcpy(to + 2 * to_stride, &c, sizeof c);
  memcpy(to + 3 * to_stride, &d, sizeof d);
}

/* Rows become columns, in squares that overlap at the edges. */
static void transpose(inv_pixel *restrict to, const inv_pixel *restrict from,
                      int height, int width) {
  size_t h = (size_t)height, w = (size_t)width;
  if (h < 4 || w < 4) {
    for (size_t x = 0; x < w; x++)
      for (size_t y = 0; y < h; y++)
        to[x * h + y] = from[y * w + x];
    return;
  }
  for (size_t y = 0; y < h; y += 4) {
    size_t row = y + 4 > h ? h - 4 : y;
    for (size_t x = 0; x < w; x += 4) {
      size_t column = x + 4 > w ? w - 4 : x;
      transpose_square(to + column * h + row, h, from + row * w + column, w);
    }
  }
}

/* Rows of RGBA: turned, resized along the columns, which is the faster way,
 * and turned back. */
static inv_status turn_and_resize(const inv_image *to, const inv_image *from,
                                  const taps_table *table) {
  _Alignas(64) uint8_t local[2 * SMALL * SMALL * 4];
  size_t in_bytes = inv_image_bytes(from),
         bytes = in_bytes + inv_image_bytes(to);
  uint8_t *work = inv_scratch(local, sizeof local, bytes);
  if (!work)
    return inv_fail_memory(bytes);
  inv_image in = {from->width, from->height, 4, work};
  inv_image out = {to->width, to->height, 4, work + in_bytes};
  transpose((inv_pixel *)in.pixels, (const inv_pixel *)from->pixels,
            from->height, from->width);
  resize_columns(&out, &in, table);
  transpose((inv_pixel *)to->pixels, (const inv_pixel *)out.pixels, out.height,
            out.width);
  inv_scratch_free(work, local);
  return INV_OK;
}

/* The same for the rows that have something in them. */
static inv_status resize_rows_turned(const inv_image *to, const inv_image *from,
                                     const taps_table *table) {
  inv_span seen = inv_image_rows(from);
  memset(to->pixels, 0, inv_image_bytes(to));
  if (seen.begin == seen.end)
    return INV_OK;
  int first = (int)seen.begin, height = (int)(seen.end - seen.begin);
  inv_image in = {height, from->width, 4, inv_image_at(from, first, 0)};
  inv_image out = {height, to->width, 4, inv_image_at(to, first, 0)};
  return turn_and_resize(&out, &in, table);
}

/* One pass with a kept table, or with one made for it. */
static inv_status pass(const inv_image *to, const inv_image *from,
                       inv_filter filter, bool rows) {
  int in = rows ? from->width : from->height;
  int out = rows ? to->width : to->height;
  const taps_table *table = cached_taps(in, out, filter);
  taps_table own = {0};
  if (!table) {
    INV_TRY(make_taps(&own, in, out, filter));
    table = &own;
  }
  inv_status status = INV_OK;
  if (!rows)
    resize_columns(to, from, table);
  else if (to->channels == 4)
    status = resize_rows_turned(to, from, table);
  else
    status = resize_rows(to, from, table);
  inv_free(own.first);
  return status;
}

/* ---- alpha -------------------------------------------------------------- */

INV_VECTOR static void premultiply(inv_pixel *restrict to,
                                   const inv_pixel *restrict from, size_t n) {
  for (size_t i = 0; i < n; i++) {
    uint32_t p = from[i];
    to[i] = inv_pack_masked(p & 255, p >> 8 & 255, p >> 16 & 255, p >> 24);
  }
}

/* min(255, 255 v / a), rounded down. True quotients are 1/255 apart at least,
 * and the product with the rounded reciprocal is off by far less than the
 * thousandth that is added: so no whole number is missed and none reached too
 * early. */
INV_INLINE uint32_t unmultiply_value(uint32_t v, float reciprocal) {
  float quotient = (float)(int32_t)(255 * v) * reciprocal + 0.001f;
  return (uint32_t)(int32_t)(quotient > 255 ? 255 : quotient);
}

INV_VECTOR static void unmultiply(inv_pixel *pixels, size_t n) {
  for (size_t i = 0; i < n; i++) {
    uint32_t p = pixels[i], a = p >> 24;
    float reciprocal = 1 / (float)(int32_t)(a ? a : 255);
    pixels[i] = inv_pack(unmultiply_value(p & 255, reciprocal),
                         unmultiply_value(p >> 8 & 255, reciprocal),
                         unmultiply_value(p >> 16 & 255, reciprocal), a);
  }
}

/* ---- whole images ------------------------------------------------------- */

/* Rows, then columns, over a buffer of image->height x out->width. */
static inv_status resample(const inv_image *out, const inv_image *image,
                           inv_filter filter) {
  if (out->width == image->width)
    return pass(out, image, filter, false);
  if (out->height == image->height)
    return pass(out, image, filter, true);
  _Alignas(64) uint8_t local[SMALL * SMALL * 4];
  inv_image rows = {image->height, out->width, image->channels, NULL};
  rows.pixels = inv_scratch(local, sizeof local, inv_image_bytes(&rows));
  if (!rows.pixels)
    return inv_fail_memory(inv_image_bytes(&rows));
  inv_status status = pass(&rows, image, filter, true);
  if (status == INV_OK)
    status = pass(out, &rows, filter, false);
  inv_scratch_free(rows.pixels, local);
  return status;
}

static inv_status resample_rgba(const inv_image *out, const inv_image *image,
                                inv_filter filter) {
  _Alignas(64) uint8_t local[SMALL * SMALL * 4];
  inv_image copy = *image;
  copy.pixels = inv_scratch(local, sizeof local, inv_image_bytes(image));
  if (!copy.pixels)
    return inv_fail_memory(inv_image_bytes(image));
  inv_span span = inv_image_span(image);
  memset(copy.pixels, 0, inv_image_bytes(image));
  premultiply((inv_pixel *)copy.pixels + span.begin,
              (const inv_pixel *)image->pixels + span.begin,
              span.end - span.begin);
  inv_status status = resample(out, &copy, filter);
  if (status == INV_OK)
    unmultiply((inv_pixel *)out->pixels, inv_image_count(out));
  inv_scratch_free(copy.pixels, local);
  return status;
}

/* The source index of each output: positions add up as in Pillow, so that
 * their rounding is the same. */
static void nearest_indices(int32_t *indices, int in, int out) {
  double step = (double)in / out, position = step * 0.5;
  for (int i = 0; i < out; i++, position += step)
    indices[i] = position < in - 1 ? (int32_t)position : in - 1;
}

INV_INLINE void pick_row(uint8_t *restrict to, const uint8_t *restrict from,
                         const int32_t *restrict columns, int width,
                         size_t channels) {
  for (int x = 0; x < width; x++, to += channels)
    memcpy(to, from + (size_t)columns[x] * channels, channels);
}

static inv_status nearest(const inv_image *out, const inv_image *image) {
  int32_t local[2 * SMALL];
  size_t bytes = ((size_t)out->height + (size_t)out->width) * sizeof *local;
  int32_t *rows = inv_scratch(local, sizeof local, bytes);
  if (!rows)
    return inv_fail_memory(bytes);
  int32_t *columns = rows + out->height;
  size_t row_bytes = (size_t)out->width * (size_t)out->channels;
  nearest_indices(rows, image->height, out->height);
  nearest_indices(columns, image->width, out->width);
  for (int y = 0; y < out->height; y++) {
    uint8_t *to = inv_image_at(out, y, 0);
    const uint8_t *from = inv_image_at(image, rows[y], 0);
    if (y > 0 && rows[y] == rows[y - 1]) /* enlarging repeats rows */
      memcpy(to, to - row_bytes, row_bytes);
    else if (out->channels == 4)
      pick_row(to, from, columns, out->width, 4);
    else
      pick_row(to, from, columns, out->width, (size_t)out->channels);
  }
  inv_scratch_free(rows, local);
  return INV_OK;
}

inv_status inv_image_resize_into(const inv_image *out, const inv_image *image,
                                 inv_filter filter) {
  if (out->height == image->height && out->width == image->width) {
    memcpy(out->pixels, image->pixels, inv_image_bytes(image));
    return INV_OK;
  }
  if (filter == INV_NEAREST)
    return nearest(out, image);
  return image->channels == 4 ? resample_rgba(out, image, filter)
                              : resample(out, image, filter);
}
