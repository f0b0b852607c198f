#include "data/idx.h"

#include <string.h>
#include <zlib.h>

#include "base/file.h"
#include "base/interrupt.h"
#include "base/memory.h"
#include "tensor/foreign.h"

/* Bytes inflated or copied between two looks at Ctrl-C; small enough for
 * zlib's counters. */
enum { PIECE = 1 << 22 };

/* Deflate's shortest code stands for 258 bytes in 2 bits: 1 byte holds 1032
 * at most. */
enum { MOST_INFLATION = 1032 };

static inv_status damaged(const char *what) {
  return inv_fail(INV_ERR_FORMAT, "%s", what);
}

/* ---- bytes, compressed or not ------------------------------------------- */

typedef struct {
  const uint8_t *at; /* what zlib was not given yet */
  size_t left;
  bool packed;
  bool ended; /* the last byte of a compressed member was read */
  z_stream z;
} stream;

static void *zlib_alloc(void *context, unsigned count, unsigned size) {
  (void)context;
  return inv_alloc_array(count, size);
}

static void zlib_free(void *context, void *block) {
  (void)context;
  inv_free(block);
}

static bool is_gzip(const uint8_t *at, size_t left) {
  return left >= 2 && at[0] == 0x1f && at[1] == 0x8b;
}

static inv_status open_stream(stream *s, const uint8_t *bytes, size_t size) {
  *s = (stream){.at = bytes, .left = size, .packed = is_gzip(bytes, size)};
  s->z.zalloc = zlib_alloc;
  s->z.zfree = zlib_free;
  enum { GZIP_ONLY = 16 };
  if (s->packed && inflateInit2(&s->z, MAX_WBITS + GZIP_ONLY) != Z_OK)
    return inv_fail(INV_ERR_MEMORY, "not enough memory to inflate");
  return INV_OK;
}

static void close_stream(stream *s) {
  if (s->packed)
    inflateEnd(&s->z);
}

static void feed(stream *s) {
  if (s->z.avail_in > 0)
    return;
  s->z.next_in = (uint8_t *)s->at;
  s->z.avail_in = s->left < PIECE ? (unsigned)s->left : PIECE;
  s->at += s->z.avail_in;
  s->left -= s->z.avail_in;
}

/* After the end of a compressed member: the next one, if there is any. */
static inv_status next_member(stream *s, bool *found) {
  size_t left = s->z.avail_in + s->left;
  const uint8_t *at = s->z.avail_in > 0 ? s->z.next_in : s->at;
  *found = left > 0;
  if (!*found)
    return INV_OK;
  if (!is_gzip(at, left))
    return inv_fail(INV_ERR_FORMAT, "%zu bytes follow the compressed data",
                    left);
  inflateReset(&s->z);
  s->ended = false;
  return INV_OK;
}

static inv_status inflate_piece(stream *s, uint8_t *out, size_t want,
                                size_t *got) {
  s->z.next_out = out;
  s->z.avail_out = (unsigned)want;
  feed(s);
  int result = inflate(&s->z, Z_NO_FLUSH);
  *got = want - s->z.avail_out;
  s->ended = result == Z_STREAM_END;
  if (result == Z_OK || s->ended)
    return INV_OK;
  if (result == Z_MEM_ERROR)
    return inv_fail(INV_ERR_MEMORY, "not enough memory to inflate");
  return result == Z_BUF_ERROR
             ? damaged("the compressed data end too early")
             : inv_fail(INV_ERR_FORMAT, "the compressed data are damaged: %s",
                        s->z.msg ? s->z.msg : "no reason known");
}

/* The next bytes, at most `want`; fewer where the data end. */
static inv_status take_some(stream *s, uint8_t *out, size_t want, size_t *got) {
  *got = 0;
  while (*got < want) {
    size_t n = want - *got < PIECE ? want - *got : PIECE;
    INV_TRY(inv_check_interrupt());
    if (s->packed) {
      bool more = true;
      if (s->ended)
        INV_TRY(next_member(s, &more));
      if (!more)
        return INV_OK;
      INV_TRY(inflate_piece(s, out + *got, n, &n));
    } else {
      n = n < s->left ? n : s->left;
      if (n == 0)
        return INV_OK;
      memcpy(out + *got, s->at, n);
      s->at += n;
      s->left -= n;
    }
    *got += n;
  }
  return INV_OK;
}

static inv_status take(stream *s, void *out, size_t want, const char *part) {
  size_t got;
  INV_TRY(take_some(s, out, want, &got));
  if (got < want)
    return inv_fail(INV_ERR_FORMAT, "the file ends in the %s: %zu bytes of %zu",
                    part, got, want);
  return INV_OK;
}

/* Nothing may follow; zlib compares its checksum on the way. */
static inv_status expect_end(stream *s) {
  uint8_t byte;
  size_t got;
  INV_TRY(take_some(s, &byte, 1, &got));
  return got == 0 ? INV_OK
                  : damaged("there are more data than the header promises");
}

