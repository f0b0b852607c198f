#include "base/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"

/* Room for `size` more bytes; false where there is none. */
static bool make_room(inv_text *text, size_t size) {
  if (size <= text->room - text->size)
    return true;
  size_t room = 2 * text->room + size + 256;
  char *larger = text->failed ? NULL : inv_realloc(text->bytes, room);
  if (!larger) {
    text->failed = true;
    return false;
  }
  text->bytes = larger;
  text->room = room;
  return true;
}

void inv_text_add(inv_text *text, const char *bytes, size_t size) {
  if (!make_room(text, size))
    return;
  memcpy(text->bytes + text->size, bytes, size);
  text->size += size;
}

void inv_text_put(inv_text *text, char byte) {
  inv_text_add(text, &byte, 1);
}

void inv_text_format(inv_text *text, const char *format, ...) {
  char part[128];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(part, sizeof part, format, arguments);
  va_end(arguments);
  inv_text_add(text, part, strlen(part));
}

inv_status inv_text_status(const inv_text *text) {
  return text->failed ? inv_fail_memory(2 * text->room) : INV_OK;
}

void inv_text_free(inv_text *text) {
  inv_free(text->bytes);
  *text = (inv_text){0};
}
