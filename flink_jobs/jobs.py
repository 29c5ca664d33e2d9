"""The running jobs: which topics they read, which views they hold, which tables they fill."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from pyflink.datastream import StreamExecutionEnvironment
from pyflink.table import StatementSet, StreamTableEnvironment, TableDescriptor, TableEnvironment
from pyflink.table.expressions import col

from catalog.columns import NAMESPACE
from catalog.names import TOPICS, Stream
from catalog.settings import KEY_GROUPS, Settings
from flink_jobs.sinks import (
    HISTORY_TABLES,
    LIVE_TABLES,
    bind_lake,
    bind_live,
    insert_into_history,
)
from flink_jobs.sources import bind_topic
from flink_jobs.texts import SQL, rules, views

COMMON = {
    "table.local-time-zone": "UTC",
    "pipeline.object-reuse": "true",
    "pipeline.max-parallelism": str(KEY_GROUPS),
    "execution.checkpointing.mode": "EXACTLY_ONCE",
    # Unaligned checkpoints lose files with the v1 Iceberg sink.
    "execution.checkpointing.unaligned.enabled": "false",
}
HISTORY = {"table.exec.iceberg.use-v2-sink": "false"}
LIVE = {
    "table.exec.mini-batch.enabled": "true",
    "table.exec.mini-batch.allow-latency": "400ms",
    "table.exec.mini-batch.size": "5000",
}
FUNCTIONS = {
    "decode_json": "DecodeJson",
    "fingerprint": "Fingerprint",
    "known_text": "KnownText",
    "look_up": "LookUp",
    "novelty": "Novelty",
    "read_time": "ReadTime",
    "whole_number": "WholeNumber",
}


def register_views(tables: TableEnvironment, texts: Path = SQL) -> None:
    """Register the functions in Java and every text of a folder as a view of its name.

    As Table objects: `CREATE VIEW` would read and decode each topic once per sink.
    """
    for function in FUNCTIONS:
        tables.execute_sql(f"CREATE TEMPORARY FUNCTION {function} AS 'pinflow.{FUNCTIONS[function]}'")
    for view in views(texts):
        tables.create_temporary_view(view.name, tables.sql_query(view.text))


def history_job(
    settings: Settings, name: str = "history", namespace: str = NAMESPACE, *, bounded: bool = False
) -> StatementSet:
    """Build the job that writes every record to the lake: events, and what was kept of each stream.

    Bounded, it ends at the offsets that are newest when it starts.
    """
    flink = settings.flink
    tables = _environment(name, HISTORY, flink.history_parallelism, flink.checkpoint_seconds)
    _bind_topics(tables, name, settings, keep_raw=True, bounded=bounded)
    register_views(tables)
    bind_lake(tables, settings)
    statements = tables.create_statement_set()
    for table in HISTORY_TABLES:
        statements.add_insert_sql(insert_into_history(table, rules(), namespace))
    return statements


def live_job(settings: Settings) -> StatementSet:
    """Build the job that keeps the live tables in Postgres."""
    flink = settings.flink
    tables = _environment("live", LIVE, flink.live_parallelism, flink.live_checkpoint_seconds)
    _bind_topics(tables, "live", settings, keep_raw=False)
    register_views(tables)
    statements = tables.create_statement_set()
    for table, view in LIVE_TABLES.items():
        bind_live(tables, table, settings)
        statements.add_insert(f"live_{table}", tables.from_path(view))
    return statements


def decode_job(settings: Settings, name: str) -> StatementSet:
    """Build what the history job is measured against: read to the newest offsets, decode, drop the rows."""
    flink = settings.flink
    tables = _environment(name, HISTORY, flink.history_parallelism, flink.checkpoint_seconds)
    _bind_topics(tables, name, settings, keep_raw=False, bounded=True)
    register_views(tables)
    statements = tables.create_statement_set()
    dropped = TableDescriptor.for_connector("blackhole").build()
    for stream in Stream:
        statements.add_insert(dropped, tables.from_path(f"{stream}_read").drop_columns(col("arrival")))
    return statements


JOBS: dict[str, Callable[[Settings], StatementSet]] = {
    "history": history_job,
    "live": live_job,
    "bench-history": partial(history_job, name="bench-history", namespace="bench", bounded=True),
    "bench-decode": partial(decode_job, name="bench-decode"),
}


def _environment(
    name: str, options: dict[str, str], parallelism: int, checkpoint_seconds: int
) -> TableEnvironment:
    tables = StreamTableEnvironment.create(StreamExecutionEnvironment.get_execution_environment())
    own = {
        "pipeline.name": name,
        "parallelism.default": str(parallelism),
        "execution.checkpointing.interval": f"{checkpoint_seconds}s",
    }
    for key, value in {**COMMON, **options, **own}.items():
        tables.get_config().set(key, value)
    return tables


def _bind_topics(
    tables: TableEnvironment, job: str, settings: Settings, *, keep_raw: bool, bounded: bool = False
) -> None:
    for topic in TOPICS:
        bind_topic(tables, topic, job, settings.kafka, keep_raw=keep_raw, bounded=bounded)
