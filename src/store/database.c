#include "store/database.h"

#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/interrupt.h"
#include "base/memory.h"

enum { CACHED = 48 };

struct inv_statement {
  sqlite3_stmt *handle;
  inv_database *database;
  uint64_t used; /* the number of the prepare that took it last */
};

struct inv_database {
  sqlite3 *handle;
  char *path;
  double timeout;
  double waiting; /* since when a lock is waited for */
  char note[256];
  uint64_t prepared;
  inv_statement cache[CACHED];
};

/* ---- failing ------------------------------------------------------------ */

static const char *system_reason(const inv_database *database) {
  int number = database->handle ? sqlite3_system_errno(database->handle) : 0;
  return number ? strerror(number) : sqlite3_errmsg(database->handle);
}

/* Reading or writing failed; SQLite seldom keeps the reason. */
static inv_status fail_transfer(const inv_database *database, int code) {
  bool written = code == SQLITE_IOERR_WRITE || code == SQLITE_IOERR_FSYNC ||
                 code == SQLITE_IOERR_TRUNCATE || code == SQLITE_IOERR_SHMSIZE;
  return inv_fail(INV_ERR_IO, "%s: %s failed (%s)%s", database->path,
                  written ? "writing" : "reading or writing",
                  system_reason(database),
                  written ? ": is there space left on the disk?" : "");
}

/* The failure with SQLite's code `code`. */
static inv_status fail(const inv_database *database, int code) {
  const char *path = database->path;
  const char *text = sqlite3_errmsg(database->handle);
  switch (code & 0xff) {
  case SQLITE_NOMEM: return inv_fail_memory(0);
  case SQLITE_INTERRUPT:
    return inv_interrupted() ? inv_check_interrupt()
                             : inv_fail(INV_ERR_IO, "%s: %s", path, text);
  case SQLITE_BUSY:
  case SQLITE_LOCKED:
    if (inv_interrupted())
      return inv_check_interrupt();
    return inv_fail(INV_ERR_IO,
                    "%s: another program has kept it locked for %g seconds",
                    path, database->timeout);
  case SQLITE_FULL:
    return inv_fail(INV_ERR_IO, "%s: the disk is full: free some space", path);
  case SQLITE_IOERR: return fail_transfer(database, code);
  case SQLITE_CANTOPEN:
    return inv_fail(INV_ERR_IO, "%s: cannot be opened: %s", path,
                    system_reason(database));
  case SQLITE_READONLY:
  case SQLITE_PERM:
    return inv_fail(INV_ERR_IO,
                    "%s: it cannot be written: the file or its folder is "
                    "read-only",
                    path);
  case SQLITE_CORRUPT:
  case SQLITE_NOTADB:
    return inv_fail(INV_ERR_FORMAT,
                    "%s is damaged (%s): move it away, or save what can be "
                    "read with: sqlite3 '%s' .recover | sqlite3 saved.db",
                    path, text, path);
  default: return inv_fail(INV_ERR_ARGUMENT, "%s", text);
  }
}

static inv_status check(const inv_database *database, int code) {
  return code == SQLITE_OK ? INV_OK : fail(database, code);
}

/* ---- where it lies ------------------------------------------------------ */

/* File systems that other machines may use too, or that are served by another
 * program: shared memory, which the write-ahead log needs, does not reach from
 * one machine to the other there. */
static const struct {
  unsigned long type;
  const char *name;
} shared_systems[] = {
    {0x6969, "NFS"},        {0x517b, "SMB"},
    {0xfe534d42, "SMB"},    {0xff534d42, "CIFS"},
    {0x65735546, "FUSE"},   {0x0bd00bd0, "Lustre"},
    {0x47504653, "GPFS"},   {0x00c36400, "Ceph"},
    {0x19830326, "BeeGFS"}, {0x01021997, "9P"},
    {0x5346414f, "AFS"},    {0x73757245, "Coda"},
    {0x7461636f, "OCFS2"},  {0x01161970, "GFS2"},
    {0xaad7aaea, "PanFS"},  {0x786f4256, "VirtualBox"},
};

