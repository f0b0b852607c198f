#include "nn/onednn_library.h"

#include <string.h>

#ifdef INV_ONEDNN
#include <dlfcn.h>
#include <stddef.h>

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

inv_status inv_onednn_load(void) {
  static enum { NOT_TRIED, LOADED, FAILED } state;
  static inv_status status;
  static char reason[512];
  if (state == NOT_TRIED) {
    status = load();
    state = status == INV_OK ? LOADED : FAILED;
    strncpy(reason, inv_message(), sizeof reason - 1);
  }
  return state == LOADED ? INV_OK : inv_fail(status, "%s", reason);
}
