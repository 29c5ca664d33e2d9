"""Ask the questions of sql/90_ask, or any other, on Trino over history or on Postgres over the live views."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Any

import psycopg2
import requests
import trino

from catalog.columns import CATALOG, NAMESPACE
from catalog.errors import SetupError, TransientError
from catalog.postgres import connect
from catalog.settings import ROOT, Settings

FOLDER = ROOT / "sql" / "90_ask"

Rows = list[dict[str, Any]]


class Engine(StrEnum):
    """Name the engines that answer."""

    TRINO = "trino"
    POSTGRES = "postgres"


class Median(StrEnum):
    """Say how an even number of values is read: the mean of the two middle ones, or the lower one."""

    MEAN = "mean"
    LOWER = "lower"


def questions(engine: Engine) -> dict[str, Path]:
    """Give the file of each question by its number (`4`, `6a`), in their order."""
    found = {
        path: re.match(r"q0*(\d+[a-z]?)_", path.name) for path in sorted((FOLDER / engine).glob("q*.sql"))
    }
    return {match[1]: path for path, match in found.items() if match}


def answers(engine: Engine, settings: Settings, median: Median = Median.MEAN) -> dict[str, Rows]:
    """Answer every question by its number; on Postgres all of them as of one moment."""
    with _cursor(engine, settings) as cursor:
        return {number: _answer(cursor, path, median) for number, path in questions(engine).items()}


def answer(engine: Engine, settings: Settings, number: str, median: Median = Median.MEAN) -> Rows:
    """Answer one question; raises SetupError when there is none of this number."""
    path = questions(engine).get(number)
    if path is None:
        raise SetupError(f"There is no question {number}; there are {', '.join(questions(engine))}")
    with _cursor(engine, settings) as cursor:
        return _answer(cursor, path, median)


def query(engine: Engine, settings: Settings, text: str) -> Rows:
    """Run one reading statement."""
    with _cursor(engine, settings) as cursor:
        return _rows(cursor, text)


def _answer(cursor: Any, path: Path, median: Median) -> Rows:
    rows = _rows(cursor, path.read_text())
    for row in rows:
        lower = row.pop("median_follower_count_lower", None)
        if median == Median.LOWER and lower is not None:
            row["median_follower_count"] = lower
    return rows


def _rows(cursor: Any, text: str) -> Rows:
    cursor.execute(text)
    values = cursor.fetchall() if cursor.description else []
    names = [column[0] for column in cursor.description or ()]
    return [dict(zip(names, row, strict=True)) for row in values]


@contextmanager
def _cursor(engine: Engine, settings: Settings) -> Iterator[Any]:
    try:
        with _trino(settings) if engine == Engine.TRINO else _postgres(settings) as cursor:
            yield cursor
    except (
        psycopg2.OperationalError,
        requests.ConnectionError,
        trino.exceptions.TrinoConnectionError,
    ) as error:
        raise TransientError(f"{engine} does not answer ({error}); see `pinflow status`") from error
    except (psycopg2.Error, trino.exceptions.TrinoUserError) as error:
        raise SetupError(f"{engine} refuses this statement: {error}") from error


@contextmanager
def _postgres(settings: Settings) -> Iterator[Any]:
    with connect(settings.postgres) as connection:
        connection.set_session(isolation_level="REPEATABLE READ", readonly=True)
        with connection.cursor() as cursor:
            yield cursor


@contextmanager
def _trino(settings: Settings) -> Iterator[Any]:
    address = settings.trino
    with trino.dbapi.connect(
        host=address.host,
        port=address.port,
        user=address.user,
        catalog=CATALOG,
        schema=NAMESPACE,
        timezone="UTC",
    ) as connection:
        yield connection.cursor()
