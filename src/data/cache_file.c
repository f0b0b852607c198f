#include "data/cache_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/notice.h"
#include "base/parallel.h"

/* ---- the layout --------------------------------------------------------- */

enum { PAGE = 4096, VERSION = 2, ORDER = 0x01020304 };

/* Bytes and pictures of a block at most. Blocks are what threads share: of a
 * few large files whose pictures are small each thread is to get some. */
enum { BLOCK = 16 << 10, BLOCK_PICTURES = 16 };
static const char MAGIC[8] = "INVPIX\r\n";

typedef struct {
  char magic[8];
  uint32_t order; /* of bytes: files of other machines are not taken */
  uint32_t version;
  inv_hash key;
  uint64_t count, bytes;
  uint64_t remarks; /* bytes of what is said about broken pictures */
  inv_hash tail;    /* of all that comes after the pixels */
  char title[INV_CACHE_TITLE];
} head_fields;

/* The first page; its last bytes are the hash of those before. */
typedef union {
  head_fields is;
  uint8_t bytes[PAGE];
} head_page;

enum { HASHED = PAGE - sizeof(inv_hash) };

static bool equal(inv_hash a, inv_hash b) {
  return a.high == b.high && a.low == b.low;
}

uint64_t inv_cache_block(const inv_cache_shape *shape) {
  uint64_t fit = shape->bytes < BLOCK ? BLOCK / shape->bytes : 1;
  return fit < BLOCK_PICTURES ? fit : BLOCK_PICTURES;
}

static uint64_t block_count(const inv_cache_shape *shape) {
  uint64_t block = inv_cache_block(shape);
  return (shape->count + block - 1) / block;
}

static uint64_t pixel_bytes(const inv_cache_shape *shape) {
  return shape->count * shape->bytes;
}

/* Of block `i`: the last one may be shorter. */
static size_t block_bytes(const inv_cache_shape *shape, uint64_t i) {
  uint64_t block = inv_cache_block(shape), left = shape->count - i * block;
  return (size_t)((left < block ? left : block) * shape->bytes);
}

static uint64_t block_at(const inv_cache_shape *shape, uint64_t i) {
  return i * inv_cache_block(shape) * shape->bytes;
}

/* ---- reading ------------------------------------------------------------ */

static bool read_all(int file, void *to, size_t size, off_t at) {
  for (size_t have = 0; have < size;) {
    ssize_t n = pread(file, (char *)to + have, size - have, at + (off_t)have);
    if (n < 0 && errno == EINTR)
      continue;
    if (n <= 0)
      return false;
    have += (size_t)n;
  }
  return true;
}

/* NULL, or what is wrong with the head of a file of `size` bytes. */
static const char *check_head(const head_page *head, uint64_t size,
                              const inv_cache_shape *shape) {
  const head_fields *is = &head->is;
  inv_hash hash;
  memcpy(&hash, head->bytes + HASHED, sizeof hash);
  if (memcmp(is->magic, MAGIC, sizeof MAGIC) != 0)
    return "is no cache of pictures";
  if (is->order != ORDER || is->version != VERSION)
    return "was written by another version";
  if (!equal(hash, inv_hash_bytes(head->bytes, HASHED)))
    return "is damaged at its beginning";
  if (!equal(is->key, shape->key) || is->count != shape->count ||
      is->bytes != shape->bytes)
    return "holds other pictures than its name says";
  uint64_t tables = block_count(shape) * sizeof(inv_hash);
  if (is->remarks > size ||
      size != PAGE + pixel_bytes(shape) + tables + is->remarks)
    return "is not as long as it should be";
  return NULL;
}

/* Remarks are the index of a picture (8 bytes) and a text with its end. */
static inv_status read_remarks(const uint8_t *at, size_t size, uint64_t count,
                               char **messages) {
  while (size > sizeof(uint64_t)) {
    uint64_t index;
    memcpy(&index, at, sizeof index);
    at += sizeof index, size -= sizeof index;
    size_t length = strnlen((const char *)at, size);
    if (length == size || index >= count || messages[index])
      return inv_fail(INV_ERR_FORMAT, "is damaged at its end");
    if (!(messages[index] = inv_strdup((const char *)at)))
      return inv_fail_memory(length + 1);
    at += length + 1, size -= length + 1;
  }
  return size ? inv_fail(INV_ERR_FORMAT, "is damaged at its end") : INV_OK;
}

typedef struct {
  const inv_cache_shape *shape;
  const uint8_t *pixels, *table;
  inv_work work; /* long where the file is not in memory */
} check_job;

static inv_status check_blocks(void *context, size_t begin, size_t end) {
  check_job *job = context;
  for (size_t i = begin; i < end; i++) {
    inv_hash wanted,
        found = inv_hash_bytes(job->pixels + block_at(job->shape, i),
                               block_bytes(job->shape, i));
    memcpy(&wanted, job->table + i * sizeof wanted, sizeof wanted);
    if (!equal(wanted, found))
      return inv_fail(INV_ERR_FORMAT, "is damaged in its pixels");
  }
  inv_work_advance(&job->work, (long long)(end - begin));
  return INV_OK;
}

