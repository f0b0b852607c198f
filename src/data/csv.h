/* CSV text, record by record, strictly as RFC 4180 has it: fields in quotes
 * may hold separators, line ends and doubled quotes; quotes elsewhere are
 * errors, and so are records of different lengths. Line ends are LF, CRLF or
 * CR; empty lines are left out, and so is UTF-8's byte order mark. Nothing is
 * copied: fields point into the text. */
#ifndef INV_DATA_CSV_H
#define INV_DATA_CSV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

typedef struct {
  const char *text; /* inside the quotes, where there are any */
  size_t size;
  bool quoted;
  bool doubled; /* it has doubled quotes, each of which stands for one */
} inv_csv_field;

typedef struct {
  const char *at, *end;  /* what is still to be read */
  char separator;        /* ' ': any number of blanks and tabs */
  int64_t line;          /* of the record, from 1 */
  int64_t next;          /* of what is still to be read */
  inv_csv_field *fields; /* of the record */
  size_t count, room;
  size_t columns;  /* of the first record; 0 before it */
  bool stops[256]; /* bytes at which a plain field ends, or must not go on */
} inv_csv;

/* Begins to read `size` bytes, which must stay. Fails where they hold NUL. */
inv_status inv_csv_begin(inv_csv *csv, const void *bytes, size_t size,
                         char separator);

/* Reads a record; *there is false at the end. Failures name the line. */
inv_status inv_csv_next(inv_csv *csv, bool *there);

void inv_csv_end(inv_csv *csv);

/* Whether a field says that its value is missing: nothing, NA, N/A, NaN, null
 * or ? (any case). Fields in quotes do not. */
bool inv_csv_missing(const inv_csv_field *field);

/* Copies the text of a field, at most its size; returns the length. */
size_t inv_csv_copy(char *out, const inv_csv_field *field);

/* ---- whole columns ------------------------------------------------------ */

/* Which columns (from 0, below csv.columns) are read as numbers, and which as
 * names. */
typedef struct {
  const int *numbers, *names;
  int number_count, name_count; /* one of them may be 0 */
  bool header;                  /* the first record is left out */
  bool allow_missing;           /* missing numbers become NaN */
} inv_csv_wanted;

enum { INV_CSV_NAMES = 4 }; /* the most columns of names */

typedef struct {
  int64_t rows;
  float *numbers; /* rows x number_count */
  struct {
    int32_t *codes; /* rows: which of the names */
    inv_csv_field *names;
    int32_t count;
  } column[INV_CSV_NAMES];
} inv_csv_columns;

/* Reads them from `csv`, which has just begun; names are numbered in the order
 * in which they first occur. Numbers are rounded to float32 from the nearest
 * double. The text is read twice, so that the memory taken is that of the
 * result. */
inv_status inv_csv_read_columns(inv_csv_columns *out, const inv_csv *csv,
                                const inv_csv_wanted *wanted);
void inv_csv_free_columns(inv_csv_columns *columns);

#endif
