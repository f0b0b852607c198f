/* CSV text: records one by one, and whole columns; the first byte says what
 * separates fields. */
#include "base/memory.h"
#include "data/csv.h"
#include "target.h"

static void read_records(const uint8_t *bytes, size_t count, char separator) {
  char copy[64];
  inv_csv csv;
  inv_status status = inv_csv_begin(&csv, bytes, count, separator);
  bool there = status == INV_OK;
  while (there && status == INV_OK) {
    status = inv_csv_next(&csv, &there);
    for (size_t i = 0; status == INV_OK && there && i < csv.count; i++) {
      const inv_csv_field *field = &csv.fields[i];
      inv_csv_missing(field);
      if (field->size <= sizeof copy)
        fuzz_require(inv_csv_copy(copy, field) <= field->size,
                     "a copied field is no longer than its text");
    }
  }
  fuzz_check(status);
  inv_csv_end(&csv);
}

/* The first and the last column as numbers, and the same as names. */
static void read_columns(const uint8_t *bytes, size_t count, char separator) {
  inv_csv csv;
  bool there = false;
  inv_status status = inv_csv_begin(&csv, bytes, count, separator);
  if (status == INV_OK)
    status = inv_csv_next(&csv, &there);
  if (there) {
    const int places[] = {0, (int)csv.columns - 1};
    inv_csv_wanted wanted = {.numbers = places,
                             .names = places,
                             .number_count = 2,
                             .name_count = 2,
                             .header = count & 1,
                             .allow_missing = count & 2};
    inv_csv_columns columns;
    inv_csv_end(&csv);
    status = inv_csv_begin(&csv, bytes, count, separator);
    if (status == INV_OK)
      status = inv_csv_read_columns(&columns, &csv, &wanted);
    if (status == INV_OK)
      inv_csv_free_columns(&columns);
  }
  fuzz_check(status);
  inv_csv_end(&csv);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count) {
  static const char separators[] = {',', ';', '\t', ' '};
  if (count == 0)
    return 0;
  char separator = separators[bytes[0] % sizeof separators];
  read_records(bytes + 1, count - 1, separator);
  read_columns(bytes + 1, count - 1, separator);
  return 0;
}
