/* Text that grows while it is written. A failed allocation is remembered, so
 * that it needs to be asked for only once, at the end. */
#ifndef INV_BASE_TEXT_H
#define INV_BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

typedef struct {
  char *bytes; /* not ended by NUL; inv_text_free frees them */
  size_t size, room;
  bool failed;
} inv_text;

void inv_text_add(inv_text *text, const char *bytes, size_t size);
void inv_text_put(inv_text *text, char byte);

/* At most 127 bytes are kept of what is formatted. */
void inv_text_format(inv_text *text, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* INV_ERR_MEMORY where some of it is missing. */
inv_status inv_text_status(const inv_text *text);

void inv_text_free(inv_text *text);

#endif
