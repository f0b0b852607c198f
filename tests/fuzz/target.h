/* What every fuzz target is made of. libFuzzer (clang) drives them in `make
 * fuzz`; linked with replay.c they are plain programs that run over files.
 *
 * Beside what the sanitizers find, a target aborts where a reader breaks its
 * word: a failure without a message, or success with a result that is not
 * there. */
#ifndef INV_TESTS_FUZZ_TARGET_H
#define INV_TESTS_FUZZ_TARGET_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "image/image.h"
#include "tensor/tensor.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count);

/* Aborts with the text unless `holds`. */
void fuzz_require(int holds, const char *text);

/* Aborts where a reader failed without saying why. */
void fuzz_check(inv_status status);

/* Reads all of what a reader gave, so that sanitizers see memory that is not
 * there, and frees it. Nothing is done after a failure. */
void fuzz_use_image(inv_status status, inv_image *image);
void fuzz_use_tensor(inv_status status, inv_tensor *tensor);

/* The bytes as a file for readers that want a path: in memory, and the same
 * file again in every call. */
const char *fuzz_file(const uint8_t *bytes, size_t count);

#endif
