"""The panels that are read from Postgres, each as often as it may cost."""

import time
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import psycopg2
from psycopg2.extensions import cursor as Cursor

from catalog.postgres import connect
from catalog.settings import Postgres
from dashboard.panels import Panel
from dashboard.values import iso, plain

Rows = list[dict[str, Any]]
STATEMENT_MILLISECONDS = 2000
DEAR = 20
"""A panel is read again after this many times what its last reading took, so that none takes over 5 %."""


@dataclass
class Shown:
    """Hold the newest rows of a panel, or why there are none; `read_at` is in UTC."""

    rows: Rows = field(default_factory=list)
    read_at: str | None = None
    error: str | None = None


class Database:
    """Read the panels that are due over one connection, made anew when it breaks."""

    def __init__(self, postgres: Postgres, panels: tuple[Panel, ...]) -> None:
        self._postgres = postgres
        self._panels = panels
        self._shown = {panel.name: Shown() for panel in panels}
        self._due = dict.fromkeys(self._shown, 0.0)
        self._open = ExitStack()
        self._cursor: Cursor | None = None

    def read(self) -> dict[str, Shown]:
        """Read what is due and give every panel; raises psycopg2.Error when Postgres does not answer."""
        try:
            cursor = self._cursor or self._connect()
            for panel in self._panels:
                if time.monotonic() >= self._due[panel.name]:
                    self._read_one(panel, cursor)
        except (psycopg2.OperationalError, psycopg2.InterfaceError):
            self.close()
            raise
        return dict(self._shown)

    def close(self) -> None:
        """Close the connection."""
        self._cursor = None
        with self._open.pop_all():
            pass

    def _connect(self) -> Cursor:
        with ExitStack() as made:
            opened = made.enter_context(connect(self._postgres))
            opened.set_session(readonly=True)
            self._cursor = opened.cursor()
            self._cursor.execute("SET statement_timeout = %s", (STATEMENT_MILLISECONDS,))
            self._cursor.execute("SET max_parallel_workers_per_gather = 0")
            opened.commit()
            self._open = made.pop_all()
        return self._cursor

    def _read_one(self, panel: Panel, cursor: Cursor) -> None:
        began = time.monotonic()
        try:
            self._shown[panel.name] = Shown(self._ask(panel, cursor), iso(datetime.now(UTC)))
        except psycopg2.errors.QueryCanceled:
            self._fail(panel, f"this took longer than {STATEMENT_MILLISECONDS // 1000} s")
        except psycopg2.ProgrammingError:
            self._fail(panel, "this is not in the database yet; ./pinflow up makes it")
        cursor.connection.rollback()
        took = time.monotonic() - began
        self._due[panel.name] = began + max(panel.every_seconds - 0.1, DEAR * took)

    def _ask(self, panel: Panel, cursor: Cursor) -> Rows:
        before = self._shown[panel.name].rows
        cursor.execute(panel.text, {"since": before[-1]["accepted_at"] if panel.goes_on and before else None})
        names = [column.name for column in cursor.description or ()]
        return [dict(zip(names, map(plain, row), strict=True)) for row in cursor.fetchall()]

    def _fail(self, panel: Panel, why: str) -> None:
        before = self._shown[panel.name]
        self._shown[panel.name] = Shown(before.rows, before.read_at, why)
