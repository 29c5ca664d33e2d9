"""A local Flink over files in place of topics: the real texts of `sql/`, in batch or in streaming mode."""

import base64
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from pyflink.table import EnvironmentSettings, TableEnvironment

from catalog.names import TOPICS
from flink_jobs.jobs import COMMON, register_views
from flink_jobs.sources import kept_columns

COLUMNS = """
    body BYTES, message_key BYTES, kafka_topic STRING, kafka_partition INT, kafka_offset BIGINT,
    accepted_at TIMESTAMP_LTZ(3), headers MAP<STRING, BYTES>"""


class LocalFlink:
    """Hold a table environment whose topics are JSON files in a folder; rewrite the files between queries."""

    def __init__(self, folder: Path, *, streaming: bool) -> None:
        self.folder = folder
        mode = EnvironmentSettings.in_streaming_mode() if streaming else EnvironmentSettings.in_batch_mode()
        self.tables = TableEnvironment.create(mode)
        for key, value in {**COMMON, "parallelism.default": "1"}.items():
            if streaming or not key.startswith("execution.checkpointing"):
                self.tables.get_config().set(key, value)
        arrival = "PROCTIME()" if streaming else "kafka_offset"
        for topic in TOPICS:
            self.write(topic, [])
            columns = f"{COLUMNS}, {kept_columns(True)}, arrival AS {arrival}"
            self.tables.execute_sql(f"""
                CREATE TEMPORARY TABLE {topic}_topic ({columns}) WITH (
                    'connector' = 'filesystem', 'path' = '{(folder / topic).as_uri()}', 'format' = 'json',
                    'json.timestamp-format.standard' = 'ISO-8601')""")
        register_views(self.tables)

    def write(self, topic: str, records: Iterable[dict[str, Any]]) -> None:
        """Make the topic hold these records: body (bytes or None), and what differs from the defaults."""
        (self.folder / topic).mkdir(exist_ok=True)
        with (self.folder / topic / "records.json").open("w") as lines:
            for offset, record in enumerate(records):
                lines.write(json.dumps(_row(topic, offset, record)) + "\n")

    def rows(self, view: str, columns: Iterable[str]) -> list[dict[str, Any]]:
        """Give the rows of a view, these columns only; changes of a changing view are played out."""
        names = list(columns)
        query = self.tables.sql_query(f"SELECT {', '.join(f'`{name}`' for name in names)} FROM `{view}`")
        found: list[dict[str, Any]] = []
        with query.execute().collect() as results:
            for row in results:
                values = dict(zip(names, row, strict=True))
                if row.get_row_kind().name in ("UPDATE_BEFORE", "DELETE"):
                    found.remove(values)
                else:
                    found.append(values)
        return found


def _row(topic: str, offset: int, record: dict[str, Any]) -> dict[str, Any]:
    headers = record.get(
        "headers", {"owner": b"ann", "event_id": f"event-{offset}".encode(), "door": b"rest"}
    )
    return {
        "body": _base64(record["body"]),
        "message_key": _base64(record.get("key", b"7")),
        "kafka_topic": topic,
        "kafka_partition": record.get("partition", 0),
        "kafka_offset": record.get("offset", offset),
        "accepted_at": record.get("accepted_at", "2026-01-01T12:00:00.000Z"),
        "headers": {name: _base64(value) for name, value in headers.items()},
    }


def _base64(value: bytes | None) -> str | None:
    return None if value is None else base64.b64encode(value).decode()
