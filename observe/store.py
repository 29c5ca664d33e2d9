"""Write what was measured to Postgres, a few seconds apart, and remove what is old."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from psycopg2.extras import execute_values

from catalog.names import Stage, Stream
from catalog.postgres import connect
from catalog.settings import Postgres
from observe.watch import Watch

ADD = """
    INSERT INTO live.freshness AS kept (minute, stage, stream, at_most_seconds, records) VALUES %s
    ON CONFLICT (minute, stage, stream, at_most_seconds)
    DO UPDATE SET records = kept.records + excluded.records"""
SET = """
    INSERT INTO live.freshness_waiting
        (stage, stream, objective_seconds, records, overdue, oldest_seconds, measured_at) VALUES %s
    ON CONFLICT (stage, stream) DO UPDATE SET objective_seconds = excluded.objective_seconds,
        records = excluded.records, overdue = excluded.overdue, oldest_seconds = excluded.oldest_seconds,
        measured_at = excluded.measured_at"""
DELETE = "DELETE FROM live.freshness WHERE minute < now() - make_interval(days => %s)"


@contextmanager
def storing(postgres: Postgres, watch: Watch, keep_days: int) -> Iterator[Callable[[], None]]:
    """Give a step that stores what was counted since the last one; what it cannot store, the next one does.

    Raises psycopg2.Error.
    """
    with connect(postgres) as connection, connection.cursor() as cursor:

        def step() -> None:
            counts = watch.tally.to_store()
            rows = [(datetime.fromtimestamp(each.minute, UTC), *each[1:], n) for each, n in counts.items()]
            execute_values(cursor, ADD, sorted(rows))
            execute_values(cursor, SET, _states(watch))
            cursor.execute(DELETE, (keep_days,))
            connection.commit()
            watch.tally.stored(counts)

        yield step


def _states(watch: Watch) -> list[tuple[Any, ...]]:
    now = datetime.now(UTC)
    return [
        (stage, stream, watch.objectives[stage], *watch.state(stage, stream), now)
        for stage in Stage
        for stream in Stream
    ]
