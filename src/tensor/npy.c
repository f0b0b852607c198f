#include "tensor/npy.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/interrupt.h"
#include "base/memory.h"
#include "tensor/foreign.h"
#include "tensor/stream.h"

static const char MAGIC[] = "\x93NUMPY";

enum { MAGIC_BYTES = 6, LONGEST_HEADER = 1 << 16 };

/* What a header says. */
typedef struct {
  bool big_endian, fortran;
  char kind; /* f, i, u, b */
  int size;  /* bytes per element */
  int dims;
  int64_t shape[INV_MAX_DIMS];
} header;

static inv_status damaged(const char *path, const char *what) {
  return inv_fail(INV_ERR_FORMAT, "%s: %s", path, what);
}

static inv_status refused(const char *path, const char *doing) {
  return inv_fail(INV_ERR_IO, "%s: cannot %s: %s", path, doing,
                  strerror(errno));
}

/* ---- the header --------------------------------------------------------- */

/* A Python literal being read: {'descr': '<f4', 'fortran_order': False,
 * 'shape': (3, 4), } */
typedef struct {
  const char *at;
} scanner;

static void skip_space(scanner *s) {
  s->at += strspn(s->at, " \t\r\n");
}

static bool take(scanner *s, const char *token) {
  skip_space(s);
  size_t length = strlen(token);
  if (strncmp(s->at, token, length) != 0)
    return false;
  s->at += length;
  return true;
}

/* A quoted string without escapes, at most `size` - 1 characters. */
static bool take_string(scanner *s, char *text, size_t size) {
  skip_space(s);
  char quote = *s->at;
  if (quote != '\'' && quote != '"')
    return false;
  const char *end = strchr(s->at + 1, quote);
  if (!end || (size_t)(end - s->at) > size)
    return false;
  size_t length = (size_t)(end - s->at - 1);
  memcpy(text, s->at + 1, length);
  text[length] = 0;
  s->at = end + 1;
  return true;
}

static bool take_shape(scanner *s, header *h) {
  if (!take(s, "("))
    return false;
  h->dims = 0;
  while (!take(s, ")")) {
    skip_space(s);
    if (*s->at < '0' || *s->at > '9' || h->dims == INV_MAX_DIMS)
      return false;
    char *end;
    errno = 0;
    h->shape[h->dims++] = strtoll(s->at, &end, 10);
    if (errno)
      return false;
    s->at = end;
    take(s, "L"); /* Python 2 wrote 3L */
    skip_space(s);
    if (*s->at != ')' && !take(s, ","))
      return false;
  }
  return true;
}

/* "<f4" and its like. */
static bool set_descr(header *h, const char *descr) {
  static const char *const known[] = {"f2", "f4", "f8", "i1", "i2", "i4",
                                      "i8", "u1", "u2", "u4", "u8", "b1"};
  if (!strchr("<>|=", descr[0]) || descr[0] == 0)
    return false;
  h->big_endian = descr[0] == '>';
  for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
    if (strcmp(descr + 1, known[i]) == 0) {
      h->kind = descr[1];
      h->size = descr[2] - '0';
      return true;
    }
  }
  return false;
}

static inv_status parse(header *h, const char *text, const char *path) {
  scanner s = {text};
  bool descr = false, order = false, shape = false;
  if (!take(&s, "{"))
    return damaged(path, "the header is no dictionary");
  while (!take(&s, "}")) {
    char key[32], value[32];
    if (!take_string(&s, key, sizeof key) || !take(&s, ":"))
      return damaged(path, "the header cannot be read");
    if (strcmp(key, "descr") == 0) {
      if (!take_string(&s, value, sizeof value) || !set_descr(h, value))
        return damaged(path, "elements are no plain numbers of a known kind");
      descr = true;
    } else if (strcmp(key, "fortran_order") == 0) {
      h->fortran = take(&s, "True");
      if (!h->fortran && !take(&s, "False"))
        return damaged(path, "fortran_order is neither True nor False");
      order = true;
    } else if (strcmp(key, "shape") == 0) {
      if (!take_shape(&s, h))
        return damaged(path, "the shape cannot be read (or has more than 8 "
                             "dimensions)");
      shape = true;
    } else {
      return damaged(path, "the header has an unknown key");
    }
    take(&s, ",");
  }
  if (!descr || !order || !shape)
    return damaged(path, "the header lacks descr, fortran_order or shape");
  return INV_OK;
}

/* Reads magic, version and header; leaves the file at the data. */
static inv_status read_header(header *h, FILE *file, int64_t bytes,
                              const char *path) {
  unsigned char start[12];
  if (fread(start, 1, 10, file) != 10 || memcmp(start, MAGIC, MAGIC_BYTES) != 0)
    return damaged(path, "not a .npy file");
  int version = start[6];
  if (version < 1 || version > 3)
    return damaged(path, "an unknown version of .npy");
  int64_t length = start[8] | start[9] << 8, read = 10;
  if (version > 1) {
    if (fread(start + 10, 1, 2, file) != 2)
      return damaged(path, "the file ends in the header");
    length |= (int64_t)start[10] << 16 | (int64_t)start[11] << 24;
    read = 12;
  }
  if (length > bytes - read || length > LONGEST_HEADER)
    return damaged(path, "the header is longer than the file or 64 KB");
  char *text = inv_alloc((size_t)length + 1);
  if (!text)
    return inv_fail_memory((size_t)length + 1);
  inv_status status = INV_OK;
  if (fread(text, 1, (size_t)length, file) != (size_t)length)
    status = damaged(path, "the file ends in the header");
  text[length] = 0;
  if (status == INV_OK)
    status = parse(h, text, path);
  inv_free(text);
  int64_t count = 1;
  for (int d = 0; status == INV_OK && d < h->dims; d++)
    if (__builtin_mul_overflow(count, h->shape[d], &count))
      status = damaged(path, "the shape is too large");
  int64_t wanted = 0, have = bytes - read - length;
  if (status == INV_OK &&
      (__builtin_mul_overflow(count, (int64_t)h->size, &wanted) ||
       wanted != have))
    status = inv_fail(INV_ERR_FORMAT,
                      "%s: the header promises %lld bytes of data, the file "
                      "has %lld",
                      path, (long long)wanted, (long long)have);
  return status;
}

