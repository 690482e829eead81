#ifndef EZSCOPE_CSQLITE_H
#define EZSCOPE_CSQLITE_H

#include <sqlite3.h>

// sqlite3_db_config takes variable arguments, which Swift does not import. Turns off triggers, views,
// functions in the schema and writes to SQLite's own tables: a file of others is data, not program.
int ez_sqlite_harden(sqlite3 *database);

// Binds a text that SQLite copies; SQLITE_TRANSIENT is a cast, which Swift does not import.
int ez_sqlite_bind_text(sqlite3_stmt *statement, int index, const char *text, int count);

#endif
