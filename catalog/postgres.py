"""The door to Postgres, and its migrations."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg2
from psycopg2 import sql
from psycopg2.extensions import connection
from pydantic import SecretStr

from catalog.settings import Postgres

MIGRATIONS = Path(__file__).parent / "migrations"
MIGRATIONS_TABLE = """
    CREATE TABLE IF NOT EXISTS live.migrations (name text PRIMARY KEY, run_at timestamptz DEFAULT now())"""

LOGIN = "ALTER ROLE {role} LOGIN NOSUPERUSER PASSWORD {password}"
ROWS = "SELECT, INSERT, UPDATE, DELETE"
WRITER = (
    LOGIN,
    "GRANT USAGE ON SCHEMA live TO {role}",
    f"GRANT {ROWS} ON ALL TABLES IN SCHEMA live TO {{role}}",
    f"ALTER DEFAULT PRIVILEGES IN SCHEMA live GRANT {ROWS} ON TABLES TO {{role}}",
    "REVOKE INSERT, UPDATE, DELETE ON live.migrations FROM {role}",
    f"GRANT {ROWS} ON iceberg_tables, iceberg_namespace_properties TO {{role}}",
)
READER = (
    LOGIN,
    "ALTER ROLE {role} SET default_transaction_read_only = on",
    "GRANT USAGE ON SCHEMA live TO {role}",
    "GRANT SELECT ON ALL TABLES IN SCHEMA live TO {role}",
    "ALTER DEFAULT PRIVILEGES IN SCHEMA live GRANT SELECT ON TABLES TO {role}",
)
MONITOR = (
    LOGIN,
    "ALTER ROLE {role} SET default_transaction_read_only = on",
    "GRANT pg_monitor TO {role}",
)


@contextmanager
def connect(postgres: Postgres) -> Iterator[connection]:
    """Open a connection in UTC, commit when the block ends well, close always."""
    with connect_committing(postgres) as opened:
        opened.autocommit = False
        with opened:
            yield opened


@contextmanager
def connect_committing(postgres: Postgres) -> Iterator[connection]:
    """Open a connection in UTC that commits each statement by itself, and close it when the block ends."""
    opened = psycopg2.connect(
        host=postgres.host,
        port=postgres.port,
        dbname=postgres.database,
        user=postgres.user,
        password=postgres.password.get_secret_value(),
        connect_timeout=5,
        options="-c timezone=UTC",
    )
    opened.autocommit = True
    try:
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


def ensure_writer(postgres: Postgres) -> None:
    """Let the writer change rows of the schema live and of the lake's catalog, which must be there."""
    ensure_role(postgres, postgres.writer_user, postgres.writer_password, WRITER)


def ensure_reader(postgres: Postgres) -> None:
    """Let the reader see every table and view of the schema live, and change nothing."""
    ensure_role(postgres, postgres.reader_user, postgres.reader_password, READER)


def ensure_monitor(postgres: Postgres) -> None:
    """Let the monitor see what Postgres measures of itself, and no data."""
    ensure_role(postgres, postgres.monitor_user, postgres.monitor_password, MONITOR)


def ensure_role(postgres: Postgres, name: str, secret: SecretStr, statements: tuple[str, ...]) -> None:
    """Make a role that is not there, and run what gives it its password and its rights."""
    role, password = sql.Identifier(name), sql.Literal(secret.get_secret_value())
    with connect(postgres) as opened, opened.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (name,))
        if cursor.fetchone() is None:
            cursor.execute(sql.SQL("CREATE ROLE {}").format(role))
        for statement in statements:
            cursor.execute(sql.SQL(statement).format(role=role, password=password))