/* The name of the shared file system that holds the file, or NULL. */
static const char *shared_system(const char *path) {
  struct statfs about;
  char *copy = inv_strdup(path);
  if (!copy)
    return NULL;
  char *slash = strrchr(copy, '/');
  if (slash)
    slash[slash == copy] = 0;
  bool known = statfs(slash ? copy : ".", &about) == 0;
  inv_free(copy);
  if (!known)
    return NULL;
  unsigned long type = (unsigned long)about.f_type & 0xffffffffUL;
  for (size_t i = 0; i < sizeof shared_systems / sizeof *shared_systems; i++)
    if (shared_systems[i].type == type)
      return shared_systems[i].name;
  return NULL;
}

/* Whether a file beside the database can be locked. Not the database itself:
 * closing it would take away the locks that this process has on it. */
static bool locks_work(const char *path) {
  char name[4096];
  int length = snprintf(name, sizeof name, "%s.lock.%ld", path, (long)getpid());
  if (length >= (int)sizeof name)
    return true;
  int file = open(name, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (file < 0)
    return true; /* a read-only place: no lock is needed */
  struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_len = 1};
  bool works = fcntl(file, F_SETLK, &lock) == 0;
  close(file);
  unlink(name);
  return works;
}

static inv_journal choose_journal(inv_database *database) {
  const char *system = shared_system(database->path);
  if (!system)
    return INV_JOURNAL_WAL;
  if (locks_work(database->path)) {
    snprintf(database->note, sizeof database->note,
             "it lies on a shared file system (%s): several processes may use "
             "it, but more slowly than on a local disk",
             system);
    return INV_JOURNAL_ROLLBACK;
  }
  snprintf(database->note, sizeof database->note,
           "it lies on a file system (%s) on which locks do not work: only one "
           "process at a time may use it",
           system);
  return INV_JOURNAL_EXCLUSIVE;
}

/* ---- opening ------------------------------------------------------------ */

/* Called when another process has the lock: whether to try again. */
static int wait_for_lock(void *context, int count) {
  inv_database *database = context;
  double now = inv_clock();
  if (count == 0)
    database->waiting = now;
  if (inv_interrupted() || now - database->waiting >= database->timeout)
    return 0;
  usleep(count < 10 ? 2000 : 20000);
  return 1;
}

static int stop_if_interrupted(void *context) {
  (void)context;
  return inv_interrupted();
}

static inv_status run_pragma(inv_database *database, const char *sql) {
  return check(database, sqlite3_exec(database->handle, sql, NULL, NULL, NULL));
}

/* Changing to the write-ahead log fails at once, without waiting, while
 * another process does the same. */
static inv_status use_log(inv_database *database) {
  int code;
  for (int count = 0;; count++) {
    code = sqlite3_exec(database->handle, "PRAGMA journal_mode = WAL", NULL,
                        NULL, NULL);
    if ((code & 0xff) != SQLITE_BUSY || !wait_for_lock(database, count))
      return check(database, code);
  }
}

static inv_status set_journal(inv_database *database, inv_journal journal) {
  switch (journal) {
  case INV_JOURNAL_WAL: return use_log(database);
  case INV_JOURNAL_EXCLUSIVE:
    INV_TRY(run_pragma(database, "PRAGMA locking_mode = EXCLUSIVE"));
    return run_pragma(database, "PRAGMA journal_mode = DELETE");
  default: return run_pragma(database, "PRAGMA journal_mode = DELETE");
  }
}

