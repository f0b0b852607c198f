#include "base/amx.h"

#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#if defined(__x86_64__) && defined(__linux__)
#include <cpuid.h>
#include <sys/syscall.h>
#include <unistd.h>

/* From asm/prctl.h of Linux 5.16: the system saves tiles only for processes
 * that asked for it. */
enum { REQUEST_PERMISSION = 0x1023, TILE_DATA = 18 };

/* Bits of leaf 7: AVX-512 F and BW, AMX with bfloat16; AVX-512 with bfloat16
 * in its sub-leaf 1. */
static bool processor_has_tiles(void) {
  const unsigned avx512 = 1u << 16 | 1u << 30, amx = 1u << 22 | 1u << 24;
  unsigned a, b, c, d, b1, c1, d1;
  if (!__get_cpuid_count(7, 0, &a, &b, &c, &d) || (b & avx512) != avx512 ||
      (d & amx) != amx || a < 1)
    return false;
  return __get_cpuid_count(7, 1, &a, &b1, &c1, &d1) && (a & 1u << 5);
}

/* Unless all registers are enabled, permission is refused. */
static bool find_tiles(void) {
  const char *off = getenv("INVAR_NO_AMX");
  if (off && *off && strcmp(off, "0") != 0)
    return false;
  return processor_has_tiles() &&
         syscall(SYS_arch_prctl, REQUEST_PERMISSION, TILE_DATA) == 0;
}

void inv_amx_begin_with(const inv_tiles *tiles) {
  struct {
    uint8_t palette, first_row, unused[14];
    uint16_t row_bytes[16];
    uint8_t rows[16];
  } all = {.palette = 1};
  for (int i = 0; i < INV_TILES; i++) {
    all.row_bytes[i] = (uint16_t)tiles->row_bytes[i];
    all.rows[i] = (uint8_t)tiles->rows[i];
  }
  __asm__ volatile("ldtilecfg %0" : : "m"(all));
}

void inv_amx_end(void) {
  __asm__ volatile("tilerelease" ::);
}

#else

static bool find_tiles(void) {
  return false;
}
void inv_amx_begin_with(const inv_tiles *tiles) {
  (void)tiles;
}
void inv_amx_end(void) {}

#endif

void inv_amx_begin(void) {
  static const inv_tiles whole = {
      .rows = {16, 16, 16, 16, 16, 16, 16, 16},
      .row_bytes = {64, 64, 64, 64, 64, 64, 64, 64}};
  inv_amx_begin_with(&whole);
}

static atomic_int found = -1; /* not asked yet */
static atomic_bool forbidden;

bool inv_amx(void) {
  if (found < 0)
    found = find_tiles();
  return found && !forbidden;
}

void inv_amx_allow(bool allowed) {
  forbidden = !allowed;
}
