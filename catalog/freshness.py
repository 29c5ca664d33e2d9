"""Read freshness as it is now."""

from datetime import datetime
from typing import Any

from catalog.names import Stage, Stream
from catalog.postgres import connect
from catalog.settings import Postgres

UNKNOWN = {"records": None, "p50_seconds": None, "p99_seconds": None, "objective_seconds": None, "met": None}


def freshness(postgres: Postgres) -> list[dict[str, Any]]:
    """Give a row a stage and stream over the last hour, its times in ISO form; raises psycopg2.Error.

    Numbers are null where nothing was measured.
    """
    with connect(postgres) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT * FROM live.freshness_now")
        names = [column.name for column in cursor.description or ()]
        rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    found = {(row["stage"], row["stream"]): _plain(row) for row in rows}
    return [
        found.get((stage, stream), {"stage": stage, "stream": stream, **UNKNOWN})
        for stage in Stage
        for stream in Stream
    ]


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in row.items()}
