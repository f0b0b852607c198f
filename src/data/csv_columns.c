/* Columns of CSV text as numbers, and as numbered names. */
#include <math.h>
#include <string.h>

#include "base/hash.h"
#include "base/interrupt.h"
#include "base/memory.h"
#include "base/number.h"
#include "data/csv.h"

/* ---- numbered names ----------------------------------------------------- */

/* A table of hashes, open addressing; `places` is a power of two. */
typedef struct {
  inv_csv_field *names;
  int32_t *table; /* number of the name, or -1 */
  size_t count, places;
} directory;

static size_t place_of(const directory *d, const inv_csv_field *name) {
  size_t place = (size_t)inv_hash_bytes(name->text, name->size).low;
  for (;; place++) {
    int32_t found = d->table[place &= d->places - 1];
    if (found < 0 ||
        (d->names[found].size == name->size &&
         memcmp(d->names[found].text, name->text, name->size) == 0))
      return place;
  }
}

/* Twice the places, half of them free. */
static inv_status grow(directory *d) {
  directory new = {.count = d->count, .places = d->places ? 2 * d->places : 16};
  new.names = inv_realloc(d->names, new.places / 2 * sizeof *new.names);
  if (new.names)
    d->names = new.names;
  new.table = inv_alloc_array(new.places, sizeof *new.table);
  if (!new.names || !new.table) {
    inv_free(new.table);
    return inv_fail_memory(new.places * sizeof *new.names);
  }
  for (size_t i = 0; i < new.places; i++)
    new.table[i] = -1;
  for (size_t i = 0; i < new.count; i++)
    new.table[place_of(&new, &new.names[i])] = (int32_t)i;
  inv_free(d->table);
  *d = new;
  return INV_OK;
}

static inv_status number_of(directory *d, const inv_csv_field *name,
                            int32_t *out) {
  if (d->count == d->places / 2)
    INV_TRY(grow(d));
  size_t place = place_of(d, name);
  if (d->table[place] < 0) {
    d->names[d->count] = *name;
    d->table[place] = (int32_t)d->count++;
  }
  *out = d->table[place];
  return INV_OK;
}

/* ---- records ------------------------------------------------------------ */

static inv_status fail_field(const inv_csv *csv, int column,
                             const char *wanted) {
  const inv_csv_field *field = &csv->fields[column];
  int shown = field->size > 40 ? 40 : (int)field->size;
  return inv_fail(INV_ERR_FORMAT,
                  "line %lld, field %d: %s expected, got \"%.*s\"",
                  (long long)csv->line, column + 1, wanted, shown, field->text);
}

/* Below it doubles round to finite float32. */
#define FLOAT_RANGE 0x1.ffffffp127

static inv_status read_number(float *out, const inv_csv *csv, int column,
                              bool allow_missing) {
  const inv_csv_field *field = &csv->fields[column];
  double value;
  bool known = inv_parse_number(field->text, field->size, &value);
  if (known && fabs(value) < FLOAT_RANGE) { /* false for NaN */
    *out = (float)value;
    return INV_OK;
  }
  if (!inv_csv_missing(field))
    return fail_field(csv, column, "a finite number");
  if (!allow_missing)
    return fail_field(csv, column, "a number");
  *out = NAN;
  return INV_OK;
}

static inv_status read_numbers(float *out, const inv_csv *csv,
                               const inv_csv_wanted *wanted) {
  for (int i = 0; i < wanted->number_count; i++)
    INV_TRY(
        read_number(&out[i], csv, wanted->numbers[i], wanted->allow_missing));
  return INV_OK;
}

static inv_status read_names(inv_csv_columns *out, directory *directories,
                             int64_t row, const inv_csv *csv,
                             const inv_csv_wanted *wanted) {
  for (int i = 0; i < wanted->name_count; i++) {
    const inv_csv_field *field = &csv->fields[wanted->names[i]];
    if (inv_csv_missing(field))
      return fail_field(csv, wanted->names[i], "a name");
    INV_TRY(number_of(&directories[i], field, &out->column[i].codes[row]));
  }
  return INV_OK;
}

enum { CHECKED = 4096 }; /* records between two looks at Ctrl-C */

/* Calls for every record but the header; `read` may be NULL. */
static inv_status read_rows(inv_csv *csv, const inv_csv_wanted *wanted,
                            inv_csv_columns *out, directory *directories) {
  bool there, header = wanted->header;
  int64_t row = 0;
  for (;;) {
    INV_TRY(inv_csv_next(csv, &there));
    if (!there)
      break;
    if (header) {
      header = false;
      continue;
    }
    if (row % CHECKED == 0)
      INV_TRY(inv_check_interrupt());
    if (directories) {
      INV_TRY(
          read_numbers(out->numbers + row * wanted->number_count, csv, wanted));
      INV_TRY(read_names(out, directories, row, csv, wanted));
    }
    row++;
  }
  out->rows = row;
  return INV_OK;
}

/* Room for the rows that are there. */
static inv_status make_room(inv_csv_columns *out,
                            const inv_csv_wanted *wanted) {
  size_t rows = (size_t)out->rows, width = (size_t)wanted->number_count;
  out->numbers = inv_alloc_array(rows, width * sizeof(float));
  bool made = out->numbers != NULL;
  for (int i = 0; i < wanted->name_count && made; i++) {
    out->column[i].codes = inv_alloc_array(rows, sizeof(int32_t));
    made = out->column[i].codes != NULL;
  }
  return made ? INV_OK : inv_fail_memory(rows * (width + 1) * sizeof(float));
}

inv_status inv_csv_read_columns(inv_csv_columns *out, const inv_csv *begun,
                                const inv_csv_wanted *wanted) {
  *out = (inv_csv_columns){0};
  directory directories[INV_CSV_NAMES] = {{0}};
  inv_csv csv = *begun;
  inv_status status = read_rows(&csv, wanted, out, NULL);
  inv_csv_end(&csv);
  if (status == INV_OK && out->rows == 0)
    status = inv_fail(INV_ERR_FORMAT, "there are no rows");
  if (status == INV_OK && out->rows > INT32_MAX)
    status = inv_fail(INV_ERR_FORMAT, "%lld rows, at most %d are read",
                      (long long)out->rows, INT32_MAX);
  if (status == INV_OK)
    status = make_room(out, wanted);
  csv = *begun;
  if (status == INV_OK)
    status = read_rows(&csv, wanted, out, directories);
  inv_csv_end(&csv);
  for (int i = 0; i < wanted->name_count; i++) {
    out->column[i].names = directories[i].names;
    out->column[i].count = (int32_t)directories[i].count;
    inv_free(directories[i].table);
  }
  if (status != INV_OK)
    inv_csv_free_columns(out);
  return status;
}

void inv_csv_free_columns(inv_csv_columns *columns) {
  inv_free(columns->numbers);
  for (int i = 0; i < INV_CSV_NAMES; i++) {
    inv_free(columns->column[i].codes);
    inv_free(columns->column[i].names);
  }
  *columns = (inv_csv_columns){0};
}
