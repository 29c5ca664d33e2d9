"""Create what the jobs and the questions need: topics, tables, migrations, views."""

import re

from psycopg2 import errors
from psycopg2.extensions import cursor
from trino.dbapi import connect as connect_trino

from catalog.columns import CATALOG, NAMESPACE
from catalog.dead_letters.alerts import write_limits
from catalog.postgres import connect, ensure_monitor, ensure_reader, ensure_writer, migrate
from catalog.settings import ROOT, Postgres, Settings, Trino
from catalog.tables import ensure_tables, open_lake
from catalog.topics import ensure_topics

VIEWS = ROOT / "sql" / "90_ask" / "trino" / "views"
LIVE_QUESTIONS = ROOT / "sql" / "90_ask" / "postgres"


def ensure(settings: Settings) -> None:
    """Create every topic and table that is missing, and the live views; existing tables stay as they are."""
    ensure_topics(settings.kafka)
    migrate(settings.postgres)
    ensure_live_views(settings.postgres)
    ensure_reader(settings.postgres)
    ensure_monitor(settings.postgres)
    write_limits(settings.postgres, settings.dead_letters)
    ensure_tables(open_lake(settings))
    ensure_writer(settings.postgres)


def ensure_views(trino: Trino) -> None:
    """Create or replace the Trino views over the lake, one a file of `sql/90_ask/trino/views`."""
    with connect_trino(host=trino.host, port=trino.port, user=trino.user) as connection:
        for path in sorted(VIEWS.glob("*.sql")):
            view = f"{CATALOG}_rw.{NAMESPACE}.{path.stem}"
            text = f"CREATE OR REPLACE VIEW {view} SECURITY INVOKER AS {path.read_text()}"
            connection.cursor().execute(text).fetchall()


def live_views() -> dict[str, str]:
    """Give the text of each Postgres view by its name: that of a question's file without the number."""
    return {
        re.sub(r"^q\w+?_", "", path.stem): path.read_text() for path in sorted(LIVE_QUESTIONS.glob("q*.sql"))
    }


def ensure_live_views(postgres: Postgres) -> None:
    """Create or replace the views `live.<question>`, all of them or none."""
    with connect(postgres) as opened, opened.cursor() as at:
        for name, text in live_views().items():
            _replace(at, name, text)


def _replace(at: cursor, name: str, text: str) -> None:
    """Replace a view; Postgres refuses one whose columns changed, so that is dropped first."""
    at.execute("SAVEPOINT before_view")
    try:
        at.execute(f"CREATE OR REPLACE VIEW live.{name} AS {text}")
    except errors.InvalidTableDefinition:
        at.execute("ROLLBACK TO before_view")
        at.execute(f"DROP VIEW live.{name}")
        at.execute(f"CREATE VIEW live.{name} AS {text}")
