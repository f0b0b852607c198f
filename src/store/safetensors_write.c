#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "store/json.h"
#include "store/safetensors.h"

/* Types in the order in which they lie in a file. */
static const char *const TYPES[] = {"I64", "F64", "F32", "I32", "BF16", "U8"};

static const int TYPE_OF[INV_DTYPES] = {[INV_FLOAT64] = 1,
                                        [INV_FLOAT32] = 2,
                                        [INV_INT32] = 3,
                                        [INV_BFLOAT16] = 4,
                                        [INV_UINT8] = 5};

/* What is written of one item. */
typedef struct {
  const inv_to_store *item;
  int type;
  inv_tensor whole; /* row-major; closed for a number */
  inv_bytes bytes;
} piece;

static inv_status prepare(piece *p, const inv_to_store *item) {
  p->item = item;
  if (item->kind == INV_STORE_TENSOR) {
    INV_TRY(inv_tensor_to_contiguous(&p->whole, item->tensor));
    p->type = TYPE_OF[p->whole.dtype];
    p->bytes = (inv_bytes){p->whole.data, inv_tensor_bytes(&p->whole)};
  } else {
    bool real = item->kind == INV_STORE_REAL;
    const void *number = real ? (const void *)&item->real : &item->integer;
    p->type = real ? 1 : 0;
    p->bytes = (inv_bytes){number, 8};
  }
  return INV_OK;
}

static int in_order(const void *a, const void *b) {
  const piece *x = a, *y = b;
  return x->type != y->type ? x->type - y->type
                            : strcmp(x->item->name, y->item->name);
}

/* Why Jansson would not take a text. */
static inv_status not_taken(const char *text) {
  if (inv_json_out_of_memory())
    return inv_fail_memory(strlen(text));
  return inv_fail(INV_ERR_ARGUMENT, "\"%.200s\" is not UTF-8", text);
}

/* A new list, or NULL. */
static json_t *list_of(const int64_t *values, int count) {
  json_t *list = json_array();
  for (int i = 0; list && i < count; i++) {
    if (json_array_append_new(list, json_integer(values[i])) != 0) {
      json_decref(list);
      return NULL;
    }
  }
  return list;
}

static inv_status add_piece(json_t *header, const piece *p, int64_t begin) {
  const char *name = p->item->name;
  int64_t offsets[2] = {begin, begin + (int64_t)p->bytes.size};
  if (strcmp(name, "__metadata__") == 0)
    return inv_fail(INV_ERR_ARGUMENT,
                    "\"__metadata__\" cannot be the name of a tensor");
  if (json_object_get(header, name))
    return inv_fail(INV_ERR_ARGUMENT, "the name \"%.200s\" occurs twice", name);
  json_t *about = json_object();
  if (json_object_set_new(about, "dtype", json_string(TYPES[p->type])) != 0 ||
      json_object_set_new(about, "shape",
                          list_of(p->whole.shape, p->whole.dims)) != 0 ||
      json_object_set_new(about, "data_offsets", list_of(offsets, 2)) != 0) {
    json_decref(about);
    return inv_fail_memory(256);
  }
  return json_object_set_new(header, name, about) == 0 ? INV_OK
                                                       : not_taken(name);
}

static inv_status add_notes(json_t *header, const inv_note *notes,
                            size_t count) {
  if (count == 0)
    return INV_OK;
  json_t *object = json_object();
  if (json_object_set_new(header, "__metadata__", object) != 0)
    return inv_fail_memory(256);
  for (size_t i = 0; i < count; i++) {
    json_t *value = json_string(notes[i].value);
    if (!value)
      return not_taken(notes[i].value);
    if (json_object_set_new(object, notes[i].key, value) != 0)
      return not_taken(notes[i].key);
  }
  return INV_OK;
}

/* The header as text behind its length, padded with spaces so that the data
 * begins at a multiple of 8 bytes. */
static inv_status header_text(const json_t *header, uint8_t **out,
                              size_t *bytes) {
  size_t flags = JSON_COMPACT, length = json_dumpb(header, NULL, 0, flags);
  size_t padded = (length + 7) / 8 * 8;
  uint8_t *text = length ? inv_alloc(padded + 8) : NULL;
  if (!text || json_dumpb(header, (char *)text + 8, length, flags) != length ||
      inv_json_out_of_memory()) {
    inv_free(text);
    return inv_fail_memory(padded + 8);
  }
  memset(text + 8 + length, ' ', padded - length);
  for (int i = 0; i < 8; i++)
    text[i] = (uint8_t)((uint64_t)padded >> (8 * i));
  *out = text;
  *bytes = padded + 8;
  return INV_OK;
}

static inv_status make_header(const piece *pieces, size_t count,
                              const inv_note *notes, size_t note_count,
                              uint8_t **out, size_t *bytes) {
  inv_json_begin();
  json_t *header = json_object();
  if (!header)
    return inv_fail_memory(256);
  inv_status status = add_notes(header, notes, note_count);
  int64_t at = 0;
  for (size_t i = 0; i < count && status == INV_OK; i++) {
    status = add_piece(header, &pieces[i], at);
    at += (int64_t)pieces[i].bytes.size;
  }
  if (status == INV_OK)
    status = header_text(header, out, bytes);
  json_decref(header);
  return status;
}

inv_status inv_safetensors_write(const char *path, const inv_to_store *items,
                                 size_t count, const inv_note *notes,
                                 size_t note_count) {
  inv_status status = INV_OK;
  uint8_t *header = NULL;
  piece *pieces = inv_alloc_zero(count, sizeof *pieces);
  inv_bytes *parts = inv_alloc_zero(count + 1, sizeof *parts);
  if (!pieces || !parts) {
    status = inv_fail_memory(count * (sizeof *pieces + sizeof *parts));
    goto done;
  }
  for (size_t i = 0; i < count; i++) {
    status = prepare(&pieces[i], &items[i]);
    if (status != INV_OK)
      goto done;
  }
  if (count)
    qsort(pieces, count, sizeof *pieces, in_order);
  status =
      make_header(pieces, count, notes, note_count, &header, &parts[0].size);
  if (status != INV_OK)
    goto done;
  parts[0].data = header;
  for (size_t i = 0; i < count; i++)
    parts[i + 1] = pieces[i].bytes;
  status = inv_file_write(path, parts, count + 1);
done:
  for (size_t i = 0; pieces && i < count; i++)
    inv_tensor_release(&pieces[i].whole);
  inv_free(header);
  inv_free(parts);
  inv_free(pieces);
  return status;
}
