#include "nn/backend.h"

#include <stdlib.h>
#include <string.h>

#include "nn/onednn_library.h"

/* Products of matrices may be asked for by several threads at a time. */
static _Atomic(const inv_backend *) current;

inv_status inv_backend_choose(const char *name) {
  if (strcmp(name, "blas") == 0) {
    current = &inv_backend_blas;
    return INV_OK;
  }
  if (strcmp(name, "onednn") != 0)
    return inv_fail(INV_ERR_ARGUMENT,
                    "\"%.64s\" is no backend: onednn or blas expected", name);
  INV_TRY(inv_onednn_load());
#ifdef INV_ONEDNN
  current = &inv_backend_onednn;
#endif
  return INV_OK;
}

static inv_sgemm current_sgemm(void) {
  return inv_backend_current()->sgemm;
}

inv_status inv_backend_start(void) {
  inv_gemm_ask(current_sgemm);
  const char *name = getenv("INVAR_BACKEND");
  if (!name || !*name || inv_backend_choose(name) == INV_OK)
    return INV_OK;
  return inv_fail(INV_ERR_ARGUMENT, "INVAR_BACKEND: %s", inv_message());
}

const inv_backend *inv_backend_current(void) {
  if (!current && inv_backend_choose("onednn") != INV_OK)
    current = &inv_backend_blas;
  return current;
}
