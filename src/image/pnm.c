#include "image/pnm.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/file.h"

enum { MOST = 65535 }; /* the largest maximum of values */

/* What is left to read. */
typedef struct {
  const uint8_t *at, *end;
} text;

typedef struct {
  bool plain; /* digits, not bytes */
  bool bits;  /* 1 is black */
  int channels, width, height;
  uint32_t most; /* the value that is white */
} header;

/* ---- digits ------------------------------------------------------------- */

static bool is_space(uint8_t c) {
  return c == ' ' || (c >= '\t' && c <= '\r');
}

/* Spaces, and comments from # to the end of the line. */
static void skip_space(text *from) {
  for (bool comment = false; from->at < from->end; from->at++) {
    uint8_t c = *from->at;
    if (comment ? c == '\n' || c == '\r' : c == '#')
      comment = !comment;
    else if (!comment && !is_space(c))
      return;
  }
}

static inv_status cut_short(void) {
  return inv_fail(INV_ERR_FORMAT, "the file is cut short");
}

/* The number that comes next, in 0 .. most. */
static inv_status read_number(text *from, uint32_t most, uint32_t *out) {
  uint32_t value = 0;
  skip_space(from);
  if (from->at == from->end)
    return cut_short();
  if (*from->at < '0' || *from->at > '9')
    return inv_fail(INV_ERR_FORMAT, "a number expected, got byte %d",
                    *from->at);
  for (; from->at < from->end && *from->at >= '0' && *from->at <= '9';
       from->at++) {
    value = 10 * value + (*from->at - '0');
    if (value > most)
      return inv_fail(INV_ERR_FORMAT, "a number is larger than %u", most);
  }
  *out = value;
  return INV_OK;
}

static inv_status read_bit(text *from, uint32_t *out) {
  skip_space(from);
  if (from->at == from->end)
    return cut_short();
  if (*from->at != '0' && *from->at != '1')
    return inv_fail(INV_ERR_FORMAT, "0 or 1 expected, got byte %d", *from->at);
  *out = *from->at++ - '0';
  return INV_OK;
}

/* ---- header ------------------------------------------------------------- */

/* The bytes that the pixels take, at least. */
static uint64_t least_bytes(const header *h) {
  uint64_t rows = (uint64_t)h->height, width = (uint64_t)h->width;
  uint64_t values = rows * width * (uint64_t)h->channels;
  if (h->bits)
    return h->plain ? values : rows * ((width + 7) / 8);
  return h->plain ? 2 * values - 1 : h->most > 255 ? 2 * values : values;
}

/* The header; `from` is left at the first byte of the pixels. */
static inv_status read_header(header *h, text *from) {
  int kind = from->at[1] - '0';
  uint32_t width, height;
  from->at += 2;
  h->plain = kind <= 3;
  h->bits = kind == 1 || kind == 4;
  h->channels = kind == 3 || kind == 6 ? 3 : 1;
  h->most = 1;
  INV_TRY(read_number(from, INV_IMAGE_SIDE, &width));
  INV_TRY(read_number(from, INV_IMAGE_SIDE, &height));
  if (!h->bits)
    INV_TRY(read_number(from, MOST, &h->most));
  if (width == 0 || height == 0 || h->most == 0)
    return inv_fail(INV_ERR_FORMAT, "%u x %u pixels of 0 .. %u are no picture",
                    height, width, h->most);
  h->width = (int)width;
  h->height = (int)height;
  if (from->at == from->end || !is_space(*from->at))
    return from->at == from->end
               ? cut_short()
               : inv_fail(INV_ERR_FORMAT, "no space after the header");
  from->at++;
  if (least_bytes(h) > (uint64_t)(from->end - from->at))
    return inv_fail(INV_ERR_FORMAT,
                    "it claims %u x %u pixels, too many for the %zu bytes "
                    "there are",
                    height, width, (size_t)(from->end - from->at));
  return INV_OK;
}

/* ---- pixels ------------------------------------------------------------- */

static uint8_t to_byte(uint32_t value, uint32_t most) {
  return (uint8_t)((2 * 255 * value + most) / (2 * most));
}

static inv_status read_plain(uint8_t *to, size_t count, const header *h,
                             text *from) {
  for (size_t i = 0; i < count; i++) {
    uint32_t value = 0;
    if (h->bits)
      INV_TRY(read_bit(from, &value));
    else
      INV_TRY(read_number(from, h->most, &value));
    to[i] = h->bits ? (uint8_t)(value ? 0 : 255) : to_byte(value, h->most);
  }
  return INV_OK;
}

static void read_bits(uint8_t *to, const header *h, const uint8_t *from) {
  size_t width = (size_t)h->width, row = (width + 7) / 8;
  for (int y = 0; y < h->height; y++, from += row)
    for (size_t x = 0; x < width; x++)
      *to++ = from[x / 8] >> (7 - x % 8) & 1 ? 0 : 255;
}

static inv_status read_raw(uint8_t *to, size_t count, const header *h,
                           const uint8_t *from) {
  size_t wide = h->most > 255 ? 2 : 1;
  if (h->most == 255) {
    memcpy(to, from, count);
    return INV_OK;
  }
  for (size_t i = 0; i < count; i++, from += wide) {
    uint32_t value = wide == 2 ? (uint32_t)(from[0] << 8 | from[1]) : from[0];
    if (value > h->most)
      return inv_fail(INV_ERR_FORMAT, "value %u is larger than %u", value,
                      h->most);
    to[i] = to_byte(value, h->most);
  }
  return INV_OK;
}

inv_status inv_pnm_decode(inv_image *out, const uint8_t *bytes, size_t count) {
  *out = (inv_image){0};
  if (count < 2 || bytes[0] != 'P' || bytes[1] < '1' || bytes[1] > '6')
    return inv_fail(INV_ERR_FORMAT, "not a PPM, PGM or PBM file");
  text from = {bytes, bytes + count};
  header h;
  INV_TRY(read_header(&h, &from));
  INV_TRY(inv_image_new(out, h.height, h.width, h.channels));
  size_t values = inv_image_bytes(out);
  inv_status status = INV_OK;
  if (h.plain)
    status = read_plain(out->pixels, values, &h, &from);
  else if (h.bits)
    read_bits(out->pixels, &h, from.at);
  else
    status = read_raw(out->pixels, values, &h, from.at);
  if (status != INV_OK)
    inv_image_free(out);
  return status;
}

/* ---- writing ------------------------------------------------------------ */

inv_status inv_pnm_write(const char *path, const inv_image *image) {
  if (image->channels == 4)
    return inv_fail(INV_ERR_ARGUMENT,
                    "%s: PPM has no alpha, 1 or 3 channels are wanted", path);
  char head[64];
  int length =
      snprintf(head, sizeof head, "P%d\n%d %d\n255\n",
               image->channels == 1 ? 5 : 6, image->width, image->height);
  inv_bytes parts[] = {{head, (size_t)length},
                       {image->pixels, inv_image_bytes(image)}};
  return inv_file_write(path, parts, 2);
}
