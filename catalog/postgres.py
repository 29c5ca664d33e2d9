"""The door to Postgres, and its migrations."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg2
from psycopg2 import sql
from psycopg2.extensions import connection

from catalog.settings import Postgres

MIGRATIONS = Path(__file__).parent / "migrations"
MIGRATIONS_TABLE = """
    CREATE TABLE IF NOT EXISTS live.migrations (name text PRIMARY KEY, run_at timestamptz DEFAULT now())"""

READER = (
    "ALTER ROLE {reader} LOGIN NOSUPERUSER PASSWORD {password}",
    "ALTER ROLE {reader} SET default_transaction_read_only = on",
    "GRANT USAGE ON SCHEMA live TO {reader}",
    "GRANT SELECT ON ALL TABLES IN SCHEMA live TO {reader}",
    "ALTER DEFAULT PRIVILEGES IN SCHEMA live GRANT SELECT ON TABLES TO {reader}",
)


@contextmanager
def connect(postgres: Postgres) -> Iterator[connection]:
    """Open a connection in UTC, commit when the block ends well, close always."""
    opened = psycopg2.connect(
        host=postgres.host,
        port=postgres.port,
        dbname=postgres.database,
        user=postgres.user,
        password=postgres.password.get_secret_value(),
        connect_timeout=5,
        options="-c timezone=UTC",
    )
    try:
        with opened:
            yield opened
    finally:
        opened.close()


def migrate(postgres: Postgres) -> list[str]:
    """Run every migration not yet run, in the order of their names, and name those run."""
    with connect(postgres) as opened, opened.cursor() as cursor:
        cursor.execute("CREATE SCHEMA IF NOT EXISTS live")
        cursor.execute(MIGRATIONS_TABLE)
        cursor.execute("LOCK TABLE live.migrations")
        cursor.execute("SELECT name FROM live.migrations")
        done = {name for (name,) in cursor.fetchall()}
        waiting = [path for path in sorted(MIGRATIONS.glob("*.sql")) if path.name not in done]
        for path in waiting:
            cursor.execute(path.read_text())
            cursor.execute("INSERT INTO live.migrations (name) VALUES (%s)", (path.name,))
    return [path.name for path in waiting]


def ensure_reader(postgres: Postgres) -> None:
    """Let the reader see every table and view of the schema live, and change nothing."""
    reader = sql.Identifier(postgres.reader_user)
    password = sql.Literal(postgres.reader_password.get_secret_value())
    with connect(postgres) as opened, opened.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (postgres.reader_user,))
        if cursor.fetchone() is None:
            cursor.execute(sql.SQL("CREATE ROLE {}").format(reader))
        for statement in READER:
            cursor.execute(sql.SQL(statement).format(reader=reader, password=password))
