#include "data/cache_folder.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "base/interrupt.h"
#include "base/memory.h"
#include "base/notice.h"
#include "base/number.h"

inv_status inv_cache_pictures(char **out) {
  char *folder;
  INV_TRY(inv_cache_folder(&folder));
  *out = inv_path_join(folder, "pictures");
  inv_free(folder);
  return *out ? INV_OK : INV_ERR_MEMORY;
}

uint64_t inv_cache_limit(void) {
  static const double GIGABYTE = 1e9, OTHERWISE = 20, MOST = 1e9;
  const char *text = getenv("INVAR_CACHE_LIMIT");
  double given = 0;
  bool fits = text && inv_parse_number(text, strlen(text), &given) &&
              given >= 0 && given <= MOST;
  return (uint64_t)((fits ? given : OTHERWISE) * GIGABYTE);
}

/* ---- what is there ------------------------------------------------------ */

static bool ends_in(const char *name, const char *end) {
  size_t n = strlen(name), m = strlen(end);
  return n > m && strcmp(name + n - m, end) == 0;
}

void inv_cache_entries_free(inv_cache_entry *entries, size_t count) {
  for (size_t i = 0; entries && i < count; i++)
    inv_free(entries[i].path);
  inv_free(entries);
}

static int last_used_first(const void *a, const void *b) {
  const inv_cache_entry *x = a, *y = b;
  if (x->used != y->used)
    return x->used < y->used ? 1 : -1;
  return strcmp(x->path, y->path);
}

/* The names in the folder; none where it is not there. */
static inv_status list_names(const char *folder, char ***names, size_t *count) {
  *names = NULL;
  *count = 0;
  if (access(folder, F_OK) != 0 && errno == ENOENT)
    return INV_OK;
  return inv_folder_list(folder, names, count);
}

/* Fills the next entry if the file is one. */
static inv_status look_at(inv_cache_entry *entries, size_t *count,
                          const char *folder, const char *name) {
  struct stat about;
  if (!ends_in(name, ".bin"))
    return INV_OK;
  char *path = inv_path_join(folder, name);
  if (!path)
    return INV_ERR_MEMORY;
  if (stat(path, &about) != 0 || !S_ISREG(about.st_mode)) {
    inv_free(path);
    return INV_OK;
  }
  inv_cache_entry *entry = &entries[(*count)++];
  entry->path = path;
  entry->bytes = (uint64_t)about.st_size;
  entry->used = about.st_mtime;
  inv_cache_file_title(path, entry->title);
  return INV_OK;
}

static inv_status list_entries(inv_cache_entry **out, size_t *count,
                               const char *folder) {
  char **names;
  size_t n;
  *out = NULL;
  *count = 0;
  INV_TRY(list_names(folder, &names, &n));
  inv_cache_entry *entries = inv_alloc_zero(n, sizeof *entries);
  inv_status status = entries ? INV_OK : inv_fail_memory(n * sizeof *entries);
  for (size_t i = 0; i < n && status == INV_OK; i++)
    status = look_at(entries, count, folder, names[i]);
  inv_folder_free(names, n);
  if (status != INV_OK) {
    inv_cache_entries_free(entries, *count);
    return status;
  }
  qsort(entries, *count, sizeof *entries, last_used_first);
  *out = entries;
  return INV_OK;
}

inv_status inv_cache_list(inv_cache_entry **out, size_t *count) {
  char *folder;
  INV_TRY(inv_cache_pictures(&folder));
  inv_status status = list_entries(out, count, folder);
  inv_free(folder);
  return status;
}

/* ---- removing ----------------------------------------------------------- */

/* Temporary files and locks that no living process holds. */
static inv_status remove_dead(const char *folder) {
  char **names;
  size_t count;
  INV_TRY(list_names(folder, &names, &count));
  inv_status status = INV_OK;
  for (size_t i = 0; i < count && status == INV_OK; i++) {
    if (!ends_in(names[i], ".part") && !ends_in(names[i], ".lock"))
      continue;
    char *path = inv_path_join(folder, names[i]);
    int file = path ? open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK) : -1;
    if (file >= 0 && flock(file, LOCK_EX | LOCK_NB) == 0)
      unlink(path);
    if (file >= 0)
      close(file);
    status = path ? INV_OK : INV_ERR_MEMORY;
    inv_free(path);
  }
  inv_folder_free(names, count);
  return status;
}

static inv_status trim(const char *folder, uint64_t limit, const char *spare,
                       uint64_t *freed) {
  inv_cache_entry *entries;
  size_t count;
  INV_TRY(remove_dead(folder));
  INV_TRY(list_entries(&entries, &count, folder));
  inv_status status = INV_OK;
  uint64_t kept = 0;
  for (size_t i = 0; i < count && status == INV_OK; i++) {
    kept += entries[i].bytes;
    if (kept <= limit || (spare && strcmp(entries[i].path, spare) == 0))
      continue;
    if (unlink(entries[i].path) == 0) {
      *freed += entries[i].bytes;
      kept -= entries[i].bytes;
    } else if (errno != ENOENT) {
      status = inv_fail(INV_ERR_IO, "%s: %s", entries[i].path, strerror(errno));
    }
  }
  inv_cache_entries_free(entries, count);
  return status;
}

inv_status inv_cache_trim(uint64_t limit, const char *spare, uint64_t *freed) {
  char *folder;
  *freed = 0;
  INV_TRY(inv_cache_pictures(&folder));
  inv_status status = trim(folder, limit, spare, freed);
  inv_free(folder);
  return status;
}

/* ---- one maker at a time ------------------------------------------------ */

static char *lock_name(const char *path) {
  size_t bytes = strlen(path) + sizeof ".lock";
  char *name = inv_alloc(bytes);
  if (name)
    snprintf(name, bytes, "%s.lock", path);
  else
    inv_fail_memory(bytes);
  return name;
}

/* Whether the open file still has this name: who held it before removes it. */
static bool has_name(int file, const char *name) {
  struct stat opened, named;
  return fstat(file, &opened) == 0 && stat(name, &named) == 0 &&
         opened.st_ino == named.st_ino && opened.st_dev == named.st_dev;
}

static inv_status lock_file(const char *name, int *lock) {
  static const struct timespec MOMENT = {.tv_nsec = 20 * 1000 * 1000};
  enum { PATIENCE = 100 }; /* moments until the user hears of it */
  for (int moments = 0;; moments++) {
    int file = open(name, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    if (file < 0)
      return inv_fail(INV_ERR_IO, "%s: %s", name, strerror(errno));
    if (flock(file, LOCK_EX | LOCK_NB) == 0) {
      *lock = file;
      if (has_name(file, name))
        return INV_OK;
      close(file);
      continue;
    }
    bool taken = errno == EWOULDBLOCK;
    close(file);
    if (!taken)
      break; /* no locks here */
    INV_TRY(inv_check_interrupt());
    if (moments == PATIENCE)
      inv_warn("waiting for another process that makes the same pictures (%s)",
               name);
    nanosleep(&MOMENT, NULL);
  }
  *lock = -1;
  return INV_OK;
}

inv_status inv_cache_lock(const char *path, int *lock) {
  *lock = -1;
  char *name = lock_name(path);
  if (!name)
    return INV_ERR_MEMORY;
  inv_status status = lock_file(name, lock);
  inv_free(name);
  return status;
}

void inv_cache_unlock(const char *path, int lock) {
  if (lock < 0)
    return;
  char *name = lock_name(path);
  if (name)
    unlink(name);
  inv_free(name);
  close(lock);
}
