#pragma once

#include <libpq-fe.h>

/// The field codes of postgres_ext.h are character macros, which Swift cannot see.
static const int CPOSTGRES_SQLSTATE = PG_DIAG_SQLSTATE;
static const int CPOSTGRES_MESSAGE_PRIMARY = PG_DIAG_MESSAGE_PRIMARY;
static const int CPOSTGRES_CONSTRAINT_NAME = PG_DIAG_CONSTRAINT_NAME;
static const int CPOSTGRES_TABLE_NAME = PG_DIAG_TABLE_NAME;
static const int CPOSTGRES_STATEMENT_POSITION = PG_DIAG_STATEMENT_POSITION;
