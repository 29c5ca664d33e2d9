"""The writer changes rows and nothing else; the monitor sees statistics and no row."""

from collections.abc import Iterator

import psycopg2
import pytest
from pydantic import SecretStr
from pyiceberg.catalog.sql import SqlCatalog

from catalog.postgres import connect, ensure_monitor, ensure_writer, migrate
from catalog.settings import Postgres
from tests.servers.postgres import postgres_server


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Postgres]:
    secrets = {"writer_password": SecretStr("it's {one}"), "monitor_password": SecretStr("two")}
    with postgres_server(tmp_path_factory.mktemp("roles") / "data") as found:
        own = found.model_copy(update=secrets)
        migrate(own)
        SqlCatalog("lake", uri=own.sqlalchemy_url).close()
        for _ in range(2):
            ensure_writer(own)
            ensure_monitor(own)
        yield own


def run(postgres: Postgres, statement: str) -> None:
    with connect(postgres) as connection, connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO live.posts (ind, title) VALUES (1, 'a') ON CONFLICT (ind) DO UPDATE SET title = 'b'",
        "DELETE FROM live.dead_letters",
        "INSERT INTO iceberg_tables VALUES ('lake', 'history', 'events', 's3://lake/1', NULL, 'TABLE')",
        "SELECT count(*) FROM live.migrations",
    ],
)
def test_the_writer_changes_rows(server: Postgres, statement: str) -> None:
    run(server.as_writer, statement)


def test_the_writer_may_write_to_tables_that_come_later(server: Postgres) -> None:
    run(server, "CREATE TABLE live.later (one integer)")
    run(server.as_writer, "INSERT INTO live.later VALUES (1)")


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE live.mine (one integer)",
        "CREATE TABLE public.mine (one integer)",
        "ALTER TABLE live.posts ADD COLUMN mine integer",
        "ALTER TABLE live.posts DISABLE TRIGGER ALL",
        "DROP TABLE live.posts",
        "TRUNCATE live.posts",
        "DELETE FROM live.migrations",
        "SELECT * FROM pg_authid",
        "CREATE ROLE mine",
        "COPY live.posts TO PROGRAM 'true'",
    ],
)
def test_the_writer_changes_no_table_and_no_role(server: Postgres, statement: str) -> None:
    with pytest.raises(psycopg2.errors.InsufficientPrivilege):
        run(server.as_writer, statement)


def test_the_monitor_sees_statistics_and_no_row(server: Postgres) -> None:
    monitor = server.model_copy(update={"user": server.monitor_user, "password": server.monitor_password})
    run(monitor, "SELECT query FROM pg_stat_activity")
    run(monitor, "SELECT pg_database_size('postgres')")
    for statement in ("SELECT * FROM live.posts", "SELECT * FROM iceberg_tables"):
        with pytest.raises(psycopg2.errors.InsufficientPrivilege):
            run(monitor, statement)
