"""Remember in Postgres what upkeep did."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from psycopg2 import sql
from psycopg2.extensions import connection

from stack.upkeep.report import Report
from stack.upkeep.statements import Content

KNOWN = """
    SELECT rows, hash_after FROM live.upkeep_partitions
    WHERE table_name = %s AND day = %s AND files_digest = %s LIMIT 1"""
FORGET = (
    "DELETE FROM live.upkeep WHERE began_at < %(before)s",
    """DELETE FROM live.upkeep_partitions AS old WHERE began_at < %(before)s AND EXISTS (
        SELECT 1 FROM live.upkeep_partitions AS later
        WHERE later.table_name = old.table_name AND later.day = old.day AND later.began_at > old.began_at)""",
)


class Store:
    """Hold the door to the tables `live.upkeep` and `live.upkeep_partitions`."""

    def __init__(self, opened: connection) -> None:
        self._opened = opened

    def known(self, table: str, day: date, digest: str) -> Content | None:
        """Recall the content of a day by the name of its set of files."""
        with self._opened.cursor() as cursor:
            cursor.execute(KNOWN, (table, day, digest))
            found = cursor.fetchone()
        return Content(*found) if found else None

    def save(self, began_at: datetime, reports: Iterable[Report]) -> None:
        """Write down one run."""
        for report in reports:
            row = report.as_row()
            name = row.pop("table")
            self._insert("upkeep", {"began_at": began_at, "table_name": name, **row})
            for day in report.days:
                self._insert("upkeep_partitions", {"began_at": began_at, "table_name": name, **vars(day)})

    def forget(self, before: datetime) -> None:
        """Remove runs that began before a moment, but of each day what was hashed last."""
        with self._opened.cursor() as cursor:
            for statement in FORGET:
                cursor.execute(statement, {"before": before})

    def _insert(self, table: str, row: dict[str, Any]) -> None:
        statement = sql.SQL("INSERT INTO live.{} ({}) VALUES ({})").format(
            sql.Identifier(table),
            sql.SQL(", ").join(map(sql.Identifier, row)),
            sql.SQL(", ").join(sql.Placeholder() * len(row)),
        )
        with self._opened.cursor() as cursor:
            cursor.execute(statement, list(row.values()))
