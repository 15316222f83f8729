#!/bin/sh
# Once, when the database is made: the role that the service works as, which does not own the log.
set -eu
psql -v ON_ERROR_STOP=1 -U "$POSTGRES_USER" -d "$POSTGRES_DB" -v password="$POSTGRES_SERVICE_PASSWORD" <<'SQL'
create role mingzhang_service login password :'password';
SQL