/* Everything behind the head. */
static inv_status check_body(const inv_pixels *mapped, const head_fields *head,
                             const inv_cache_shape *shape, char **messages) {
  enum { AT_ONCE = 64 };
  size_t tables = (size_t)block_count(shape) * sizeof(inv_hash);
  const uint8_t *tail = mapped->values + pixel_bytes(shape);
  size_t remarks = (size_t)head->remarks;
  if (!equal(head->tail, inv_hash_bytes(tail, tables + remarks)))
    return inv_fail(INV_ERR_FORMAT, "is damaged at its end");
  check_job job = {.shape = shape, .pixels = mapped->values, .table = tail};
  size_t blocks = (size_t)block_count(shape);
  inv_work_begin(&job.work, "checking kept pictures", "blocks", (double)blocks);
  inv_status status = inv_parallel(blocks, AT_ONCE, check_blocks, &job);
  inv_work_end(&job.work);
  INV_TRY(status);
  return read_remarks(tail + tables, remarks, shape->count, messages);
}

/* The time of the last use, to the hour, is that of the last change. */
static void mark_used(int file, const struct stat *about) {
  if (time(NULL) - about->st_mtime > 3600)
    futimens(file, NULL);
}

static inv_status open_checked(inv_pixels *out, int file,
                               const inv_cache_shape *shape, char **messages) {
  struct stat about;
  head_page head;
  if (fstat(file, &about) != 0 || !S_ISREG(about.st_mode) ||
      about.st_size < PAGE || !read_all(file, &head, sizeof head, 0))
    return inv_fail(INV_ERR_FORMAT, "is not as long as it should be");
  const char *reason = check_head(&head, (uint64_t)about.st_size, shape);
  if (reason)
    return inv_fail(INV_ERR_FORMAT, "%s", reason);
  INV_TRY(inv_pixels_map(out, file, (size_t)about.st_size, PAGE));
  inv_status status = check_body(out, &head.is, shape, messages);
  if (status != INV_OK)
    inv_pixels_free(out);
  else
    mark_used(file, &about);
  return status;
}

inv_status inv_cache_file_open(inv_pixels *out, const char *path,
                               const inv_cache_shape *shape, char **messages,
                               bool *found, const char **reason) {
  *found = false;
  *reason = NULL;
  int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (file < 0) {
    if (errno != ENOENT)
      *reason = strerror(errno);
    return INV_OK;
  }
  inv_status status = open_checked(out, file, shape, messages);
  close(file);
  *found = status == INV_OK;
  if (status == INV_OK)
    return INV_OK;
  for (uint64_t i = 0; i < shape->count; i++) {
    inv_free(messages[i]);
    messages[i] = NULL;
  }
  if (status == INV_ERR_MEMORY || status == INV_ERR_INTERRUPTED)
    return status;
  *reason = inv_message();
  return INV_OK;
}

void inv_cache_file_title(const char *path, char title[INV_CACHE_TITLE]) {
  head_page head;
  title[0] = 0;
  int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (file < 0)
    return;
  if (read_all(file, &head, sizeof head, 0) &&
      memcmp(head.is.magic, MAGIC, sizeof MAGIC) == 0)
    snprintf(title, INV_CACHE_TITLE, "%.*s", INV_CACHE_TITLE - 1,
             head.is.title);
  close(file);
}

/* ---- writing ------------------------------------------------------------ */

static inv_status fail_writing(inv_cache_writer *writer, int reason) {
  int none = 0;
  atomic_compare_exchange_strong(&writer->problem, &none, reason);
  return inv_fail(INV_ERR_IO, "%s: %s", writer->temporary, strerror(reason));
}

static inv_status write_at(inv_cache_writer *writer, const void *from,
                           size_t size, uint64_t at) {
  for (size_t done = 0; done < size;) {
    ssize_t n = pwrite(writer->file, (const char *)from + done, size - done,
                       (off_t)(at + done));
    if (n < 0 && errno == EINTR)
      continue;
    if (n <= 0)
      return fail_writing(writer, n < 0 ? errno : ENOSPC);
    done += (size_t)n;
  }
  return INV_OK;
}

