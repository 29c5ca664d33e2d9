"""Post random rows of a database, as the clients do that keep posts in tables."""

import json
from collections.abc import Iterator
from decimal import Decimal
from random import Random
from typing import Any

from sqlalchemy import Connection, MetaData, Table, create_engine, make_url, select
from sqlalchemy.exc import ArgumentError, NoSuchTableError, SQLAlchemyError

from catalog.contracts import contract
from catalog.errors import SetupError
from catalog.names import Stream
from ingest.emulator.events import Event, Post, Posts, Tally

TABLES = {Stream.PIN: "pinterest_data", Stream.GEO: "geolocation_data", Stream.USER: "user_data"}
LAST_NUMBER = 11_000
"""Clients draw numbers from 0 to this one, both included."""


def read_database(address: str, seed: int, tally: Tally) -> Posts:
    """Give the rows of a drawn number from each table, without end; numbers in no table are passed over.

    The seed decides the numbers as `random.seed` does for the clients: 100 gives 7528, 2863, 5730. The rows
    of all these numbers are read at once and kept in memory. Raises SetupError when the address (SQLAlchemy's
    form) leads to no such tables, or these hold none of the numbers.
    """
    rows = {stream: _rows(address, stream) for stream in Stream}
    if not any(rows.values()):
        raise SetupError(f"no table of {', '.join(TABLES.values())} has a number from 0 to {LAST_NUMBER}")
    return _drawn(rows, Random(seed), tally)  # noqa: S311


def numbers(rng: Random) -> Iterator[int]:
    """Draw as the clients do: a pause first, which the pace takes the place of, then a number."""
    while True:
        rng.randrange(0, 2)
        yield rng.randint(0, LAST_NUMBER)


def _drawn(rows: dict[Stream, dict[int, bytes]], rng: Random, tally: Tally) -> Iterator[Post]:
    for number in numbers(rng):
        post = [Event(stream, number, rows[stream][number]) for stream in Stream if number in rows[stream]]
        for event in post:
            tally.add(event.stream, "given")
        if post:
            yield post


def _rows(address: str, stream: Stream) -> dict[int, bytes]:
    try:
        engine = create_engine(make_url(address))
    except ArgumentError as fault:
        raise SetupError("--database wants an address such as sqlite:///posts.db") from fault
    except (SQLAlchemyError, ModuleNotFoundError) as fault:
        raise SetupError(f"--database: {fault}") from fault
    try:
        with engine.connect() as connection:
            return _read(connection, stream)
    except NoSuchTableError as fault:
        raise SetupError(f"--database: there is no table {fault}") from fault
    except SQLAlchemyError as fault:
        raise SetupError(f"--database: {str(fault).splitlines()[0]}") from fault
    finally:
        engine.dispose()


def _read(connection: Connection, stream: Stream) -> dict[int, bytes]:
    table = Table(TABLES[stream], MetaData(), autoload_with=connection)
    name = contract(stream).number
    if name not in table.c:
        raise SetupError(f"--database: {TABLES[stream]} has no column {name}")
    asked = select(table).where(table.c[name].between(0, LAST_NUMBER))
    return {int(row[name]): _as_json(dict(row)) for row in connection.execute(asked).mappings()}


def _as_json(row: dict[str, Any]) -> bytes:
    return json.dumps(row, default=_plain).encode()


def _plain(value: object) -> object:
    """Write what JSON has no form for: decimals as numbers, moments as `2021-04-19 17:37:03`."""
    return float(value) if isinstance(value, Decimal) else str(value)
