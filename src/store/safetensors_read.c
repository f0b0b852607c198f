#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/interrupt.h"
#include "base/memory.h"
#include "store/json.h"
#include "store/safetensors.h"
#include "tensor/foreign.h"

enum {
  LONGEST_HEADER = 32 << 20,
  PIECE = 4 << 20 /* bytes read between two looks at Ctrl-C */
};

/* The types of the format that can be read. */
typedef struct {
  const char *name;
  char kind; /* d: as it is; f, i, u: widened (tensor/foreign.h) */
  uint8_t size;
  inv_dtype dtype;
} format_type;

static const format_type TYPES[] = {
    {"F32", 'd', 4, INV_FLOAT32},   {"F64", 'd', 8, INV_FLOAT64},
    {"BF16", 'd', 2, INV_BFLOAT16}, {"F16", 'f', 2, INV_FLOAT32},
    {"I32", 'd', 4, INV_INT32},     {"I64", 'i', 8, INV_INT32},
    {"I16", 'i', 2, INV_INT32},     {"I8", 'i', 1, INV_INT32},
    {"U8", 'd', 1, INV_UINT8},      {"BOOL", 'd', 1, INV_UINT8},
    {"U16", 'u', 2, INV_INT32},     {"U32", 'u', 4, INV_INT32},
    {"U64", 'u', 8, INV_INT32},
};

typedef struct {
  inv_stored about; /* its strings belong to the header */
  const format_type *type;
  int64_t begin, end; /* bytes of the data */
} entry;

struct inv_safetensors {
  int file;
  char *path;
  cJSON *header;
  const cJSON *metadata; /* in the header; NULL: none */
  int64_t data;          /* where it begins in the file */
  int64_t bytes;
  size_t count;
  entry *entries;
};

static inv_status damaged(const inv_safetensors *f, const char *what) {
  return inv_fail(INV_ERR_FORMAT, "%s: %s", f->path, what);
}

static inv_status refused(const inv_safetensors *f, const char *doing) {
  return inv_fail(INV_ERR_IO, "%s: cannot %s: %s", f->path, doing,
                  strerror(errno));
}

static inv_status read_bytes(const inv_safetensors *f, int64_t from, void *into,
                             size_t bytes) {
  char *at = into;
  while (bytes > 0) {
    INV_TRY(inv_check_interrupt());
    ssize_t n = pread(f->file, at, bytes < PIECE ? bytes : PIECE, from);
    if (n < 0 && errno == EINTR)
      continue;
    if (n < 0)
      return refused(f, "read");
    if (n == 0)
      return damaged(f, "the file became shorter while it was read");
    at += n;
    from += n;
    bytes -= (size_t)n;
  }
  return INV_OK;
}

/* ---- one tensor of the header ------------------------------------------- */

static inv_status entry_fails(const inv_safetensors *f, const entry *e,
                              const char *what) {
  return inv_fail(INV_ERR_FORMAT, "%s: tensor \"%.200s\": %s", f->path,
                  e->about.name, what);
}

/* The integer >= 0 that an item is; numbers are doubles, exact below 2^53. */
static bool natural(const cJSON *item, int64_t *out) {
  double value = cJSON_IsNumber(item) ? item->valuedouble : -1;
  if (!(value >= 0 && value < 0x1p53 && value == floor(value)))
    return false;
  *out = (int64_t)value;
  return true;
}

static inv_status parse_type(const inv_safetensors *f, entry *e,
                             const cJSON *given) {
  const char *name = cJSON_GetStringValue(given);
  if (!name)
    return entry_fails(f, e, "it has no dtype");
  for (size_t i = 0; i < sizeof TYPES / sizeof *TYPES; i++) {
    if (strcmp(TYPES[i].name, name) == 0) {
      e->type = &TYPES[i];
      e->about.type = name;
      e->about.dtype = TYPES[i].dtype;
      return INV_OK;
    }
  }
  return inv_fail(INV_ERR_FORMAT,
                  "%s: tensor \"%.200s\": elements of type %.20s cannot be "
                  "read",
                  f->path, e->about.name, name);
}

static inv_status parse_shape(const inv_safetensors *f, entry *e,
                              const cJSON *given) {
  if (!cJSON_IsArray(given))
    return entry_fails(f, e, "it has no shape");
  for (const cJSON *size = given->child; size; size = size->next) {
    if (e->about.dims == INV_MAX_DIMS)
      return entry_fails(f, e, "it has more than 8 dimensions");
    if (!natural(size, &e->about.shape[e->about.dims++]))
      return entry_fails(f, e, "its shape is no list of integers >= 0");
  }
  return INV_OK;
}

