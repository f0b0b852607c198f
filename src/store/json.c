#include "store/json.h"

#include "base/memory.h"

static _Thread_local bool failed;

static void *allocate(size_t bytes) {
  void *block = inv_alloc(bytes);
  failed = failed || !block;
  return block;
}

void inv_json_begin(void) {
  failed = false;
  cJSON_InitHooks(&(cJSON_Hooks){allocate, inv_free});
}

bool inv_json_out_of_memory(void) {
  return failed;
}
