#include "data/csv.h"

#include <string.h>
#include <strings.h>

#include "base/memory.h"

static bool is_line_end(char c) {
  return c == '\n' || c == '\r';
}

inv_status inv_csv_begin(inv_csv *csv, const void *bytes, size_t size,
                         char separator) {
  const char *text = bytes, *nul = size ? memchr(text, 0, size) : NULL;
  *csv = (inv_csv){
      .at = text, .end = text + size, .separator = separator, .next = 1};
  for (const char *c = "\n\r\""; *c; c++)
    csv->stops[(unsigned char)*c] = true;
  csv->stops[(unsigned char)separator] = true;
  if (separator == ' ')
    csv->stops['\t'] = true;
  if (nul) {
    int64_t line = 1;
    for (const char *c = text; c < nul; c++)
      line += *c == '\n';
    return inv_fail(INV_ERR_FORMAT,
                    "line %lld: a byte 0 where text is wanted (UTF-16?)",
                    (long long)line);
  }
  if (size >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0)
    csv->at += 3;
  return INV_OK;
}

void inv_csv_end(inv_csv *csv) {
  inv_free(csv->fields);
  *csv = (inv_csv){0};
}

/* ---- fields ------------------------------------------------------------- */

static inv_csv_field *new_field(inv_csv *csv) {
  if (csv->count == csv->room) {
    size_t room = 2 * csv->room + 16;
    inv_csv_field *larger = inv_realloc(csv->fields, room * sizeof *larger);
    if (!larger) {
      inv_fail_memory(room * sizeof *larger);
      return NULL;
    }
    csv->fields = larger;
    csv->room = room;
  }
  inv_csv_field *field = &csv->fields[csv->count++];
  *field = (inv_csv_field){.text = csv->at};
  return field;
}

/* Whether a field ends here. */
static bool at_end(const inv_csv *csv) {
  return csv->at == csv->end || is_line_end(*csv->at) ||
         *csv->at == csv->separator ||
         (csv->separator == ' ' && *csv->at == '\t');
}

static inv_status read_plain(inv_csv *csv, inv_csv_field *field) {
  const char *at = csv->at;
  while (at < csv->end && !csv->stops[(unsigned char)*at])
    at++;
  csv->at = at;
  if (at < csv->end && *at == '"')
    return inv_fail(INV_ERR_FORMAT,
                    "line %lld: a quote inside field %zu, which does not "
                    "begin with one",
                    (long long)csv->next, csv->count);
  field->size = (size_t)(at - field->text);
  return INV_OK;
}

/* From the quote that begins it to behind the one that ends it. */
static inv_status read_quoted(inv_csv *csv, inv_csv_field *field) {
  int64_t begun = csv->next;
  field->quoted = true;
  field->text = ++csv->at;
  for (; csv->at < csv->end; csv->at++) {
    bool pair = csv->at + 1 < csv->end && csv->at[1] == '"';
    if (*csv->at == '\n')
      csv->next++;
    if (*csv->at != '"')
      continue;
    if (!pair)
      break;
    field->doubled = true;
    csv->at++;
  }
  if (csv->at == csv->end)
    return inv_fail(INV_ERR_FORMAT,
                    "line %lld: field %zu begins with a quote that is never "
                    "closed",
                    (long long)begun, csv->count);
  field->size = (size_t)(csv->at++ - field->text);
  if (!at_end(csv))
    return inv_fail(INV_ERR_FORMAT,
                    "line %lld: something follows the quotes of field %zu",
                    (long long)csv->next, csv->count);
  return INV_OK;
}

/* ---- records ------------------------------------------------------------ */

static void skip_blanks(inv_csv *csv) {
  if (csv->separator == ' ')
    while (csv->at < csv->end && (*csv->at == ' ' || *csv->at == '\t'))
      csv->at++;
}

static void skip_line_end(inv_csv *csv) {
  if (csv->at == csv->end)
    return;
  if (*csv->at == '\r' && csv->at + 1 < csv->end && csv->at[1] == '\n')
    csv->at++;
  csv->at++;
  csv->next++;
}

static void skip_empty_lines(inv_csv *csv) {
  skip_blanks(csv);
  while (csv->at < csv->end && is_line_end(*csv->at)) {
    skip_line_end(csv);
    skip_blanks(csv);
  }
}

/* Whether another field follows on the line; goes to it. */
static bool next_field(inv_csv *csv) {
  if (csv->at == csv->end || is_line_end(*csv->at))
    return false;
  if (csv->separator != ' ') {
    csv->at++;
    return true;
  }
  skip_blanks(csv);
  return csv->at < csv->end && !is_line_end(*csv->at);
}

inv_status inv_csv_next(inv_csv *csv, bool *there) {
  csv->count = 0;
  skip_empty_lines(csv);
  csv->line = csv->next;
  *there = csv->at < csv->end;
  if (!*there)
    return INV_OK;
  do {
    inv_csv_field *field = new_field(csv);
    if (!field)
      return INV_ERR_MEMORY;
    bool quoted = csv->at < csv->end && *csv->at == '"';
    INV_TRY(quoted ? read_quoted(csv, field) : read_plain(csv, field));
  } while (next_field(csv));
  skip_line_end(csv);
  if (csv->columns == 0)
    csv->columns = csv->count;
  if (csv->count != csv->columns)
    return inv_fail(INV_ERR_FORMAT,
                    "line %lld: %zu fields, the first line has %zu",
                    (long long)csv->line, csv->count, csv->columns);
  return INV_OK;
}

/* ---- what fields say ---------------------------------------------------- */

bool inv_csv_missing(const inv_csv_field *field) {
  static const char *const words[] = {"", "NA", "N/A", "NaN", "null", "?"};
  const char *text = field->text;
  size_t size = field->size;
  while (size > 0 && (*text == ' ' || *text == '\t'))
    text++, size--;
  while (size > 0 && (text[size - 1] == ' ' || text[size - 1] == '\t'))
    size--;
  for (size_t i = 0; !field->quoted && i < sizeof words / sizeof *words; i++)
    if (strlen(words[i]) == size && strncasecmp(words[i], text, size) == 0)
      return true;
  return false;
}

size_t inv_csv_copy(char *out, const inv_csv_field *field) {
  size_t length = 0;
  for (size_t i = 0; i < field->size; i++) {
    out[length++] = field->text[i];
    if (field->doubled && field->text[i] == '"')
      i++;
  }
  return length;
}
