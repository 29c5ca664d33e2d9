"""Create what the jobs and the questions need: topics, tables, migrations, views."""

from collections.abc import Iterable
from pathlib import Path

from trino.dbapi import connect as connect_trino

from catalog.columns import CATALOG, NAMESPACE
from catalog.postgres import migrate
from catalog.settings import Settings, Trino
from catalog.tables import ensure_tables, open_lake
from catalog.topics import ensure_topics

VIEWS = Path(__file__).resolve().parent.parent / "sql" / "90_ask" / "trino" / "views"


def ensure(settings: Settings) -> None:
    """Create every topic, live table and lake table that is missing; what exists stays as it is."""
    ensure_topics(settings.kafka)
    migrate(settings.postgres)
    ensure_tables(open_lake(settings))


def ensure_views(trino: Trino) -> None:
    """Create or replace the Trino views over the lake, one a file of `sql/90_ask/trino/views`."""
    statements = (
        f"CREATE OR REPLACE VIEW {CATALOG}_rw.{NAMESPACE}.{path.stem} SECURITY INVOKER AS {path.read_text()}"
        for path in sorted(VIEWS.glob("*.sql"))
    )
    _run(trino, statements)


def _run(trino: Trino, statements: Iterable[str]) -> None:
    with connect_trino(host=trino.host, port=trino.port, user=trino.user) as connection:
        for statement in statements:
            connection.cursor().execute(statement).fetchall()
