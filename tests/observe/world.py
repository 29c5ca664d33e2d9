"""Kafka, Postgres and a lake in files, and records in all three."""

from pathlib import Path
from typing import Any

import psycopg2
from confluent_kafka import Producer
from pyiceberg.catalog.sql import SqlCatalog

from catalog.columns import CATALOG
from catalog.names import Stage, Stream
from catalog.postgres import connect
from catalog.settings import Kafka, Postgres
from catalog.tables import ensure_tables
from observe.watch import Watch
from tests.catalog.accounts_rows import append, event_row, record, user_body


class World:
    """Hold the servers, and do what clients and jobs do."""

    def __init__(self, kafka: Kafka, postgres: Postgres, folder: Path) -> None:
        self.kafka = kafka
        self.postgres = postgres
        warehouse = f"file://{folder}/warehouse"
        self.lake = SqlCatalog(CATALOG, uri=postgres.sqlalchemy_url, warehouse=warehouse)
        ensure_tables(self.lake)
        self._producer = Producer({"bootstrap.servers": kafka.bootstrap})

    def accept(self, ind: int, body: bytes | None = None, key: str = "7") -> int:
        """Let Kafka take a user record in partition 0; give its offset."""
        taken: list[int] = []
        value = body or user_body(ind)
        self._producer.produce(
            "user", value, key, partition=0, callback=lambda _, message: taken.append(message.offset())
        )
        assert self._producer.flush(10) == 0
        return taken[0]

    def show(self, ind: int, offset: int) -> None:
        """Write the user's part of a post."""
        self.run(
            "INSERT INTO live.posts (ind, user_partition, user_offset, user_accepted_at)"
            " VALUES (%s, 0, %s, now())"
            " ON CONFLICT (ind) DO UPDATE SET user_offset = excluded.user_offset,"
            " user_partition = 0, user_accepted_at = now()",
            (ind, offset),
        )

    def reject(self, offset: int) -> None:
        """Write a dead letter."""
        self.run(
            "INSERT INTO live.dead_letters (kafka_topic, kafka_partition, kafka_offset, accepted_at, reason)"
            " VALUES ('user', 0, %s, now(), 'not_json')",
            (offset,),
        )

    def commit(self, outcomes: dict[int, str]) -> None:
        """Commit rows of user events, by their offsets, in one snapshot."""
        rows = [event_row(record(offset, None), "user", outcome) for offset, outcome in outcomes.items()]
        append(self.lake, "events", rows)

    def run(self, statement: str, values: tuple[Any, ...] = ()) -> None:
        """Run a statement."""
        with connect(self.postgres) as connection, connection.cursor() as cursor:
            cursor.execute(statement, values)

    def rows(self, statement: str) -> list[tuple[Any, ...]]:
        """Ask."""
        with connect(self.postgres) as connection, connection.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchall()

    def away(self, is_away: bool) -> None:
        """Let Postgres refuse everyone, or nobody; connections that are open end."""
        elsewhere = self.postgres.model_copy(update={"database": "template1"})
        opened = psycopg2.connect(
            host=elsewhere.host,
            port=elsewhere.port,
            dbname=elsewhere.database,
            user=elsewhere.user,
            password=elsewhere.password.get_secret_value(),
        )
        opened.autocommit = True
        with opened.cursor() as cursor:
            cursor.execute(f"ALTER DATABASE postgres ALLOW_CONNECTIONS {not is_away}")
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'postgres'"
            )
        opened.close()


def counted(watch: Watch, stage: Stage, stream: Stream = Stream.USER) -> int:
    """Count the records that became visible."""
    return watch.tally.ever(stage, stream)[0][-1][1]
