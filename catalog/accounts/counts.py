"""Compare the count tables of schema live with counts of posts recomputed past every engine."""

from psycopg2 import sql

from catalog.postgres import connect
from catalog.recompute.answers import Post
from catalog.recompute.counts import Counts, counts
from catalog.settings import Postgres

COUNTED = ("users", "people", "posts")


def unequal_counts(postgres: Postgres, of: list[Post]) -> dict[str, Counts]:
    """Give the rows that differ, by table and key, with what they should count: nothing for surplus rows."""
    unequal: dict[str, Counts] = {}
    for table, expected in counts(of).items():
        present = live_counts(postgres, table)
        for key in {*expected, *present}:
            if expected.get(key) != present.get(key):
                unequal.setdefault(table, {})[key] = expected.get(key, ())
    return unequal


def live_counts(postgres: Postgres, table: str) -> Counts:
    """Read a count table of schema live."""
    with connect(postgres) as opened, opened.cursor() as cursor:
        cursor.execute(sql.SQL("SELECT * FROM live.{}").format(sql.Identifier(table)))
        names = [column.name for column in cursor.description or ()]
        keys = sum(name not in COUNTED for name in names)
        return {row[:keys]: row[keys:] for row in cursor.fetchall()}
