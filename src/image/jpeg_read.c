#include <stdbool.h>
#include <string.h>
#include <turbojpeg.h>

#include "image/jpeg.h"

/* A byte holds at most so many pixels: each 8 x 8 block of each component
 * takes at least one bit, its DC code, and a component has at least one block
 * in 32 x 32 pixels, all together 9 in the thinnest sampling. */
enum { PIXELS_PER_BYTE = 1024 };

/* Progressive files need up to 11 bytes for each pixel while they are decoded,
 * however small they are. */
enum { MOST_PIXELS = 1 << 28 };

/* What TurboJPEG says, without the name of its function. */
static inv_status fail(tjhandle reader) {
  const char *text = tjGetErrorStr2(reader);
  const char *after = strstr(text, "(): ");
  if (strstr(text, "nsufficient memory"))
    return inv_fail(INV_ERR_MEMORY, "not enough memory to read it");
  return inv_fail(INV_ERR_FORMAT, "%s", after ? after + 4 : text);
}

typedef struct {
  int width, height, colors; /* TJCS */
} header;

static inv_status read_header(header *out, tjhandle reader,
                              const uint8_t *bytes, size_t count) {
  int sampling;
  *out = (header){0, 0, -1};
  /* It fails too where it has no name for the sampling, which does no harm. */
  if (tjDecompressHeader3(reader, bytes, count, &out->width, &out->height,
                          &sampling, &out->colors) != 0 &&
      (out->width < 1 || out->height < 1 || out->colors < 0))
    return fail(reader);
  if (out->width < 1 || out->height < 1)
    return inv_fail(INV_ERR_FORMAT, "there is no picture in the file");
  uint64_t pixels = (uint64_t)out->width * (uint64_t)out->height;
  if (pixels / PIXELS_PER_BYTE > count)
    return inv_fail(INV_ERR_FORMAT,
                    "it claims %d x %d pixels, too many for a file of %zu "
                    "bytes",
                    out->height, out->width, count);
  if (pixels > MOST_PIXELS)
    return inv_fail(INV_ERR_FORMAT, "%d x %d pixels, at most %d are decoded",
                    out->height, out->width, MOST_PIXELS);
  return INV_OK;
}

/* The reduced size, at least `least` on both sides. */
static void reduce(header *size, int least) {
  int shorter = size->width < size->height ? size->width : size->height;
  for (int by = 8; least > 0 && by > 1; by /= 2) {
    tjscalingfactor factor = {1, by};
    if (TJSCALED(shorter, factor) < least)
      continue;
    size->width = TJSCALED(size->width, factor);
    size->height = TJSCALED(size->height, factor);
    return;
  }
}

/* Inverted CMYK, as Adobe writes it, to RGB in the rounding of Pillow. */
static inv_status from_cmyk(inv_image *out, const inv_image *cmyk) {
  INV_TRY(inv_image_new(out, cmyk->height, cmyk->width, 3));
  const uint8_t *in = cmyk->pixels;
  uint8_t *to = out->pixels;
  for (size_t n = inv_image_count(out); n > 0; n--, in += 4, to += 3) {
    for (int c = 0; c < 3; c++) {
      uint32_t t = (255u - in[c]) * in[3] + 128;
      to[c] = (uint8_t)(in[3] - ((t + (t >> 8)) >> 8));
    }
  }
  return INV_OK;
}

static inv_status decode(inv_image *out, tjhandle reader, const uint8_t *bytes,
                         size_t count, int least) {
  header size;
  INV_TRY(read_header(&size, reader, bytes, count));
  reduce(&size, least);
  bool gray = size.colors == TJCS_GRAY;
  bool cmyk = size.colors == TJCS_CMYK || size.colors == TJCS_YCCK;
  inv_image made;
  INV_TRY(inv_image_new(&made, size.height, size.width,
                        gray   ? 1
                        : cmyk ? 4
                               : 3));
  int kind = gray ? TJPF_GRAY : cmyk ? TJPF_CMYK : TJPF_RGB;
  int flags = TJFLAG_ACCURATEDCT | TJFLAG_STOPONWARNING | TJFLAG_LIMITSCANS;
  if (tjDecompress2(reader, bytes, count, made.pixels, size.width, 0,
                    size.height, kind, flags) != 0) {
    inv_image_free(&made);
    return fail(reader);
  }
  *out = made;
  if (!cmyk)
    return INV_OK;
  inv_status status = from_cmyk(out, &made);
  inv_image_free(&made);
  return status;
}

inv_status inv_jpeg_decode(inv_image *out, const uint8_t *bytes, size_t count,
                           int least) {
  *out = (inv_image){0};
  tjhandle reader = tjInitDecompress();
  if (!reader)
    return inv_fail(INV_ERR_MEMORY, "not enough memory for the JPEG reader");
  inv_status status = decode(out, reader, bytes, count, least);
  tjDestroy(reader);
  return status;
}