static inv_status parse_offsets(const inv_safetensors *f, entry *e,
                                const cJSON *given) {
  if (!cJSON_IsArray(given) || cJSON_GetArraySize(given) != 2 ||
      !natural(given->child, &e->begin) ||
      !natural(given->child->next, &e->end) || e->begin > e->end ||
      e->end > f->bytes)
    return inv_fail(INV_ERR_FORMAT,
                    "%s: tensor \"%.200s\": its data_offsets are not two "
                    "places in the %lld bytes of data",
                    f->path, e->about.name, (long long)f->bytes);
  int64_t wanted = e->type->size;
  for (int d = 0; d < e->about.dims; d++)
    if (__builtin_mul_overflow(wanted, e->about.shape[d], &wanted))
      return entry_fails(f, e, "its shape is too large");
  if (wanted != e->end - e->begin)
    return inv_fail(INV_ERR_FORMAT,
                    "%s: tensor \"%.200s\": its shape wants %lld bytes, its "
                    "data_offsets give %lld",
                    f->path, e->about.name, (long long)wanted,
                    (long long)(e->end - e->begin));
  return INV_OK;
}

static inv_status parse_entry(const inv_safetensors *f, entry *e,
                              const cJSON *given) {
  e->about.name = given->string;
  INV_TRY(parse_type(f, e, cJSON_GetObjectItemCaseSensitive(given, "dtype")));
  INV_TRY(parse_shape(f, e, cJSON_GetObjectItemCaseSensitive(given, "shape")));
  return parse_offsets(f, e,
                       cJSON_GetObjectItemCaseSensitive(given, "data_offsets"));
}

/* ---- the header --------------------------------------------------------- */

static const char METADATA[] = "__metadata__";

static const cJSON *first_note(const inv_safetensors *f) {
  return f->metadata ? f->metadata->child : NULL;
}

static inv_status check_metadata(const inv_safetensors *f) {
  if (f->metadata && !cJSON_IsObject(f->metadata))
    return damaged(f, "__metadata__ is no object");
  for (const cJSON *note = first_note(f); note; note = note->next)
    if (!cJSON_IsString(note))
      return damaged(f, "__metadata__ holds what is no string");
  return INV_OK;
}

static int by_place(const void *a, const void *b) {
  const entry *x = a, *y = b;
  if (x->begin != y->begin)
    return x->begin < y->begin ? -1 : 1;
  return (x->end > y->end) - (x->end < y->end);
}

static int by_name(const void *a, const void *b) {
  return strcmp(((const entry *)a)->about.name, ((const entry *)b)->about.name);
}

/* Together the tensors are the data: no gaps, nothing twice. */
static inv_status check_places(const inv_safetensors *f) {
  int64_t at = 0;
  for (size_t i = 0; i < f->count; i++) {
    const entry *e = &f->entries[i];
    if (e->begin != at)
      return entry_fails(f, e,
                         e->begin < at ? "its data overlaps that of another"
                                       : "there is a gap before its data");
    at = e->end;
  }
  if (at != f->bytes)
    return inv_fail(INV_ERR_FORMAT,
                    "%s: the tensors have %lld bytes of data, the file %lld",
                    f->path, (long long)at, (long long)f->bytes);
  return INV_OK;
}

static inv_status check_names(const inv_safetensors *f) {
  for (size_t i = 1; i < f->count; i++)
    if (by_name(&f->entries[i - 1], &f->entries[i]) == 0)
      return entry_fails(f, &f->entries[i], "the name occurs twice");
  return INV_OK;
}

static inv_status parse_entries(inv_safetensors *f) {
  size_t members = (size_t)cJSON_GetArraySize(f->header);
  f->entries = inv_alloc_zero(members, sizeof *f->entries);
  if (!f->entries)
    return inv_fail_memory(members * sizeof *f->entries);
  for (const cJSON *item = f->header->child; item; item = item->next) {
    if (strcmp(item->string, METADATA) != 0)
      INV_TRY(parse_entry(f, &f->entries[f->count++], item));
    else if (f->metadata)
      return damaged(f, "__metadata__ occurs twice");
    else
      f->metadata = item;
  }
  INV_TRY(check_metadata(f));
  qsort(f->entries, f->count, sizeof *f->entries, by_name);
  INV_TRY(check_names(f));
  qsort(f->entries, f->count, sizeof *f->entries, by_place);
  INV_TRY(check_places(f));
  qsort(f->entries, f->count, sizeof *f->entries, by_name);
  return INV_OK;
}

