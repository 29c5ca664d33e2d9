"""Look ten times a second whether the records that are waited for are visible in Postgres."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from catalog.names import Stage, Stream
from catalog.postgres import connect
from catalog.settings import Postgres
from observe.records import Place, Record
from observe.watch import Watch

PARTS = """
    SELECT ind, pin_partition, pin_offset, geo_partition, geo_offset, user_partition, user_offset
    FROM live.posts WHERE ind = ANY(%s)"""
LETTERS = """
    SELECT kafka_topic, kafka_partition, kafka_offset
    FROM unnest(%s::text[], %s::integer[], %s::bigint[]) AS asked (kafka_topic, kafka_partition, kafka_offset)
    INNER JOIN live.dead_letters USING (kafka_topic, kafka_partition, kafka_offset)"""

Parts = dict[tuple[Stream, int], tuple[int, int]]
"""Partition and offset of each part of a post that is there, by stream and number."""


@contextmanager
def following(postgres: Postgres, watch: Watch) -> Iterator[Callable[[], None]]:
    """Give a step that counts what has become visible; raises psycopg2.Error."""
    with connect(postgres) as connection, connection.cursor() as cursor:

        def step() -> None:
            _step(cursor, watch)
            connection.commit()

        yield step


def _step(cursor: Any, watch: Watch) -> None:
    waiting = watch.waiting(Stage.LIVE)
    seen = time.time()
    parts = _parts(cursor, {record.number for record in waiting if record.number is not None})
    letters = _letters(cursor, [record.place for record in waiting if record.number is None])
    here = {record for record in waiting if _is_here(record, parts) or record.place in letters}
    watch.show(Stage.LIVE, here, seen)
    # Its number has an older part: a newer version on its way, or a repeat, which will never show.
    watch.doubt({record for record in waiting if (record.stream, record.number) in parts} - here)


def _is_here(record: Record, parts: Parts) -> bool:
    partition, offset = parts.get((record.stream, record.number), (-1, -1))  # type: ignore[arg-type]
    return partition == record.partition and offset >= record.offset


def _parts(cursor: Any, numbers: set[int]) -> Parts:
    if not numbers:
        return {}
    cursor.execute(PARTS, (list(numbers),))
    return {
        (stream, row[0]): (row[1 + 2 * at], row[2 + 2 * at])
        for row in cursor.fetchall()
        for at, stream in enumerate(Stream)
        if row[2 + 2 * at] is not None
    }


def _letters(cursor: Any, places: list[Place]) -> set[Place]:
    if not places:
        return set()
    cursor.execute(LETTERS, tuple(list(column) for column in zip(*places, strict=True)))
    return set(cursor.fetchall())
