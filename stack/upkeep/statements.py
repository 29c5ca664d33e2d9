"""Statements of upkeep, run by Trino; those that lose against a commit of a job are tried again."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any, NamedTuple

import trino
from tenacity import retry, retry_if_exception, stop_after_attempt, wait_random_exponential

from catalog.columns import CATALOG, NAMESPACE, TABLES
from catalog.errors import TransientError
from catalog.settings import Trino

CONFLICTS = {"ICEBERG_COMMIT_ERROR", "ICEBERG_CATALOG_ERROR", "TRANSACTION_CONFLICT"}
ATTEMPTS = 8
NESTED = ("binary", "list", "map")

Run = Callable[[str], list[tuple[Any, ...]]]


class Content(NamedTuple):
    """Hold how many rows a day has, and a hash over them in any order."""

    rows: int
    hash: str


@contextmanager
def open_upkeep(settings: Trino) -> Iterator[Run]:
    """Open the one catalog that may write, and give what runs a statement in it and fetches its rows."""
    with trino.dbapi.connect(
        host=settings.host,
        port=settings.port,
        user=settings.user,
        catalog=f"{CATALOG}_rw",
        schema=NAMESPACE,
        timezone="UTC",
    ) as connection:
        yield lambda statement: _run(connection, statement)


def manifests(run: Run, table: str) -> None:
    """Write the lists of files anew; without it, optimize takes minutes and loses against appends."""
    run(f"ALTER TABLE {table} EXECUTE optimize_manifests")


def optimize(run: Run, table: str, before: date | None) -> None:
    """Join small files, of days before a date only when one is given."""
    days = f" WHERE accepted_at < {_moment(before)}" if before else ""
    run(f"ALTER TABLE {table} EXECUTE optimize{days}")


def expire(run: Run, table: str, keep: timedelta) -> None:
    """Forget snapshots older than this; the table's own property keeps the last 50, tags keep theirs."""
    run(f"ALTER TABLE {table} EXECUTE expire_snapshots(retention_threshold => '{_seconds(keep)}s')")


def remove_orphans(run: Run, table: str, keep: timedelta) -> None:
    """Remove files older than this that no snapshot names."""
    run(f"ALTER TABLE {table} EXECUTE remove_orphan_files(retention_threshold => '{_seconds(keep)}s')")


def analyze(run: Run, table: str) -> None:
    """Count distinct values of the plain columns, for the plans of joins."""
    columns = (f"'{name}'" for name, kind in TABLES[table].items() if not kind.startswith(NESTED))
    run(f"ANALYZE {table} WITH (columns = ARRAY[{', '.join(columns)}])")


def contents(run: Run, table: str, snapshot: int, days: Iterable[date]) -> dict[date, Content]:
    """Count and hash the rows of some days as a snapshot has them."""
    wanted = sorted(days)
    if not wanted:
        return {}
    columns = ", ".join(f'"{name}"' for name in TABLES[table])
    rows = run(
        f"SELECT CAST(accepted_at AS date), count(*), to_hex(checksum(ROW({columns})))"  # noqa: S608
        f" FROM {table} FOR VERSION AS OF {snapshot}"
        f" WHERE accepted_at >= {_moment(wanted[0])} AND accepted_at < {_moment(wanted[-1] + timedelta(1))}"
        " GROUP BY 1"
    )
    found = {day: Content(count, digest) for day, count, digest in rows}
    return {day: found.get(day, Content(0, "")) for day in wanted}


def _is_conflict(error: BaseException) -> bool:
    return isinstance(error, trino.exceptions.TrinoQueryError) and error.error_name in CONFLICTS


@retry(
    stop=stop_after_attempt(ATTEMPTS),
    wait=wait_random_exponential(max=20),
    retry=retry_if_exception(_is_conflict),
    reraise=True,
)
def _attempt(connection: trino.dbapi.Connection, statement: str) -> list[tuple[Any, ...]]:
    cursor = connection.cursor().execute(statement)
    return [tuple(row) for row in cursor.fetchall()]


def _run(connection: trino.dbapi.Connection, statement: str) -> list[tuple[Any, ...]]:
    try:
        return _attempt(connection, statement)
    except trino.exceptions.TrinoQueryError as error:
        raise TransientError(f"Trino did not get through with: {statement}\n{error.message}") from error


def _moment(day: date) -> str:
    return f"TIMESTAMP '{day} 00:00:00 UTC'"


def _seconds(time: timedelta) -> int:
    return int(time.total_seconds())
