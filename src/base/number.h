/* Numbers as people write them, whatever the locale. */
#ifndef INV_BASE_NUMBER_H
#define INV_BASE_NUMBER_H

#include <stdbool.h>
#include <stddef.h>

/* The double nearest to a decimal number: [sign] digits [. digits] [e [sign]
 * digits], inf, infinity or nan (any case), with blanks around it. Correctly
 * rounded, as Python's float() and strtod() are. False where the text is
 * something else, or longer than 2047 bytes. */
bool inv_parse_number(const char *text, size_t size, double *out);

#endif
