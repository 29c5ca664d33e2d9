"""Upkeep of Postgres: old minutes of the activity tables become days, and what is dead is vacuumed."""

from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from psycopg2 import sql
from psycopg2.extensions import connection

TO_DAYS = """
    INSERT INTO live.activity_by_day (day, stream, outcome, records)
    SELECT CAST(minute AS date), stream, outcome, sum(records)
    FROM live.activity_by_stream WHERE minute < %s GROUP BY 1, 2, 3
    ON CONFLICT (day, stream, outcome) DO UPDATE SET records = excluded.records"""
ACTIVITY = ("activity_by_stream", "activity_by_category", "activity_by_country")
TABLES = """
    SELECT schemaname, tablename FROM pg_tables
    WHERE schemaname NOT IN ('pg_catalog', 'information_schema') ORDER BY 1, 2"""


class Cleared(NamedTuple):
    """Count what was removed from Postgres, and the tables that were vacuumed."""

    minutes: int
    tables: int


def clear(opened: connection, keep_days: int) -> Cleared:
    """Remove activity older than whole days, keeping its sums, then vacuum and analyze every table.

    A job that started anew has counted whole days again, so that its sums replace the former ones.
    The connection must commit each statement by itself, as VACUUM demands.
    """
    today = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None)
    return Cleared(_remove(opened, today - timedelta(days=keep_days)), _vacuum(opened))


def _remove(opened: connection, before: datetime) -> int:
    removed = 0
    with opened.cursor() as cursor:
        cursor.execute("BEGIN")
        cursor.execute(TO_DAYS, (before,))
        for table in map(sql.Identifier, ACTIVITY):
            cursor.execute(sql.SQL("DELETE FROM live.{} WHERE minute < %s").format(table), (before,))
            removed += cursor.rowcount
        cursor.execute("COMMIT")
    return removed


def _vacuum(opened: connection) -> int:
    with opened.cursor() as cursor:
        cursor.execute(TABLES)
        names = cursor.fetchall()
        for schema, table in names:
            cursor.execute(sql.SQL("VACUUM (ANALYZE) {}").format(sql.Identifier(schema, table)))
    return len(names)
