"""Read freshness as it is now."""

from datetime import datetime
from typing import Any

from catalog.names import Stage, Stream
from catalog.postgres import connect
from catalog.settings import Postgres

COLUMNS = (
    *("records", "p50_seconds", "p99_seconds", "objective_seconds", "share_within", "met"),
    *("waiting", "overdue", "oldest_waiting_seconds", "measured_at"),
)


def freshness(postgres: Postgres) -> list[dict[str, Any]]:
    """Give a row a stage and stream over the last hour, its times in ISO form; raises psycopg2.Error.

    Everything is null where nothing was ever measured; `met` where nothing was, or nobody measures.
    """
    with connect(postgres) as connection, connection.cursor() as cursor:
        cursor.execute(f"SELECT stage, stream, {', '.join(COLUMNS)} FROM live.freshness_now")  # noqa: S608
        rows = [dict(zip(("stage", "stream", *COLUMNS), row, strict=True)) for row in cursor.fetchall()]
    found = {(row["stage"], row["stream"]): _plain(row) for row in rows}
    return [
        found.get((stage, stream), {"stage": stage, "stream": stream, **dict.fromkeys(COLUMNS)})
        for stage in Stage
        for stream in Stream
    ]


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in row.items()}
