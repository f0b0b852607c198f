#include "base/base64.h"

static const char LETTERS[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                              "abcdefghijklmnopqrstuvwxyz0123456789+/";

void inv_base64(char *text, const uint8_t *bytes, size_t size) {
  for (size_t i = 0; i < size; i += 3, text += 4) {
    size_t left = size - i;
    uint32_t three = (uint32_t)bytes[i] << 16 |
                     (left > 1 ? (uint32_t)bytes[i + 1] << 8 : 0) |
                     (left > 2 ? bytes[i + 2] : 0);
    text[0] = LETTERS[three >> 18];
    text[1] = LETTERS[three >> 12 & 63];
    text[2] = left > 1 ? LETTERS[three >> 6 & 63] : '=';
    text[3] = left > 2 ? LETTERS[three & 63] : '=';
  }
}