/* "file:PATH?immutable=1", a new string: reads without the files beside it. */
static char *immutable_name(const char *path) {
  static const char digits[] = "0123456789abcdef";
  char *name = inv_alloc(3 * strlen(path) + 32), *to = name;
  if (!name)
    return NULL;
  to += sprintf(to, "file:");
  for (; *path; path++) {
    unsigned char c = (unsigned char)*path;
    if (c == '%' || c == '?' || c == '#') {
      *to++ = '%';
      *to++ = digits[c >> 4];
      *to++ = digits[c & 15];
    } else {
      *to++ = *path;
    }
  }
  strcpy(to, "?immutable=1");
  return name;
}

/* Opens for reading. In a folder that cannot be written SQLite cannot make the
 * files of the log; a database that was closed well is read without them. */
static inv_status open_to_read(inv_database *database) {
  int flags =
      SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
  int code = sqlite3_open_v2(database->path, &database->handle, flags, NULL);
  if (code == SQLITE_OK)
    code = sqlite3_exec(database->handle, "SELECT 1 FROM sqlite_schema", NULL,
                        NULL, NULL);
  int kind = code & 0xff;
  if ((kind != SQLITE_CANTOPEN && kind != SQLITE_READONLY) ||
      access(database->path, R_OK) != 0)
    return check(database, code);
  char *name = immutable_name(database->path);
  if (!name)
    return inv_fail_memory(strlen(database->path));
  sqlite3_close(database->handle);
  code =
      sqlite3_open_v2(name, &database->handle, flags | SQLITE_OPEN_URI, NULL);
  inv_free(name);
  return check(database, code);
}

static inv_status open_to_write(inv_database *database, inv_journal journal) {
  int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX |
              SQLITE_OPEN_EXRESCODE;
  if (journal == INV_JOURNAL_AUTO)
    journal = choose_journal(database);
  const char *vfs = journal == INV_JOURNAL_EXCLUSIVE ? "unix-none" : NULL;
  INV_TRY(check(database, sqlite3_open_v2(database->path, &database->handle,
                                          flags, vfs)));
  sqlite3_busy_handler(database->handle, wait_for_lock, database);
  INV_TRY(set_journal(database, journal));
  INV_TRY(run_pragma(database, "PRAGMA synchronous = FULL"));
  return run_pragma(database, "PRAGMA foreign_keys = ON");
}

inv_status inv_database_open(inv_database **out, const char *path,
                             const inv_database_options *options) {
  inv_database *database = inv_alloc_zero(1, sizeof *database);
  if (!database)
    return inv_fail_memory(sizeof *database);
  database->timeout = options->timeout;
  if (!(database->path = inv_strdup(path))) {
    inv_free(database);
    return inv_fail_memory(strlen(path) + 1);
  }
  inv_status status = options->read_only
                          ? open_to_read(database)
                          : open_to_write(database, options->journal);
  if (status != INV_OK) {
    inv_database_close(database);
    return status;
  }
  sqlite3_busy_handler(database->handle, wait_for_lock, database);
  sqlite3_progress_handler(database->handle, 10000, stop_if_interrupted, NULL);
  *out = database;
  return INV_OK;
}

void inv_database_close(inv_database *database) {
  if (!database)
    return;
  for (int i = 0; i < CACHED; i++)
    sqlite3_finalize(database->cache[i].handle);
  sqlite3_close(database->handle);
  inv_free(database->path);
  inv_free(database);
}

const char *inv_database_note(const inv_database *database) {
  return database->note;
}

bool inv_database_in_transaction(const inv_database *database) {
  return !sqlite3_get_autocommit(database->handle);
}

/* ---- statements --------------------------------------------------------- */

/* The cached statement of this text, ready to run again, or NULL. A statement
 * that a failure left half way is put back too: it would keep its lock. */
static inv_statement *find_cached(inv_database *database, const char *sql) {
  inv_statement *found = NULL;
  for (int i = 0; i < CACHED; i++) {
    inv_statement *entry = &database->cache[i];
    if (!entry->handle)
      continue;
    if (sqlite3_stmt_busy(entry->handle))
      sqlite3_reset(entry->handle);
    if (strcmp(sqlite3_sql(entry->handle), sql) == 0)
      found = entry;
  }
  if (found) {
    sqlite3_reset(found->handle);
    sqlite3_clear_bindings(found->handle);
  }
  return found;
}

