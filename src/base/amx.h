/* The processor's unit for matrix tiles (Intel AMX, bfloat16), where it has
 * one and the system lets us use it: eight tiles of 16 rows by 64 bytes per
 * thread. Its instructions are written here once, as assembly: gcc 12's own
 * intrinsics do not tell the compiler which memory they read. */
#ifndef INV_BASE_AMX_H
#define INV_BASE_AMX_H

#include <stdbool.h>
#include <stddef.h>

/* Whether tiles can be used (and with them AVX-512 with bfloat16). Asks the
 * system once. False where INVAR_NO_AMX is set to anything but 0. */
bool inv_amx(void);

/* For tests: with false, as if the processor had no such unit. */
void inv_amx_allow(bool allowed);

/* Sizes of the tiles: at most 16 rows, each of a multiple of 4 bytes, at most
 * 64. */
enum { INV_TILES = 8 };
typedef struct {
  int rows[INV_TILES], row_bytes[INV_TILES];
} inv_tiles;

/* Between one of the first two calls and the last the calling thread's tiles
 * are configured; those of inv_amx_begin have 16 rows of 64 bytes. */
void inv_amx_begin(void);
void inv_amx_begin_with(const inv_tiles *tiles);
void inv_amx_end(void);

/* Tiles are numbered 0 .. 7; rows lie `stride` bytes apart. */
#define INV_TILE_LOAD(tile, from, stride)                                      \
  __asm__ volatile("tileloadd (%0,%1,1), %%tmm" #tile                          \
                   :                                                           \
                   : "r"(from), "r"((ptrdiff_t)(stride)))
#define INV_TILE_STORE(tile, to, stride)                                       \
  __asm__ volatile("tilestored %%tmm" #tile ", (%0,%1,1)"                      \
                   :                                                           \
                   : "r"(to), "r"((ptrdiff_t)(stride))                         \
                   : "memory")
#define INV_TILE_ZERO(tile) __asm__ volatile("tilezero %%tmm" #tile ::)
/* c += a b: a: 16 rows x 32 bfloat16, b: 16 pairs of rows x 16 columns, c:
 * 16 x 16 float32, or less as configured. */
#define INV_TILE_MULTIPLY(c, a, b)                                             \
  __asm__ volatile("tdpbf16ps %%tmm" #b ", %%tmm" #a ", %%tmm" #c ::)
/* Memory written so far is what the loads that follow see. */
#define INV_TILE_FENCE() __asm__ volatile("" ::: "memory")

#endif
