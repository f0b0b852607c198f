#include "base/error.h"

#include <stdarg.h>
#include <stdio.h>

static _Thread_local char message[1024];

void inv_make_printable(char *text) {
  for (unsigned char c; (c = (unsigned char)*text); text++)
    if ((c < ' ' && c != '\n' && c != '\t') || c == 127)
      *text = '?';
}

inv_status inv_fail(inv_status status, const char *format, ...) {
  /* The arguments may point into `message` itself (a caller that adds its
   * name to an inner failure), so the text is made aside first. */
  char text[sizeof message];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(text, sizeof text, format, arguments);
  va_end(arguments);
  inv_make_printable(text);
  snprintf(message, sizeof message, "%s", text);
  return status;
}

inv_status inv_fail_memory(unsigned long long bytes) {
  return inv_fail(INV_ERR_MEMORY, "not enough memory for %llu bytes", bytes);
}

const char *inv_message(void) {
  return message;
}
