/* The safetensors format (huggingface/safetensors, README "Format"): 8 bytes
 * little endian with the length of the header, the header in JSON ({NAME:
 * {"dtype", "shape", "data_offsets"}, "__metadata__": {string: string}}), then
 * the data, row-major and without gaps. Nothing in a file is believed before
 * it was checked against the file's size; no code can be in one. */
#ifndef INV_STORE_SAFETENSORS_H
#define INV_STORE_SAFETENSORS_H

#include "tensor/tensor.h"

/* ---- reading ------------------------------------------------------------ */

typedef struct inv_safetensors inv_safetensors;

/* A tensor of a file. */
typedef struct {
  const char *name;
  const char *type; /* as the file says: "F32", "BF16", ... */
  inv_dtype dtype;  /* what it is read as */
  int dims;
  int64_t shape[INV_MAX_DIMS];
} inv_stored;

/* Opens a file and reads its header. Refused are: another format, a header
 * longer than the file or 32 MB, JSON of another kind, names that occur twice,
 * types unknown to us, more than 8 dimensions, data that overlaps, has gaps,
 * ends elsewhere than the file or has another size than its shape says. */
inv_status inv_safetensors_open(inv_safetensors **out, const char *path);

/* The tensors, sorted by name. */
size_t inv_safetensors_count(const inv_safetensors *file);
const inv_stored *inv_safetensors_entry(const inv_safetensors *file, size_t i);

/* Reads tensor `i` into a new one. F32, F64, BF16, I32, U8 and BOOL (as uint8)
 * keep their bits; F16 becomes float32; I8, I16, I64, U16, U32, U64 become
 * int32, and a value that does not fit is an error. */
inv_status inv_safetensors_read(const inv_safetensors *file, size_t i,
                                inv_tensor *out);

/* Calls visit(context, key, value) for all metadata, in the file's order. */
void inv_safetensors_metadata(const inv_safetensors *file,
                              void (*visit)(void *context, const char *key,
                                            const char *value),
                              void *context);

/* NULL is allowed. */
void inv_safetensors_close(inv_safetensors *file);

/* ---- writing ------------------------------------------------------------ */

/* A tensor of any layout, or one number (F64, I64) without dimensions. */
typedef struct {
  const char *name;
  enum { INV_STORE_TENSOR, INV_STORE_REAL, INV_STORE_INTEGER } kind;
  const inv_tensor *tensor;
  double real;
  int64_t integer;
} inv_to_store;

typedef struct {
  const char *key, *value;
} inv_note;

/* Writes a file whole or not at all. Tensors lie as the reference library lays
 * them: the widest elements first, then by name, so that all are aligned.
 * Names, keys and values must be UTF-8 (the caller has checked), names and keys
 * each different. */
inv_status inv_safetensors_write(const char *path, const inv_to_store *items,
                                 size_t count, const inv_note *notes,
                                 size_t note_count);

#endif
