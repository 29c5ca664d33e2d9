"""Run upkeep: every table of the lake, then Postgres, and remember what was found."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from psycopg2.extensions import connection

from catalog.columns import TABLES
from catalog.errors import SetupError, TransientError
from catalog.objects import open_objects
from catalog.postgres import connect_committing
from catalog.settings import Postgres, Settings
from catalog.tables import open_lake
from stack.questions import Engine, answer
from stack.upkeep.database import clear
from stack.upkeep.guard import Guard
from stack.upkeep.report import Report, State
from stack.upkeep.statements import open_upkeep
from stack.upkeep.store import Store
from stack.upkeep.table import Tended

QUESTION = "4"
TRIES = 2
LOCK = 7110  # names this lock among those of Postgres; no two runs at a time


def upkeep(
    settings: Settings,
    tables: Sequence[str] = tuple(TABLES),
    *,
    everything: bool = False,
    say: Callable[[str], None] = lambda _: None,
) -> list[Report]:
    """Tend tables of the lake, of closed days unless `everything`, and Postgres; give a report a table.

    Raises SetupError for a table that is not there, TransientError when another run goes on or Trino
    does not get through.
    """
    if unknown := {*tables} - {*TABLES}:
        raise SetupError(f"there is no table {min(unknown)}; there are {', '.join(TABLES)}")
    began_at = datetime.now(UTC)
    with _alone(settings.postgres) as opened:
        store = Store(opened)
        before = _question_seconds(settings)
        reports = _tend(settings, tables, store, everything, say)
        after = _question_seconds(settings)
        for report in reports:
            report.question_seconds_before, report.question_seconds_after = before, after
        store.save(began_at, reports)
        store.forget(began_at - timedelta(days=settings.upkeep.keep_days))
        cleared = clear(opened, settings.upkeep.keep_days)
    say(f"removed {cleared.minutes} old rows of activity, vacuumed {cleared.tables} tables of Postgres")
    return reports


def _tend(
    settings: Settings, tables: Sequence[str], store: Store, everything: bool, say: Callable[[str], None]
) -> list[Report]:
    """Tend one table after another; the first one whose rows have changed is the last."""
    reports: list[Report] = []
    with (
        open_lake(settings) as lake,
        open_upkeep(settings.trino) as run,
        open_objects(settings.s3) as objects,
    ):
        guard = Guard(objects)
        for name in tables:
            say(f"tending {name}")
            report = Tended(lake, run, name, settings.upkeep, store.known).tend(guard, everything=everything)
            reports += [report] if report else []
            if report and report.state != State.DONE:
                break
    return reports


@contextmanager
def _alone(postgres: Postgres) -> Iterator[connection]:
    """Open Postgres and keep other runs out until the block ends."""
    with connect_committing(postgres) as opened, opened.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", (LOCK,))
        if cursor.fetchone() != (True,):
            raise TransientError("another run of upkeep goes on; try again when it has ended")
        yield opened


def _question_seconds(settings: Settings) -> float:
    """Say how long question 4 takes, the best of two tries."""
    took = []
    for _ in range(TRIES):
        began = time.monotonic()
        answer(Engine.TRINO, settings, QUESTION)
        took.append(time.monotonic() - began)
    return round(min(took), 3)
