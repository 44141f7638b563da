/* driver.h - the little that the store needs of a database engine.
 *
 * A Statement is never NULL: what went wrong while it was prepared or bound is
 * kept in it and comes out of its first step, so that a caller checks once.
 * Statements are prepared once and kept by the address of their text, which
 * must therefore be static (or interned).
 */
#pragma once

#include <glib.h>
#include <stdbool.h>

typedef struct Driver Driver;
typedef struct Statement Statement;

/* path: of the database file. DESK_ERROR_NO_INPUT when there is none and create is false. */
Driver *driver_open(const char *path, bool create, GError **error);
void driver_close(Driver *driver);

/* Runs text of several statements without parameters. */
bool driver_script(Driver *driver, const char *sql, GError **error);
/* The number of the schema, 0 for an empty database. */
bool driver_schema_version(Driver *driver, gint64 *ret_version, GError **error);
bool driver_set_schema_version(Driver *driver, gint64 version, GError **error);

bool driver_begin(Driver *driver, GError **error);  /* with the write lock */
bool driver_commit(Driver *driver, GError **error); /* rolls back when it fails */
void driver_rollback(Driver *driver);
bool driver_savepoint(Driver *driver, GError **error);
bool driver_release(Driver *driver, GError **error);
void driver_undo(Driver *driver); /* back to the last savepoint, which is released */

/* A number that changes when another connection has committed. */
bool driver_data_version(Driver *driver, gint64 *ret_version, GError **error);
/* Adds what is wrong with the file and its references, one char * each. */
bool driver_check(Driver *driver, GPtrArray *findings, GError **error);
/* A copy of the whole database as it is at this moment, into the empty file path, durable; writers
 * are not held up.  DESK_ERROR_TEMPFAIL, _IO, or _CANT_CREATE when path cannot be written. */
bool driver_backup(Driver *driver, const char *path, GError **error);
/* How the engine would look for the rows of sql: char * a line. For the tests. */
bool driver_explain(Driver *driver, const char *sql, GPtrArray *lines, GError **error);
/* The texts of all statements prepared so far: const char *. For the tests. */
GPtrArray *driver_statements(Driver *driver);

Statement *driver_statement(Driver *driver, const char *sql);
void statement_done(Statement *statement);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Statement, statement_done)

/* name with its colon: ":case". */
void bind_number(Statement *statement, const char *name, gint64 number);
void bind_id(Statement *statement, const char *name, gint64 id);          /* 0: NULL */
void bind_text(Statement *statement, const char *name, const char *text); /* NULL: "" */

typedef enum { STEP_ERROR, STEP_ROW, STEP_DONE } Step;
Step statement_step(Statement *statement, GError **error);
/* Steps to the end. */
bool statement_run(Statement *statement, GError **error);
/* As statement_run, and how many rows were changed. */
bool statement_changed(Statement *statement, gint64 *ret_rows, GError **error);
/* The first column of the first row; without a row ret_number is left as it is. */
bool statement_number(Statement *statement, gint64 *ret_number, GError **error);

gint64 column_number(Statement *statement, int column);    /* NULL: 0 */
const char *column_text(Statement *statement, int column); /* NULL: ""; lent until the next step */
char *column_given(Statement *statement, int column);      /* a copy */

/* All rows, each made by read, freed by free. */
typedef void *(*RowRead)(Statement *statement);
bool statement_rows(Statement *statement, RowRead read, GDestroyNotify free_row,
		    GPtrArray **ret_rows, GError **error);
/* The first row, or NULL. */
bool statement_row(Statement *statement, RowRead read, void **ret_row, GError **error);

/* ---- the words of cases (driver_words.c) ---- */

/* Makes the index of words, and the triggers that keep it: a step of the schema. */
bool driver_words_make(Driver *driver, GError **error);
/* A SELECT of the ids of the cases in which :found stands, in the newest texts; or :whole, when
 * that is enough. */
const char *driver_words_cases(void);
/* What :whole is for these words: each of them, up to ten; or :found: each or as a beginning.
 * Given. */
char *driver_words_asked(const char *words, bool is_whole);
