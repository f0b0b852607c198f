#include "data/picture_cache.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/notice.h"
#include "base/parallel.h"
#include "data/cache_file.h"
#include "data/cache_folder.h"

/* Part of every key: to be raised where decoding, fitting or anything else
 * that makes pixels is changed. */
enum { MAKING = 1 };

/* Files that are smaller in all are decoded faster than a cache is synced. */
enum { LEAST = 256 << 10 };

/* The bytes that all paths begin with, up to a slash. */
static size_t common_folder(const inv_picture_job *job) {
  const char *first = job->paths[0];
  size_t common = strlen(first);
  for (int64_t i = 1; i < job->count; i++) {
    size_t n = 0;
    while (n < common && job->paths[i][n] == first[n])
      n++;
    common = n;
  }
  while (common > 0 && first[common - 1] != '/')
    common--;
  return common;
}

/* The last part of the common folder; the recipe where there is none. */
static void short_title(char title[48], const inv_picture_job *job) {
  size_t end = job->paths ? common_folder(job) : 0, begin;
  while (end > 0 && job->paths[0][end - 1] == '/')
    end--;
  for (begin = end; begin > 0 && job->paths[0][begin - 1] != '/';)
    begin--;
  if (begin < end)
    snprintf(title, 48, "%.*s", (int)(end - begin), job->paths[0] + begin);
  else
    snprintf(title, 48, "%s", job->recipe);
  inv_make_printable(title);
}

static void long_title(char title[INV_CACHE_TITLE],
                       const inv_picture_job *job) {
  snprintf(title, INV_CACHE_TITLE, "%s of %.*s", job->recipe,
           (int)common_folder(job), job->paths[0]);
}

/* ---- making pictures ---------------------------------------------------- */

typedef struct {
  const inv_picture_job *job;
  inv_cache_shape shape;
  uint8_t *memory;          /* where the pictures go, or */
  inv_cache_writer *writer; /* who takes them */
  char **messages;          /* of each picture */
  bool skip;                /* pictures that cannot be made are left out */
  atomic_bool passing;      /* something may go better the next time */
  inv_work work;
} build;

/* Whether the text begins with the path (as messages show it) and a colon. */
static bool begins_with(const char *text, const char *path) {
  for (; *path; text++, path++)
    if (*text != *path && *text != '?')
      return false;
  return strncmp(text, ": ", 2) == 0;
}

/* What is wrong with a picture, without its path, which may change. */
static inv_status note(build *b, int64_t index) {
  const char *text = inv_message(), *path = b->job->paths[index];
  if (begins_with(text, path))
    text += strlen(path) + 2;
  b->messages[index] = inv_strdup(text);
  return b->messages[index] ? INV_OK : inv_fail_memory(strlen(text) + 1);
}

static inv_status make_picture(build *b, int64_t index, uint8_t *pixels) {
  inv_status status = b->job->make(b->job->context, index, pixels);
  if (!b->skip || (status != INV_ERR_IO && status != INV_ERR_FORMAT))
    return status;
  if (status == INV_ERR_IO)
    atomic_store(&b->passing, true);
  memset(pixels, 0, b->job->bytes);
  return note(b, index);
}

static inv_status make_block(build *b, uint64_t block, size_t begin, size_t end,
                             uint8_t *pixels) {
  size_t bytes = b->job->bytes;
  for (size_t i = begin; i < end; i++)
    INV_TRY(make_picture(b, (int64_t)i, pixels + (i - begin) * bytes));
  inv_work_advance(&b->work, (long long)(end - begin));
  return b->writer ? inv_cache_file_put(b->writer, block, pixels) : INV_OK;
}

/* Pictures begin .. end-1 are one block of the file. */
static inv_status build_chunk(void *context, size_t begin, size_t end) {
  build *b = context;
  size_t bytes = b->job->bytes;
  if (b->memory)
    return make_block(b, 0, begin, end, b->memory + begin * bytes);
  uint8_t *pixels = inv_alloc((end - begin) * bytes);
  if (!pixels)
    return inv_fail_memory((end - begin) * bytes);
  inv_status status =
      make_block(b, begin / inv_cache_block(&b->shape), begin, end, pixels);
  inv_free(pixels);
  return status;
}