/* ---- header and elements ------------------------------------------------ */

typedef struct {
  char kind; /* as inv_widen's: u, i, f */
  int size;  /* bytes per element in the file */
  inv_dtype dtype;
  int dims;
  int64_t shape[INV_MAX_DIMS];
  int64_t count; /* of elements */
} header;

static bool set_type(header *h, int code) {
  switch (code) {
  case 0x08: *h = (header){'u', 1, INV_UINT8, 0, {0}, 0}; return true;
  case 0x09: *h = (header){'i', 1, INV_INT32, 0, {0}, 0}; return true;
  case 0x0b: *h = (header){'i', 2, INV_INT32, 0, {0}, 0}; return true;
  case 0x0c: *h = (header){'i', 4, INV_INT32, 0, {0}, 0}; return true;
  case 0x0d: *h = (header){'f', 4, INV_FLOAT32, 0, {0}, 0}; return true;
  case 0x0e: *h = (header){'f', 8, INV_FLOAT64, 0, {0}, 0}; return true;
  default: return false;
  }
}

/* Whether the rest of the stream can hold `bytes` bytes. */
static bool can_hold(const stream *s, int64_t bytes) {
  size_t left = s->left + s->z.avail_in;
  return !s->packed || (uint64_t)bytes / MOST_INFLATION <= left + MAX_WBITS;
}

static inv_status read_header(header *h, stream *s) {
  uint8_t magic[4], size[4];
  INV_TRY(take(s, magic, sizeof magic, "header"));
  if (magic[0] != 0 || magic[1] != 0)
    return inv_fail(INV_ERR_FORMAT,
                    "no IDX file: it begins with %02x %02x, not 00 00",
                    magic[0], magic[1]);
  if (!set_type(h, magic[2]))
    return inv_fail(INV_ERR_FORMAT, "no IDX file: unknown type %02x", magic[2]);
  if (magic[3] < 1 || magic[3] > INV_MAX_DIMS)
    return inv_fail(INV_ERR_FORMAT, "%d dimensions, 1 .. %d are read", magic[3],
                    INV_MAX_DIMS);
  int64_t bytes = h->size;
  for (h->dims = 0; h->dims < magic[3]; h->dims++) {
    INV_TRY(take(s, size, sizeof size, "header"));
    int64_t n = (int64_t)size[0] << 24 | size[1] << 16 | size[2] << 8 | size[3];
    h->shape[h->dims] = n;
    if (__builtin_mul_overflow(bytes, n, &bytes))
      return damaged("the sizes in the header are too large");
  }
  h->count = bytes / h->size;
  if (!s->packed && (uint64_t)bytes != s->left)
    return inv_fail(INV_ERR_FORMAT,
                    "the header promises %lld bytes of data, the file has %zu",
                    (long long)bytes, s->left);
  if (!can_hold(s, bytes))
    return inv_fail(INV_ERR_FORMAT,
                    "the header promises %lld bytes of data, more than the "
                    "file can hold",
                    (long long)bytes);
  return INV_OK;
}

enum { BLOCK = 4096 }; /* elements converted at once */

static inv_status read_elements(const inv_tensor *t, const header *h,
                                stream *s) {
  uint8_t buffer[BLOCK * 8];
  size_t count = (size_t)h->count, width = inv_dtype_size(t->dtype);
  if (h->size == 1 && h->kind == 'u')
    return take(s, t->data, count, "data");
  for (size_t at = 0; at < count; at += BLOCK) {
    size_t n = count - at < BLOCK ? count - at : BLOCK;
    uint8_t *out = inv_u8(t) + at * width;
    INV_TRY(take(s, buffer, n * (size_t)h->size, "data"));
    inv_swap_bytes(buffer, h->size, n);
    if (h->kind == 'f' || (size_t)h->size == width)
      memcpy(out, buffer, n * width);
    else
      inv_widen(h->kind, h->size, buffer, out, n);
  }
  return INV_OK;
}

static inv_status decode(inv_tensor *out, stream *s) {
  header h;
  INV_TRY(read_header(&h, s));
  INV_TRY(inv_tensor_new(out, h.dtype, h.dims, h.shape));
  inv_status status = read_elements(out, &h, s);
  if (status == INV_OK)
    status = expect_end(s);
  if (status != INV_OK)
    inv_tensor_release(out);
  return status;
}

inv_status inv_idx_decode(inv_tensor *out, const uint8_t *bytes, size_t size) {
  stream s;
  INV_TRY(open_stream(&s, bytes, size));
  inv_status status = decode(out, &s);
  close_stream(&s);
  return status;
}

inv_status inv_idx_read(inv_tensor *out, const char *path) {
  uint8_t *bytes;
  size_t size;
  INV_TRY(inv_file_read(path, SIZE_MAX, &bytes, &size));
  inv_status status = inv_idx_decode(out, bytes, size);
  inv_free(bytes);
  if (status == INV_ERR_FORMAT)
    inv_fail(status, "%s: %s", path, inv_message());
  return status;
}
