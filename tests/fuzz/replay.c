/* Runs a fuzz target over the files named; prints how many there were. */
#include <stdio.h>
#include <stdlib.h>

#include "base/file.h"
#include "base/memory.h"
#include "target.h"

int main(int argc, char **argv) {
  enum { LARGEST = 64 << 20 };
  for (int i = 1; i < argc; i++) {
    uint8_t *bytes;
    size_t size;
    if (inv_file_read(argv[i], LARGEST, &bytes, &size) != INV_OK) {
      fprintf(stderr, "%s\n", inv_message());
      return EXIT_FAILURE;
    }
    LLVMFuzzerTestOneInput(bytes, size);
    inv_free(bytes);
  }
  printf("%d\n", argc - 1);
  return EXIT_SUCCESS;
}