static inv_status make_all(build *b) {
  char name[48];
  short_title(name, b->job);
  inv_work_begin(&b->work, name, "pictures", (double)b->job->count);
  if (b->job->serial)
    inv_parallel_serial(true);
  inv_status status =
      inv_parallel((size_t)b->job->count, (size_t)inv_cache_block(&b->shape),
                   build_chunk, b);
  if (b->job->serial)
    inv_parallel_serial(false);
  inv_work_end(&b->work);
  return status;
}

static void forget_messages(build *b) {
  for (int64_t i = 0; b->messages && i < b->job->count; i++) {
    inv_free(b->messages[i]);
    b->messages[i] = NULL;
  }
}

static inv_status build_in_memory(build *b, inv_pixels *out) {
  INV_TRY(
      inv_pixels_new(out, (size_t)b->job->count, b->job->bytes, &b->memory));
  inv_status status = make_all(b);
  if (status != INV_OK)
    inv_pixels_free(out);
  return status;
}

/* ---- what they are made from -------------------------------------------- */

/* One file; nothing of it is padding. */
typedef struct {
  inv_hash name;
  uint64_t inode, size;
  int64_t seconds, nanoseconds;
} file_mark;

typedef struct {
  const inv_picture_job *job;
  size_t common; /* bytes of the path of the common folder */
  file_mark *marks;
} mark_job;

static inv_status mark_files(void *context, size_t begin, size_t end) {
  const mark_job *m = context;
  for (size_t i = begin; i < end; i++) {
    struct stat about;
    const char *path = m->job->paths[i], *name = path + m->common;
    file_mark *mark = &m->marks[i];
    mark->name = inv_hash_bytes(name, strlen(name));
    if (stat(path, &about) != 0)
      continue; /* who makes the picture will say so */
    mark->inode = about.st_ino;
    mark->size = (uint64_t)about.st_size;
    mark->seconds = about.st_mtim.tv_sec;
    mark->nanoseconds = about.st_mtim.tv_nsec;
  }
  return INV_OK;
}

/* The key, and the size of all files together. */
static inv_status identify(const inv_picture_job *job, inv_hash *key,
                           uint64_t *size) {
  size_t count = (size_t)job->count, recipe = strlen(job->recipe) + 1;
  size_t bytes = count * sizeof(file_mark) + recipe + sizeof(int);
  uint8_t *block = inv_alloc_zero(bytes, 1);
  if (!block)
    return inv_fail_memory(bytes);
  mark_job m = {job, common_folder(job), (file_mark *)(void *)block};
  inv_status status = inv_parallel(count, 256, mark_files, &m);
  *size = 0;
  for (size_t i = 0; i < count; i++)
    *size += m.marks[i].size;
  memcpy(block + count * sizeof(file_mark), job->recipe, recipe);
  memcpy(block + bytes - sizeof(int), &(int){MAKING}, sizeof(int));
  *key = inv_hash_bytes(block, bytes);
  inv_free(block);
  return status;
}

/* ---- with a file -------------------------------------------------------- */

/* Tells once that there is no cache, and goes on without. */
static inv_status without_cache(build *b, inv_pixels *out) {
  static bool told;
  if (!told)
    inv_warn("pictures are not kept: %s", inv_message());
  told = true;
  forget_messages(b);
  b->writer = NULL;
  return build_in_memory(b, out);
}

/* Makes the file `path`; *no_cache where the file itself was the trouble. */
static inv_status build_file(build *b, inv_pixels *out, const char *path,
                             bool *no_cache) {
  inv_cache_writer writer;
  char title[INV_CACHE_TITLE];
  long_title(title, b->job);
  inv_status status = inv_cache_file_begin(&writer, path, title, &b->shape);
  b->writer = &writer;
  if (status == INV_OK)
    status = make_all(b);
  if (status == INV_OK)
    status = inv_cache_file_finish(&writer, out, path, b->messages,
                                   !atomic_load(&b->passing));
  *no_cache = atomic_load(&writer.problem) != 0;
  inv_cache_file_free(&writer);
  b->writer = NULL;
  return status;
}

