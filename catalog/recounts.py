"""Find and mend counts in schema live that a crash has left behind.

After a crash Flink goes on from a checkpoint and reads again what came after it, in other steps: a count
that was written between the two and taken back later may never be touched again. The posts themselves are
right, so the counts are held against them.
"""

from typing import Any, NamedTuple

from psycopg2 import sql
from psycopg2.extensions import cursor
from psycopg2.extras import execute_values

from catalog.postgres import connect
from catalog.settings import Postgres

RECOUNTS = {
    "count_by_country_category": "recount_by_country_category",
    "count_by_post_year_category": "recount_by_post_year_category",
    "count_by_age_group_category": "recount_by_age_group_category",
    "count_by_age_group_join_year_followers": "recount_by_age_group_join_year_followers",
    "count_by_join_year": "recount_by_join_year",
    "best_poster_by_country": "recount_best_poster_by_country",
}
"""View that counts anew, by the table that Flink keeps."""

Rows = frozenset[tuple[Any, ...]]


class Drift(NamedTuple):
    """Hold the rows of a count table that should not be there, and those that should."""

    surplus: Rows
    lacking: Rows

    def lasting(self, later: "Drift") -> "Drift":
        """Keep what a later look has found too; the rest was on its way."""
        return Drift(self.surplus & later.surplus, self.lacking & later.lacking)


def drifts(postgres: Postgres) -> dict[str, Drift]:
    """Find, by table, the rows that differ from a count of the posts that are there."""
    with connect(postgres) as opened, opened.cursor() as at:
        found = {
            table: _drift(at, sql.Identifier("live", table), sql.Identifier("live", counted))
            for table, counted in RECOUNTS.items()
        }
    return {table: drift for table, drift in found.items() if drift.surplus or drift.lacking}


def mend(postgres: Postgres, found: dict[str, Drift]) -> int:
    """Remove and add the rows found, except where another has written since; give the number of rows."""
    with connect(postgres) as opened, opened.cursor() as at:
        return sum(_mend(at, table, drift) for table, drift in found.items())


def recount(at: cursor) -> int:
    """Make every count that of the posts that are there, in an open transaction; give the rows changed."""
    changed = 0
    for table, counted in RECOUNTS.items():
        name = sql.Identifier(counted)
        at.execute(sql.SQL("CREATE TEMP TABLE {0} ON COMMIT DROP AS SELECT * FROM live.{0}").format(name))
        changed += _mend(at, table, _drift(at, sql.Identifier("live", table), name))
    return changed


def are_left_by_flink(at: cursor) -> bool:
    """Say whether Flink writes no counts, because a replay has corrected posts that it holds otherwise."""
    at.execute("SELECT EXISTS (SELECT 1 FROM live.corrected)")
    (found,) = at.fetchone() or (False,)
    return bool(found)


def _drift(at: cursor, table: sql.Identifier, counted: sql.Identifier) -> Drift:
    return Drift(_except(at, table, counted), _except(at, counted, table))


def _except(at: cursor, these: sql.Identifier, those: sql.Identifier) -> Rows:
    at.execute(sql.SQL("SELECT * FROM {} EXCEPT SELECT * FROM {}").format(these, those))
    return frozenset(at.fetchall())


def _mend(at: cursor, table: str, drift: Drift) -> int:
    name = sql.Identifier(table)
    if drift.surplus:
        values = sql.SQL(", ").join(sql.Placeholder() * len(next(iter(drift.surplus))))
        row = sql.SQL("(ROW({})::live.{})").format(values, name).as_string(at)
        remove = sql.SQL("DELETE FROM live.{} AS here USING (VALUES %s) AS gone (row) WHERE here = gone.row")
        execute_values(at, remove.format(name), list(drift.surplus), template=row)
    if drift.lacking:
        add = sql.SQL("INSERT INTO live.{} VALUES %s ON CONFLICT DO NOTHING")
        execute_values(at, add.format(name), list(drift.lacking))
    return len(drift.surplus) + len(drift.lacking)
