#include <png.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/interrupt.h"
#include "base/memory.h"
#include "image/png.h"
#include "image/png_plain.h"

/* A picture's rows take at most this much times the file's size, because
 * deflate cannot pack tighter. */
enum { DEFLATE_RATIO = 1032, SIGNATURE = 8 };

/* libpng asks for no more than a chunk of the file or a few rows (2^20 pixels
 * of 8 bytes), but for the length that a chunk eXIf claims to have. */
enum { ROWS = 16 << 20 };

/* What libpng reads from, and where its failures go. */
typedef struct {
  const uint8_t *bytes;
  size_t size, at;
  bool no_memory;
  char reason[160];
} source;

static void read_bytes(png_structp png, png_bytep to, size_t n) {
  source *from = png_get_io_ptr(png);
  if (n > from->size - from->at)
    png_error(png, "the file is cut short");
  memcpy(to, from->bytes + from->at, n);
  from->at += n;
}

static void fail(png_structp png, png_const_charp reason) {
  source *from = png_get_error_ptr(png);
  snprintf(from->reason, sizeof from->reason, "%s", reason);
  png_longjmp(png, 1);
}

static void ignore(png_structp png, png_const_charp reason) {
  (void)png, (void)reason;
}

static png_voidp allocate(png_structp png, png_alloc_size_t n) {
  source *from = png_get_mem_ptr(png);
  if (n > from->size + ROWS)
    return NULL;
  void *block = inv_alloc(n);
  if (!block)
    from->no_memory = true;
  return block;
}

static void release(png_structp png, png_voidp block) {
  (void)png;
  inv_free(block);
}

/* After each row. */
static void look_at_interrupt(png_structp png, png_uint_32 row, int pass) {
  (void)row, (void)pass;
  if (inv_interrupted())
    png_error(png, "interrupted!");
}

/* Everything becomes 8-bit gray, RGB or RGBA. */
static void set_conversions(png_structp png, png_infop info) {
  int type = png_get_color_type(png, info);
  bool transparent =
      (type & PNG_COLOR_MASK_ALPHA) || png_get_valid(png, info, PNG_INFO_tRNS);
  png_set_expand(png);
  png_set_scale_16(png);
  if (transparent && !(type & PNG_COLOR_MASK_COLOR))
    png_set_gray_to_rgb(png);
  png_set_interlace_handling(png);
  png_read_update_info(png, info);
}

/* Everything that can jump out; what it makes is owned by its caller. */
static inv_status decode(png_structp png, png_infop info, source *from,
                         inv_image *out, png_bytepp *rows) {
  png_read_info(png, info);
  uint32_t height = png_get_image_height(png, info);
  uint32_t width = png_get_image_width(png, info);
  uint64_t packed = (uint64_t)png_get_rowbytes(png, info) * height;
  if (packed / DEFLATE_RATIO > from->size)
    return inv_fail(
        INV_ERR_FORMAT,
        "it claims %u x %u pixels, too many for a file of %zu bytes", height,
        width, from->size);
  set_conversions(png, info);
  INV_TRY(
      inv_image_new(out, (int)height, (int)width, png_get_channels(png, info)));
  *rows = inv_alloc_array(height, sizeof **rows);
  if (!*rows)
    return inv_fail_memory(height * sizeof **rows);
  for (uint32_t y = 0; y < height; y++)
    (*rows)[y] = inv_image_at(out, (int)y, 0);
  png_read_image(png, *rows);
  png_read_end(png, NULL);
  return INV_OK;
}

static inv_status decode_guarded(png_structp png, png_infop info, source *from,
                                 inv_image *out, png_bytepp *rows) {
  if (setjmp(png_jmpbuf(png))) {
    INV_TRY(inv_check_interrupt());
    return from->no_memory
               ? inv_fail(INV_ERR_MEMORY, "not enough memory to read it")
               : inv_fail(INV_ERR_FORMAT, "%s", from->reason);
  }
  png_set_read_fn(png, from, read_bytes);
  png_set_read_status_fn(png, look_at_interrupt);
  png_set_user_limits(png, INV_IMAGE_SIDE, INV_IMAGE_SIDE);
  png_set_chunk_malloc_max(png, from->size + 65536);
  return decode(png, info, from, out, rows);
}

static inv_status decode_png(inv_image *out, source *from) {
  png_structp png = png_create_read_struct_2(PNG_LIBPNG_VER_STRING, from, fail,
                                             ignore, from, allocate, release);
  png_infop info = png ? png_create_info_struct(png) : NULL;
  if (!info) {
    png_destroy_read_struct(&png, NULL, NULL);
    return inv_fail(INV_ERR_MEMORY, "not enough memory for the PNG reader");
  }
  png_bytepp rows = NULL;
  inv_status status = decode_guarded(png, info, from, out, &rows);
  png_destroy_read_struct(&png, &info, NULL);
  inv_free(rows);
  if (status != INV_OK)
    inv_image_free(out);
  return status;
}

inv_status inv_png_decode(inv_image *out, const uint8_t *bytes, size_t count) {
  *out = (inv_image){0};
  if (count < SIGNATURE || png_sig_cmp(bytes, 0, SIGNATURE))
    return inv_fail(INV_ERR_FORMAT, "not a PNG file");
  inv_status status = inv_png_plain(out, bytes, count);
  if (status != INV_OK || out->pixels)
    return status;
  source from = {.bytes = bytes, .size = count};
  return decode_png(out, &from);
}
