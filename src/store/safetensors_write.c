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

static int by_name(const void *a, const void *b) {
  return strcmp(((const piece *)a)->item->name, ((const piece *)b)->item->name);
}

static int in_order(const void *a, const void *b) {
  const piece *x = a, *y = b;
  return x->type != y->type ? x->type - y->type : by_name(a, b);
}

/* Brings the pieces into order; each name may occur once. */
static inv_status sort(piece *pieces, size_t count) {
  static const char METADATA[] = "__metadata__";
  qsort(pieces, count, sizeof *pieces, by_name);
  for (size_t i = 0; i < count; i++) {
    const char *name = pieces[i].item->name;
    if (strcmp(name, METADATA) == 0)
      return inv_fail(INV_ERR_ARGUMENT, "\"%s\" cannot be the name of a tensor",
                      METADATA);
    if (i > 0 && strcmp(name, pieces[i - 1].item->name) == 0)
      return inv_fail(INV_ERR_ARGUMENT, "the name \"%.200s\" occurs twice",
                      name);
  }
  qsort(pieces, count, sizeof *pieces, in_order);
  return INV_OK;
}

/* ---- the header --------------------------------------------------------- */

/* Failures of allocation are asked for at the end (make_header). */
static void add_piece(cJSON *header, const piece *p, int64_t begin) {
  cJSON *about = cJSON_AddObjectToObject(header, p->item->name);
  cJSON_AddStringToObject(about, "dtype", TYPES[p->type]);
  cJSON *shape = cJSON_AddArrayToObject(about, "shape");
  cJSON *offsets = cJSON_AddArrayToObject(about, "data_offsets");
  if (!shape || !offsets)
    return;
  for (int d = 0; d < p->whole.dims; d++)
    cJSON_AddItemToArray(shape, cJSON_CreateNumber((double)p->whole.shape[d]));
  cJSON_AddItemToArray(offsets, cJSON_CreateNumber((double)begin));
  cJSON_AddItemToArray(
      offsets, cJSON_CreateNumber((double)begin + (double)p->bytes.size));
}

static cJSON *describe(const piece *pieces, size_t count, const inv_note *notes,
                       size_t note_count) {
  cJSON *header = cJSON_CreateObject();
  cJSON *metadata =
      note_count ? cJSON_AddObjectToObject(header, "__metadata__") : NULL;
  for (size_t i = 0; i < note_count; i++)
    cJSON_AddStringToObject(metadata, notes[i].key, notes[i].value);
  int64_t at = 0;
  for (size_t i = 0; i < count; i++) {
    add_piece(header, &pieces[i], at);
    at += (int64_t)pieces[i].bytes.size;
  }
  return header;
}

/* The header as text behind its length, padded with spaces so that the data
 * begins at a multiple of 8 bytes. */
static inv_status make_header(const piece *pieces, size_t count,
                              const inv_note *notes, size_t note_count,
                              uint8_t **out, size_t *bytes) {
  inv_json_begin();
  cJSON *header = describe(pieces, count, notes, note_count);
  char *text = cJSON_PrintUnformatted(header);
  size_t length = text ? strlen(text) : 0, padded = (length + 7) / 8 * 8;
  uint8_t *block = inv_alloc(padded + 8);
  inv_status status = INV_OK;
  if (inv_json_out_of_memory() || !text || !block) {
    status = inv_fail_memory(padded + 8);
    inv_free(block);
  } else {
    for (int i = 0; i < 8; i++)
      block[i] = (uint8_t)((uint64_t)padded >> (8 * i));
    memcpy(block + 8, text, length);
    memset(block + 8 + length, ' ', padded - length);
    *out = block;
    *bytes = padded + 8;
  }
  inv_free(text);
  cJSON_Delete(header);
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
  status = sort(pieces, count);
  if (status == INV_OK)
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