/* ---- elements ----------------------------------------------------------- */

static inv_dtype dtype_of(const header *h) {
  if (h->kind == 'f')
    return h->size == 8 ? INV_FLOAT64 : INV_FLOAT32;
  return h->size == 1 && h->kind != 'i' ? INV_UINT8 : INV_INT32;
}

static inv_status read_elements(const inv_tensor *t, const header *h,
                                FILE *file, const char *path) {
  unsigned char buffer[INV_BLOCK * 8];
  size_t count = (size_t)inv_tensor_count(t), size = inv_dtype_size(t->dtype);
  bool direct =
      h->kind == 'f' ? h->size >= 4 : (size_t)h->size == size && h->kind != 'u';
  direct = direct || t->dtype == INV_UINT8;
  for (size_t at = 0; at < count; at += INV_BLOCK) {
    size_t n = count - at < INV_BLOCK ? count - at : INV_BLOCK;
    char *out = (char *)t->data + at * size;
    unsigned char *in = direct ? (unsigned char *)out : buffer;
    INV_TRY(inv_check_interrupt());
    if (fread(in, (size_t)h->size, n, file) != n)
      return damaged(path, "the file ends in the data");
    if (h->big_endian)
      inv_swap_bytes(in, h->size, n);
    if (!direct && inv_widen(h->kind, h->size, in, out, n) < n)
      return damaged(path, "an integer does not fit int32");
  }
  return INV_OK;
}

static inv_status read_file(inv_tensor *out, FILE *file, const char *path) {
  struct stat about;
  if (fstat(fileno(file), &about) != 0)
    return refused(path, "read");
  if (!S_ISREG(about.st_mode))
    return inv_fail(INV_ERR_IO, "%s: not a file", path);
  header h = {0};
  INV_TRY(read_header(&h, file, about.st_size, path));
  int64_t shape[INV_MAX_DIMS];
  int order[INV_MAX_DIMS];
  for (int d = 0; d < h.dims; d++) {
    order[d] = h.fortran ? h.dims - 1 - d : d;
    shape[d] = h.shape[order[d]];
  }
  inv_tensor t;
  INV_TRY(inv_tensor_new(&t, dtype_of(&h), h.dims, shape));
  inv_status status = read_elements(&t, &h, file, path);
  if (status == INV_OK)
    status = inv_tensor_permute(out, &t, order);
  inv_tensor_release(&t);
  return status;
}

inv_status inv_npy_read(inv_tensor *out, const char *path) {
  /* Not to be held up by a pipe that nobody writes to. */
  int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  FILE *file = descriptor >= 0 ? fdopen(descriptor, "rb") : NULL;
  if (!file) {
    inv_status refusal = refused(path, "open");
    if (descriptor >= 0)
      close(descriptor);
    return refusal;
  }
  inv_status status = read_file(out, file, path);
  fclose(file);
  return status;
}

/* ---- writing ------------------------------------------------------------ */

/* Fills in magic, version and header, padded so that the data begins at a
 * multiple of 64 bytes; returns its length. */
static size_t make_header(char text[512], const inv_tensor *t,
                          inv_dtype dtype) {
  static const char *const descr[INV_DTYPES] = {[INV_FLOAT32] = "<f4",
                                                [INV_UINT8] = "|u1",
                                                [INV_INT32] = "<i4",
                                                [INV_FLOAT64] = "<f8"};
  int at = snprintf(text + 10, 500,
                    "{'descr': '%s', 'fortran_order': False, 'shape': (",
                    descr[dtype]);
  for (int d = 0; d < t->dims; d++)
    at += snprintf(text + 10 + at, 500 - (size_t)at, d ? ", %lld" : "%lld",
                   (long long)t->shape[d]);
  at += snprintf(text + 10 + at, 500 - (size_t)at, "%s), }",
                 t->dims == 1 ? "," : "");
  size_t length = ((size_t)at + 11 + 63) / 64 * 64;
  memset(text + 10 + at, ' ', length - 10 - (size_t)at);
  text[length - 1] = '\n';
  memcpy(text, MAGIC, MAGIC_BYTES);
  text[6] = 1;
  text[7] = 0;
  text[8] = (char)((length - 10) & 255);
  text[9] = (char)((length - 10) >> 8);
  return length;
}

inv_status inv_npy_write(const inv_tensor *t, const char *path) {
  char head[512];
  inv_dtype dtype = t->dtype == INV_BFLOAT16 ? INV_FLOAT32 : t->dtype;
  inv_tensor converted, whole;
  INV_TRY(inv_tensor_convert(&converted, t, dtype));
  inv_status status = inv_tensor_to_contiguous(&whole, &converted);
  inv_tensor_release(&converted);
  if (status != INV_OK)
    return status;
  const inv_bytes parts[] = {{head, make_header(head, t, dtype)},
                             {whole.data, inv_tensor_bytes(&whole)}};
  status = inv_file_write(path, parts, 2);
  inv_tensor_release(&whole);
  return status;
}
