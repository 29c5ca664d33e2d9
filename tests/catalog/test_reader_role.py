from collections.abc import Iterator

import psycopg2
import pytest
from pydantic import SecretStr

from catalog.postgres import connect, ensure_reader, migrate
from catalog.settings import Postgres
from tests.servers.postgres import postgres_server


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Postgres]:
    with postgres_server(tmp_path_factory.mktemp("reader") / "data") as server:
        with connect(server) as connection, connection.cursor() as cursor:
            cursor.execute("CREATE TABLE iceberg_tables (metadata_location text)")
        migrate(server)
        own = server.model_copy(update={"reader_password": SecretStr("it's {secret}")})
        ensure_reader(own)
        ensure_reader(own)
        yield own.model_copy(update={"user": own.reader_user, "password": own.reader_password})


@pytest.mark.parametrize("relation", ["live.posts", "live.freshness_now"])
def test_the_reader_sees_tables_and_views(reader: Postgres, relation: str) -> None:
    with connect(reader) as connection, connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {relation}")
        assert cursor.fetchone() == (0,)


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM live.posts",
        "CREATE TABLE live.mine (one integer)",
        "CREATE TABLE public.mine (one integer)",
        "SELECT * FROM iceberg_tables",
        "COPY live.posts TO PROGRAM 'true'",
    ],
)
def test_the_reader_changes_nothing_and_sees_no_catalog(reader: Postgres, statement: str) -> None:
    with connect(reader) as connection, connection.cursor() as cursor:
        cursor.execute("SET default_transaction_read_only = off")
        connection.commit()
        with pytest.raises(psycopg2.errors.InsufficientPrivilege):
            cursor.execute(statement)