/* `text` ends with a NUL after `length` bytes. */
static inv_status parse_header(inv_safetensors *f, const char *text,
                               size_t length) {
  const char *end = NULL;
  inv_json_begin();
  f->header = cJSON_ParseWithLengthOpts(text, length, &end, false);
  if (inv_json_out_of_memory())
    return inv_fail_memory(length);
  if (f->header)
    end += strspn(end, " \t\r\n");
  if (!f->header || end < text + length)
    return inv_fail(INV_ERR_FORMAT,
                    "%s: the header is no JSON from its byte %lld on", f->path,
                    (long long)(end - text) + 1);
  if (!cJSON_IsObject(f->header))
    return damaged(f, "the header is no JSON object");
  return parse_entries(f);
}

static inv_status read_header(inv_safetensors *f) {
  struct stat about;
  if (fstat(f->file, &about) != 0)
    return refused(f, "read");
  if (!S_ISREG(about.st_mode))
    return inv_fail(INV_ERR_IO, "%s: not a file", f->path);
  uint8_t start[8];
  if (about.st_size < 8)
    return damaged(f, "not a safetensors file");
  INV_TRY(read_bytes(f, 0, start, sizeof start));
  uint64_t length = 0;
  for (int i = 7; i >= 0; i--)
    length = length << 8 | start[i];
  if (length > (uint64_t)about.st_size - 8 || length > LONGEST_HEADER)
    return damaged(f, "not a safetensors file (its header would be longer "
                      "than the file or 32 MB)");
  f->data = 8 + (int64_t)length;
  f->bytes = about.st_size - f->data;
  char *text = inv_alloc((size_t)length + 1);
  if (!text)
    return inv_fail_memory(length + 1);
  inv_status status = read_bytes(f, 8, text, (size_t)length);
  text[length] = 0;
  if (status == INV_OK)
    status = parse_header(f, text, (size_t)length);
  inv_free(text);
  return status;
}

inv_status inv_safetensors_open(inv_safetensors **out, const char *path) {
  inv_safetensors *f = inv_alloc_zero(1, sizeof *f);
  if (!f)
    return inv_fail_memory(sizeof *f);
  inv_status status = INV_OK;
  /* Not to be held up by a pipe that nobody writes to. */
  f->file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (!(f->path = inv_strdup(path)))
    status = inv_fail_memory(strlen(path) + 1);
  else if (f->file < 0)
    status = refused(f, "open");
  else
    status = read_header(f);
  if (status != INV_OK) {
    inv_safetensors_close(f);
    return status;
  }
  *out = f;
  return INV_OK;
}

void inv_safetensors_close(inv_safetensors *f) {
  if (!f)
    return;
  if (f->file >= 0)
    close(f->file);
  cJSON_Delete(f->header);
  inv_free(f->entries);
  inv_free(f->path);
  inv_free(f);
}

/* ---- what is in it ------------------------------------------------------ */

size_t inv_safetensors_count(const inv_safetensors *f) {
  return f->count;
}

const inv_stored *inv_safetensors_entry(const inv_safetensors *f, size_t i) {
  return &f->entries[i].about;
}

void inv_safetensors_metadata(const inv_safetensors *f,
                              void (*visit)(void *context, const char *key,
                                            const char *value),
                              void *context) {
  for (const cJSON *note = first_note(f); note; note = note->next)
    visit(context, note->string, note->valuestring);
}

/* Elements whose dtype is not the file's, a block after the other. */
static inv_status read_widened(const inv_safetensors *f, const entry *e,
                               const inv_tensor *t) {
  enum { BLOCK = 1 << 13 };
  uint8_t buffer[BLOCK];
  size_t size = e->type->size, count = (size_t)inv_tensor_count(t);
  size_t block = BLOCK / size, width = inv_dtype_size(t->dtype);
  for (size_t at = 0; at < count; at += block) {
    size_t n = count - at < block ? count - at : block;
    INV_TRY(read_bytes(f, f->data + e->begin + (int64_t)(at * size), buffer,
                       n * size));
    size_t done = inv_widen(e->type->kind, (int)size, buffer,
                            (char *)t->data + at * width, n);
    if (done < n) {
      bool fits;
      int64_t value = inv_integer_at(buffer + done * size, (int)size,
                                     e->type->kind == 'i', &fits);
      return inv_fail(INV_ERR_FORMAT,
                      "%s: tensor \"%.200s\": the value %lld does not fit "
                      "int32",
                      f->path, e->about.name, (long long)value);
    }
  }
  return INV_OK;
}

inv_status inv_safetensors_read(const inv_safetensors *f, size_t i,
                                inv_tensor *out) {
  const entry *e = &f->entries[i];
  INV_TRY(inv_tensor_new(out, e->about.dtype, e->about.dims, e->about.shape));
  inv_status status =
      e->type->kind == 'd'
          ? read_bytes(f, f->data + e->begin, out->data, inv_tensor_bytes(out))
          : read_widened(f, e, out);
  if (status != INV_OK)
    inv_tensor_release(out);
  return status;
}