/* A new file that this process holds locked: others see that it is in use. */
static int new_temporary(inv_cache_writer *writer, const char *path) {
  static atomic_uint number;
  size_t room = strlen(path) + 64;
  struct stat about;
  for (int tries = 0; tries < 1000; tries++) {
    snprintf(writer->temporary, room, "%s.%ld.%u.part", path, (long)getpid(),
             atomic_fetch_add(&number, 1));
    int file =
        open(writer->temporary, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (file < 0 && errno != EEXIST)
      return -1;
    if (file < 0)
      continue;
    flock(file, LOCK_EX | LOCK_NB);
    if (fstat(file, &about) == 0 && about.st_nlink > 0)
      return file;
    close(file); /* taken for a dead process's and removed */
  }
  return -1;
}

inv_status inv_cache_file_begin(inv_cache_writer *out, const char *path,
                                const char *title,
                                const inv_cache_shape *shape) {
  *out = (inv_cache_writer){.shape = *shape, .file = -1, .title = title};
  size_t blocks = (size_t)block_count(shape);
  out->temporary = inv_alloc(strlen(path) + 64);
  out->table = inv_alloc_zero(blocks, sizeof *out->table);
  if (!out->temporary || !out->table)
    return inv_fail_memory(blocks * sizeof *out->table);
  out->file = new_temporary(out, path);
  if (out->file < 0)
    return fail_writing(out, errno);
  /* A full disk is best noticed now; not every file system can tell. */
  if (fallocate(out->file, 0, 0, (off_t)(PAGE + pixel_bytes(shape))) != 0 &&
      (errno == ENOSPC || errno == EFBIG || errno == EDQUOT))
    return fail_writing(out, errno);
  return INV_OK;
}

inv_status inv_cache_file_put(inv_cache_writer *writer, uint64_t block,
                              const uint8_t *pixels) {
  size_t size = block_bytes(&writer->shape, block);
  writer->table[block] = inv_hash_bytes(pixels, size);
  return write_at(writer, pixels, size, PAGE + block_at(&writer->shape, block));
}

/* The table of hashes and the remarks behind one another: a new block. */
static inv_status make_tail(const inv_cache_writer *writer,
                            char *const *messages, uint8_t **tail,
                            size_t *size) {
  size_t at = (size_t)block_count(&writer->shape) * sizeof(inv_hash);
  *size = at;
  for (uint64_t i = 0; i < writer->shape.count; i++)
    if (messages[i])
      *size += sizeof i + strlen(messages[i]) + 1;
  if (!(*tail = inv_alloc(*size)))
    return inv_fail_memory(*size);
  memcpy(*tail, writer->table, at);
  for (uint64_t i = 0; i < writer->shape.count; i++) {
    if (!messages[i])
      continue;
    memcpy(*tail + at, &i, sizeof i);
    at += sizeof i;
    size_t length = strlen(messages[i]) + 1;
    memcpy(*tail + at, messages[i], length);
    at += length;
  }
  return INV_OK;
}

static void fill_head(head_page *head, const inv_cache_writer *writer,
                      const uint8_t *tail, size_t tail_size) {
  const inv_cache_shape *shape = &writer->shape;
  memset(head, 0, sizeof *head);
  memcpy(head->is.magic, MAGIC, sizeof MAGIC);
  head->is.order = ORDER;
  head->is.version = VERSION;
  head->is.key = shape->key;
  head->is.count = shape->count;
  head->is.bytes = shape->bytes;
  head->is.remarks = tail_size - block_count(shape) * sizeof(inv_hash);
  head->is.tail = inv_hash_bytes(tail, tail_size);
  snprintf(head->is.title, INV_CACHE_TITLE, "%s", writer->title);
  inv_hash hash = inv_hash_bytes(head->bytes, HASHED);
  memcpy(head->bytes + HASHED, &hash, sizeof hash);
}

/* Writes what is not pixels; *size becomes the length of the file. */
static inv_status write_rest(inv_cache_writer *writer, char *const *messages,
                             size_t *size) {
  uint8_t *tail;
  size_t tail_size;
  INV_TRY(make_tail(writer, messages, &tail, &tail_size));
  head_page head;
  fill_head(&head, writer, tail, tail_size);
  uint64_t at = PAGE + pixel_bytes(&writer->shape);
  inv_status status = write_at(writer, tail, tail_size, at);
  if (status == INV_OK)
    status = write_at(writer, &head, sizeof head, 0);
  inv_free(tail);
  *size = (size_t)at + tail_size;
  return status;
}

inv_status inv_cache_file_finish(inv_cache_writer *writer, inv_pixels *out,
                                 const char *path, char *const *messages,
                                 bool keep) {
  size_t size;
  INV_TRY(write_rest(writer, messages, &size));
  if (keep && fsync(writer->file) != 0)
    return fail_writing(writer, errno);
  inv_status status = inv_pixels_map(out, writer->file, size, PAGE);
  if (status != INV_OK)
    atomic_store(&writer->problem, EIO);
  if (status != INV_OK || !keep)
    return status;
  if (rename(writer->temporary, path) != 0) {
    inv_pixels_free(out);
    return fail_writing(writer, errno);
  }
  inv_free(writer->temporary);
  writer->temporary = NULL;
  inv_file_sync_folder(path);
  return INV_OK;
}

void inv_cache_file_free(inv_cache_writer *writer) {
  if (writer->file >= 0) {
    if (writer->temporary)
      unlink(writer->temporary);
    close(writer->file);
  }
  inv_free(writer->temporary);
  inv_free(writer->table);
  *writer = (inv_cache_writer){.file = -1};
}