/* The place of the statement that was not used for longest. */
static inv_statement *free_place(inv_database *database) {
  inv_statement *oldest = &database->cache[0];
  for (int i = 1; i < CACHED; i++)
    if (database->cache[i].used < oldest->used)
      oldest = &database->cache[i];
  sqlite3_finalize(oldest->handle);
  *oldest = (inv_statement){.database = database};
  return oldest;
}

inv_status inv_database_prepare(inv_database *database, const char *sql,
                                inv_statement **out, const char **rest) {
  inv_statement *statement = find_cached(database, sql);
  *rest = sql + strlen(sql);
  if (!statement) {
    sqlite3_stmt *handle;
    int code = sqlite3_prepare_v3(database->handle, sql, -1,
                                  SQLITE_PREPARE_PERSISTENT, &handle, rest);
    if (code != SQLITE_OK)
      return fail(database, code);
    *out = NULL;
    if (!handle)
      return INV_OK;
    statement = free_place(database);
    statement->handle = handle;
  }
  statement->used = ++database->prepared;
  *out = statement;
  return INV_OK;
}

int inv_statement_parameters(const inv_statement *statement) {
  return sqlite3_bind_parameter_count(statement->handle);
}

inv_status inv_statement_bind_null(inv_statement *statement, int i) {
  return check(statement->database,
               sqlite3_bind_null(statement->handle, i + 1));
}

inv_status inv_statement_bind_integer(inv_statement *statement, int i,
                                      int64_t value) {
  return check(statement->database,
               sqlite3_bind_int64(statement->handle, i + 1, value));
}

inv_status inv_statement_bind_real(inv_statement *statement, int i,
                                   double value) {
  return check(statement->database,
               sqlite3_bind_double(statement->handle, i + 1, value));
}

inv_status inv_statement_bind_text(inv_statement *statement, int i,
                                   const char *text, size_t size) {
  return check(statement->database,
               sqlite3_bind_text64(statement->handle, i + 1, text, size,
                                   SQLITE_STATIC, SQLITE_UTF8));
}

inv_status inv_statement_step(inv_statement *statement, bool *row) {
  int code = sqlite3_step(statement->handle);
  *row = code == SQLITE_ROW;
  if (code == SQLITE_ROW)
    return INV_OK;
  inv_status status =
      code == SQLITE_DONE ? INV_OK : fail(statement->database, code);
  sqlite3_reset(statement->handle);
  return status;
}

int64_t inv_database_changes(const inv_database *database) {
  return sqlite3_changes64(database->handle);
}

int inv_statement_columns(const inv_statement *statement) {
  return sqlite3_column_count(statement->handle);
}

const char *inv_statement_column_name(const inv_statement *statement, int i) {
  const char *name = sqlite3_column_name(statement->handle, i);
  return name ? name : "";
}

inv_column_type inv_statement_column_type(const inv_statement *statement,
                                          int i) {
  switch (sqlite3_column_type(statement->handle, i)) {
  case SQLITE_INTEGER: return INV_COLUMN_INTEGER;
  case SQLITE_FLOAT: return INV_COLUMN_REAL;
  case SQLITE_NULL: return INV_COLUMN_NULL;
  default: return INV_COLUMN_TEXT;
  }
}

int64_t inv_statement_integer(const inv_statement *statement, int i) {
  return sqlite3_column_int64(statement->handle, i);
}

double inv_statement_real(const inv_statement *statement, int i) {
  return sqlite3_column_double(statement->handle, i);
}

const char *inv_statement_text(const inv_statement *statement, int i,
                               size_t *size) {
  const char *text = sqlite3_column_blob(statement->handle, i);
  *size = (size_t)sqlite3_column_bytes(statement->handle, i);
  return text ? text : "";
}
