#include "base/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/memory.h"

static inv_status fail_errno(const char *path) {
  return inv_fail(INV_ERR_IO, "%s: %s", path, strerror(errno));
}

/* ---- reading ------------------------------------------------------------ */

inv_status inv_file_read(const char *path, size_t limit, uint8_t **bytes,
                         size_t *size) {
  inv_status status = INV_OK;
  uint8_t *block = NULL;
  struct stat info;
  int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (file < 0)
    return fail_errno(path);
  if (fstat(file, &info) != 0) {
    status = fail_errno(path);
    goto done;
  }
  if (!S_ISREG(info.st_mode)) {
    status = inv_fail(INV_ERR_IO, "%s: not a regular file", path);
    goto done;
  }
  if ((uint64_t)info.st_size > limit) {
    status = inv_fail(INV_ERR_FORMAT, "%s: %lld bytes, at most %zu are read",
                      path, (long long)info.st_size, limit);
    goto done;
  }
  size_t wanted = (size_t)info.st_size, have = 0;
  if (!(block = inv_alloc(wanted))) {
    status = inv_fail_memory(wanted);
    goto done;
  }
  while (have < wanted) {
    ssize_t n = read(file, block + have, wanted - have);
    if (n < 0 && errno == EINTR)
      continue;
    if (n < 0) {
      status = fail_errno(path);
      goto done;
    }
    if (n == 0)
      break; /* it became shorter meanwhile */
    have += (size_t)n;
  }
  *bytes = block;
  *size = have;
  block = NULL;
done:
  inv_free(block);
  close(file);
  return status;
}

/* ---- writing ------------------------------------------------------------ */

static bool write_all(int file, const inv_bytes *part) {
  const char *at = part->data;
  for (size_t left = part->size; left > 0;) {
    ssize_t n = write(file, at, left);
    if (n < 0 && errno == EINTR)
      continue;
    if (n < 0)
      return false;
    at += n;
    left -= (size_t)n;
  }
  return true;
}

void inv_file_sync_folder(const char *path) {
  char *copy = inv_strdup(path);
  char *slash = copy ? strrchr(copy, '/') : NULL;
  if (slash)
    slash[slash == copy] = 0; /* "/" is a folder too */
  int folder = open(slash ? copy : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder >= 0) {
    fsync(folder);
    close(folder);
  }
  inv_free(copy);
}

/* The file that is to be replaced: what a link leads to, which stays a link.
 * Devices and pipes are not for replacing. */
static inv_status find_target(const char **path, char room[PATH_MAX]) {
  struct stat about;
  if (lstat(*path, &about) != 0)
    return INV_OK;
  if (S_ISLNK(about.st_mode) && realpath(*path, room))
    *path = room;
  if (stat(*path, &about) == 0 && !S_ISREG(about.st_mode) &&
      !S_ISDIR(about.st_mode))
    return inv_fail(INV_ERR_IO, "%s: not a regular file", *path);
  return INV_OK;
}

inv_status inv_file_write(const char *path, const inv_bytes *parts,
                          size_t count) {
  char room[PATH_MAX];
  INV_TRY(find_target(&path, room));
  static atomic_uint number; /* two writers in one process do not collide */
  size_t length = strlen(path) + 48;
  char *temporary = inv_alloc(length);
  if (!temporary)
    return inv_fail_memory(length);
  snprintf(temporary, length, "%s.%ld.%u.part", path, (long)getpid(),
           atomic_fetch_add(&number, 1));
  inv_status status = INV_OK;
  int file = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  if (file < 0) {
    status = fail_errno(path);
    inv_free(temporary);
    return status;
  }
  bool written = true;
  for (size_t i = 0; written && i < count; i++)
    written = write_all(file, &parts[i]);
  written = written && fsync(file) == 0;
  int reason = errno;
  if (close(file) != 0 && written) {
    written = false;
    reason = errno;
  }
  if (written && rename(temporary, path) != 0) {
    written = false;
    reason = errno;
  }
  if (written) {
    inv_file_sync_folder(path);
  } else {
    unlink(temporary);
    errno = reason;
    status = fail_errno(path);
  }
  inv_free(temporary);
  return status;
}

/* ---- folders ------------------------------------------------------------ */

static int by_bytes(const void *a, const void *b) {
  return strcmp(*(char *const *)a, *(char *const *)b);
}

void inv_folder_free(char **names, size_t count) {
  for (size_t i = 0; names && i < count; i++)
    inv_free(names[i]);
  inv_free(names);
}

inv_status inv_folder_list(const char *path, char ***names, size_t *count) {
  DIR *folder = opendir(path);
  if (!folder)
    return fail_errno(path);
  inv_status status = INV_OK;
  char **list = NULL;
  size_t n = 0, room = 0;
  struct dirent *entry;
  while ((errno = 0, entry = readdir(folder))) {
    if (entry->d_name[0] == '.')
      continue;
    if (n == room) {
      room = room ? 2 * room : 64;
      char **larger = inv_realloc(list, room * sizeof *list);
      if (!larger) {
        status = inv_fail_memory(room * sizeof *list);
        goto done;
      }
      list = larger;
    }
    if (!(list[n] = inv_strdup(entry->d_name))) {
      status = inv_fail_memory(strlen(entry->d_name) + 1);
      goto done;
    }
    n++;
  }
  if (errno)
    status = fail_errno(path);
done:
  closedir(folder);
  if (status != INV_OK) {
    inv_folder_free(list, n);
    return status;
  }
  if (n)
    qsort(list, n, sizeof *list, by_bytes);
  *names = list;
  *count = n;
  return INV_OK;
}

bool inv_is_folder(const char *path) {
  struct stat info;
  return stat(path, &info) == 0 && S_ISDIR(info.st_mode);
}

inv_status inv_folder_make(const char *path) {
  if (!*path)
    return inv_fail(INV_ERR_ARGUMENT, "an empty path");
  char *partial = inv_strdup(path);
  if (!partial)
    return inv_fail_memory(strlen(path) + 1);
  inv_status status = INV_OK;
  for (char *at = partial; status == INV_OK && at;) {
    at = strchr(at + 1, '/');
    if (at)
      *at = 0;
    if (*partial && mkdir(partial, 0777) != 0 && errno != EEXIST)
      status = fail_errno(partial);
    if (at)
      *at = '/';
  }
  if (status == INV_OK && !inv_is_folder(path))
    status = inv_fail(INV_ERR_IO, "%s: not a folder", path);
  inv_free(partial);
  return status;
}

char *inv_path_join(const char *folder, const char *name) {
  size_t bytes = strlen(folder) + strlen(name) + 2;
  char *path = inv_alloc(bytes);
  if (path)
    snprintf(path, bytes, "%s/%s", folder, name);
  else
    inv_fail_memory(bytes);
  return path;
}

/* The variable's value, or NULL where it is empty or not set. */
static const char *variable(const char *name) {
  const char *value = getenv(name);
  return value && *value ? value : NULL;
}

inv_status inv_cache_folder(char **out) {
  const char *own = variable("INVAR_CACHE");
  const char *xdg = variable("XDG_CACHE_HOME");
  const char *home = variable("HOME");
  if (own)
    *out = inv_strdup(own);
  else if (xdg && *xdg == '/') /* relative ones are to be ignored (XDG) */
    *out = inv_path_join(xdg, "invar");
  else if (home)
    *out = inv_path_join(home, ".cache/invar");
  else
    return inv_fail(INV_ERR_IO, "there is no folder for caches: none of "
                                "INVAR_CACHE, XDG_CACHE_HOME and HOME is set");
  return *out ? INV_OK : inv_fail_memory(0);
}
