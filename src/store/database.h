/* Databases: SQLite files, opened with care for where they lie. On a local
 * disk many processes may use one at once (write-ahead log, a minute's patience
 * with each other's locks); on a network file system the older rollback journal
 * is used, and where locks do not work only one process may, which the note
 * says. Failures name the file and what can be done. */
#ifndef INV_STORE_DATABASE_H
#define INV_STORE_DATABASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

typedef struct inv_database inv_database;
typedef struct inv_statement inv_statement;

typedef enum {
  INV_JOURNAL_AUTO,     /* what the file system can do */
  INV_JOURNAL_WAL,      /* write-ahead log */
  INV_JOURNAL_ROLLBACK, /* rollback journal */
  INV_JOURNAL_EXCLUSIVE /* rollback journal, without locks: one process */
} inv_journal;

typedef struct {
  bool read_only; /* it must be there, and stays as it is */
  inv_journal journal;
  double timeout; /* seconds to wait for another process's lock */
} inv_database_options;

/* Opens a database; makes the file where there is none (not read_only). */
inv_status inv_database_open(inv_database **out, const char *path,
                             const inv_database_options *options);

/* NULL is allowed. An open transaction is rolled back. */
void inv_database_close(inv_database *database);

/* What the user should know about the place of the file; "" for nothing. */
const char *inv_database_note(const inv_database *database);

/* Whether a transaction was begun and not ended. */
bool inv_database_in_transaction(const inv_database *database);

/* ---- statements --------------------------------------------------------- */

/* Compiles the first statement of `sql`, or takes it from the cache; *rest is
 * what follows it. *out is NULL where there is only white space. It belongs to
 * the database and is valid until the next prepare. */
inv_status inv_database_prepare(inv_database *database, const char *sql,
                                inv_statement **out, const char **rest);

/* How many parameters it has; they count from 0. */
int inv_statement_parameters(const inv_statement *statement);
inv_status inv_statement_bind_null(inv_statement *statement, int i);
inv_status inv_statement_bind_integer(inv_statement *statement, int i,
                                      int64_t value);
inv_status inv_statement_bind_real(inv_statement *statement, int i,
                                   double value);
/* The text must live until the statement has run. */
inv_status inv_statement_bind_text(inv_statement *statement, int i,
                                   const char *text, size_t size);

/* Runs on to the next row; *row is false where there is none. */
inv_status inv_statement_step(inv_statement *statement, bool *row);

/* How many rows the last statement inserted, changed or deleted. */
int64_t inv_database_changes(const inv_database *database);

typedef enum {
  INV_COLUMN_NULL,
  INV_COLUMN_INTEGER,
  INV_COLUMN_REAL,
  INV_COLUMN_TEXT /* and bytes */
} inv_column_type;

/* The columns of a row, from 0. Text is valid until the next step. */
int inv_statement_columns(const inv_statement *statement);
const char *inv_statement_column_name(const inv_statement *statement, int i);
inv_column_type inv_statement_column_type(const inv_statement *statement,
                                          int i);
int64_t inv_statement_integer(const inv_statement *statement, int i);
double inv_statement_real(const inv_statement *statement, int i);
const char *inv_statement_text(const inv_statement *statement, int i,
                               size_t *size);

#endif
