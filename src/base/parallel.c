#include "base/parallel.h"

#include <omp.h>
#include <stdio.h>

#include "base/interrupt.h"

static _Thread_local bool serial;
static int threads;

void inv_parallel_serial(bool value) {
  serial = value;
}

int inv_threads(void) {
  if (!threads)
    threads = omp_get_max_threads();
  return threads;
}

inv_status inv_set_threads(int n) {
  if (n < 1 || n > 1024)
    return inv_fail(INV_ERR_ARGUMENT, "%d threads is not in 1 .. 1024", n);
  threads = n;
  return INV_OK;
}

static inv_status run_serially(size_t count, size_t chunk, inv_chunk_fn fn,
                               void *context) {
  for (size_t begin = 0; begin < count; begin += chunk) {
    INV_TRY(inv_check_interrupt());
    size_t end = count - begin < chunk ? count : begin + chunk;
    INV_TRY(fn(context, begin, end));
  }
  return INV_OK;
}

inv_status inv_parallel(size_t count, size_t chunk, inv_chunk_fn fn,
                        void *context) {
  if (chunk == 0)
    chunk = 1;
  size_t chunks = count / chunk + (count % chunk != 0);
  size_t team = (size_t)inv_threads() < chunks ? (size_t)inv_threads() : chunks;
  if (serial || team <= 1 || omp_in_parallel())
    return run_serially(count, chunk, fn, context);

  inv_status result = INV_OK;
  size_t failed_chunk = chunks;
  char text[1024] = "";
#pragma omp parallel for schedule(dynamic, 1) num_threads((int)team)
  for (size_t i = 0; i < chunks; i++) {
    size_t seen;
#pragma omp atomic read
    seen = failed_chunk;
    if (seen < i)
      continue;
    size_t begin = i * chunk;
    size_t end = count - begin < chunk ? count : begin + chunk;
    inv_status status = inv_check_interrupt();
    if (status == INV_OK)
      status = fn(context, begin, end);
    if (status != INV_OK) {
#pragma omp critical(inv_parallel_failure)
      if (i < failed_chunk) {
#pragma omp atomic write
        failed_chunk = i;
        result = status;
        snprintf(text, sizeof text, "%s", inv_message());
      }
    }
  }
  return result == INV_OK ? INV_OK : inv_fail(result, "%s", text);
}
