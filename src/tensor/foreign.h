/* Numbers as other programs' files hold them: half floats, integers of 1 to 8
 * bytes. All little endian, as the machines that Invar runs on. */
#ifndef INV_TENSOR_FOREIGN_H
#define INV_TENSOR_FOREIGN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* IEEE 754 binary16; NaN stays NaN. */
float inv_half_to_float(uint16_t half);

/* The integer of `size` bytes at `at`, signed or not; `*fits` is whether int32
 * can hold it. */
int64_t inv_integer_at(const uint8_t *at, int size, bool is_signed, bool *fits);

/* Widens `n` elements: kind 'f' (size 2) to float32, 'i' and 'u' (any size) to
 * int32. Returns how many were done: fewer than `n` where the next one does
 * not fit int32. */
size_t inv_widen(char kind, int size, const uint8_t *in, void *out, size_t n);

/* Turns the bytes of each of `n` elements round: from big endian. */
void inv_swap_bytes(uint8_t *at, int size, size_t n);

#endif
