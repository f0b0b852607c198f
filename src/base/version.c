#include "base/version.h"

#ifndef INV_VERSION
#define INV_VERSION "0.1"
#endif

const char *inv_version(void) {
  return INV_VERSION;
}
