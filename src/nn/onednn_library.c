#include "nn/onednn_library.h"

#include <pthread.h>
#include <stdio.h>

#ifdef INV_ONEDNN
#include <dlfcn.h>
#include <omp.h>
#include <stddef.h>
#include <string.h>

inv_onednn_library inv_onednn;

static const struct {
  const char *name;
  size_t at;
} SYMBOLS[] = {
#define SYMBOL(name) {"dnnl_" #name, offsetof(inv_onednn_library, name)},
    INV_ONEDNN_FUNCTIONS(SYMBOL)
#undef SYMBOL
};

static inv_status find_functions(void *library) {
  for (size_t i = 0; i < sizeof SYMBOLS / sizeof *SYMBOLS; i++) {
    void *symbol = dlsym(library, SYMBOLS[i].name);
    if (!symbol)
      return inv_fail(INV_ERR_IO, "oneDNN's library lacks %s", SYMBOLS[i].name);
    memcpy((char *)&inv_onednn + SYMBOLS[i].at, &symbol, sizeof symbol);
  }
  return INV_OK;
}

/* Only a build over OpenMP shares its threads with everything else. */
static inv_status check_version(void) {
  const dnnl_version_t *v = inv_onednn.version();
  if (v->major != DNNL_VERSION_MAJOR)
    return inv_fail(INV_ERR_IO, "oneDNN's library has version %d.%d, %d wanted",
                    v->major, v->minor, DNNL_VERSION_MAJOR);
  if (v->cpu_runtime != DNNL_RUNTIME_OMP && v->cpu_runtime != DNNL_RUNTIME_SEQ)
    return inv_fail(INV_ERR_IO, "oneDNN's library was not built over OpenMP");
  return INV_OK;
}

static inv_status start(void) {
  /* primitives are kept by onednn_plan.c */
  inv_onednn.set_primitive_cache_capacity(0);
  if (inv_onednn.engine_create(&inv_onednn.engine, dnnl_cpu, 0) !=
          dnnl_success ||
      inv_onednn.primitive_attr_create(&inv_onednn.attributes) !=
          dnnl_success ||
      inv_onednn.primitive_attr_set_scratchpad_mode(
          inv_onednn.attributes, dnnl_scratchpad_mode_user) != dnnl_success)
    return inv_fail(INV_ERR_IO, "oneDNN does not start on this processor");
  return INV_OK;
}

int inv_onednn_begin(void) {
  int threads = omp_get_max_threads();
  omp_set_num_threads(1);
  return threads;
}

void inv_onednn_end(int threads) {
  omp_set_num_threads(threads);
}

inv_status inv_onednn_check(dnnl_status_t status) {
  if (status == dnnl_success)
    return INV_OK;
  if (status == dnnl_out_of_memory)
    return inv_fail(INV_ERR_MEMORY, "not enough memory for oneDNN");
  return inv_fail(INV_ERR_NUMERIC, "oneDNN failed with status %d", (int)status);
}

static inv_status load(void) {
  void *library = dlopen("libdnnl.so.2", RTLD_NOW | RTLD_LOCAL);
  if (!library)
    return inv_fail(INV_ERR_IO,
                    "oneDNN's library is not there (on Debian: apt-get "
                    "install libdnnl2): %s",
                    dlerror());
  INV_TRY(find_functions(library));
  INV_TRY(check_version());
  return start();
}

#else

static inv_status load(void) {
  return inv_fail(INV_ERR_IO,
                  "this program was built without oneDNN (on Debian: apt-get "
                  "install libdnnl-dev, then make)");
}
#endif

static inv_status result;
static char reason[512];

static void load_once(void) {
  result = load();
  if (result != INV_OK)
    snprintf(reason, sizeof reason, "%s", inv_message());
}

inv_status inv_onednn_load(void) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once(&once, load_once);
  return result == INV_OK ? INV_OK : inv_fail(result, "%s", reason);
}