/* Takes what is there, if it is whole. */
static inv_status open_file(build *b, inv_pixels *out, const char *path,
                            bool *found) {
  const char *reason;
  INV_TRY(
      inv_cache_file_open(out, path, &b->shape, b->messages, found, &reason));
  if (!*found && reason)
    inv_warn("%s %s: it is made anew", path, reason);
  return INV_OK;
}

/* Another process may have made it while this one waited. */
static inv_status build_locked(build *b, inv_pixels *out, const char *path,
                               bool *no_cache) {
  bool found = false;
  INV_TRY(inv_cache_file_open(out, path, &b->shape, b->messages, &found,
                              &(const char *){NULL}));
  if (found)
    return INV_OK;
  uint64_t freed;
  inv_status status = build_file(b, out, path, no_cache);
  if (status == INV_OK)
    inv_cache_trim(inv_cache_limit(), path, &freed);
  return status;
}

static inv_status open_or_build(build *b, inv_pixels *out, const char *path) {
  bool found, no_cache = false;
  INV_TRY(open_file(b, out, path, &found));
  if (found)
    return INV_OK;
  int lock;
  inv_status status = inv_cache_lock(path, &lock);
  if (status == INV_ERR_IO)
    return without_cache(b, out);
  INV_TRY(status);
  status = build_locked(b, out, path, &no_cache);
  inv_cache_unlock(path, lock);
  return no_cache ? without_cache(b, out) : status;
}

/* The name of the file for `key`, in a folder that is there. */
static inv_status file_name(char **out, inv_hash key) {
  char *folder, text[INV_HASH_TEXT], name[INV_HASH_TEXT + 4];
  INV_TRY(inv_cache_pictures(&folder));
  inv_status status = inv_folder_make(folder);
  snprintf(name, sizeof name, "%s.bin", inv_hash_text(key, text));
  if (status == INV_OK && !(*out = inv_path_join(folder, name)))
    status = INV_ERR_MEMORY;
  inv_free(folder);
  return status;
}

static inv_status run(build *b, inv_pixels *out) {
  uint64_t size = 0;
  if (b->job->paths)
    INV_TRY(identify(b->job, &b->shape.key, &size));
  if (size < LEAST)
    return build_in_memory(b, out);
  char *path = NULL;
  inv_status status = file_name(&path, b->shape.key);
  if (status == INV_ERR_IO)
    return without_cache(b, out);
  INV_TRY(status);
  status = open_or_build(b, out, path);
  inv_free(path);
  return status;
}

/* ---- messages ----------------------------------------------------------- */

/* "PATH: what is wrong", in place of what is wrong. */
static inv_status add_path(char **message, const char *path) {
  size_t bytes = strlen(path) + strlen(*message) + 3;
  char *whole = inv_alloc(bytes);
  if (!whole)
    return inv_fail_memory(bytes);
  snprintf(whole, bytes, "%s: %s", path, *message);
  inv_free(*message);
  *message = whole;
  return INV_OK;
}

static inv_status finish_messages(build *b) {
  for (int64_t i = 0; b->job->paths && i < b->job->count; i++) {
    if (!b->messages[i])
      continue;
    if (!b->skip) /* found by one that skipped it */
      return inv_fail(INV_ERR_FORMAT, "%s: %s", b->job->paths[i],
                      b->messages[i]);
    INV_TRY(add_path(&b->messages[i], b->job->paths[i]));
  }
  return INV_OK;
}

inv_status inv_picture_cache_open(inv_pixels *out, const inv_picture_job *job,
                                  char **messages) {
  size_t count = (size_t)job->count, total;
  if (__builtin_mul_overflow(count, job->bytes, &total) || total >> 62)
    return inv_fail_memory(SIZE_MAX);
  build b = {.job = job,
             .shape = {.count = count, .bytes = job->bytes},
             .messages = messages,
             .skip = messages != NULL};
  if (!messages && !(b.messages = inv_alloc_zero(count, sizeof(char *))))
    return inv_fail_memory(count * sizeof(char *));
  *out = (inv_pixels){0};
  inv_status status = run(&b, out);
  if (status == INV_OK) {
    status = finish_messages(&b);
    if (status != INV_OK)
      inv_pixels_free(out);
  }
  if (status != INV_OK || !messages)
    forget_messages(&b);
  if (!messages)
    inv_free(b.messages);
  return status;
}
