"""What Flink makes of a replay: each source read once, each record decoded once, the same rows from both."""

from pathlib import Path

import pytest
from pyflink.table import EnvironmentSettings, TableEnvironment
from test_plan import KINDS

from catalog.columns import CATALOG, NAMESPACE, TABLES
from catalog.names import Stream
from catalog.replay.order import Order
from catalog.replay.plans import Span
from catalog.replay.request import Source
from catalog.settings import Settings
from flink_jobs import replay
from flink_jobs.texts import SQL


@pytest.fixture
def lake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> int:
    """A lake in a folder, which replays find too; gives the snapshot of its one record."""

    def bind_lake(tables: TableEnvironment, _settings: Settings | None) -> None:
        tables.execute_sql(
            f"CREATE CATALOG {CATALOG} WITH "
            f"('type' = 'iceberg', 'catalog-type' = 'hadoop', 'warehouse' = '{tmp_path.as_uri()}')"
        )

    monkeypatch.setattr(replay, "bind_lake", bind_lake)
    tables = TableEnvironment.create(EnvironmentSettings.in_batch_mode())
    bind_lake(tables, None)
    for namespace in (NAMESPACE, "replay_x"):
        tables.execute_sql(f"CREATE DATABASE {CATALOG}.{namespace}")
        for table, columns in {**TABLES, "chosen": dict(list(TABLES["events"].items())[:3])}.items():
            listed = ", ".join(f"`{name}` {KINDS[kind]}" for name, kind in columns.items())
            tables.execute_sql(f"CREATE TABLE {CATALOG}.{namespace}.{table} ({listed})")
    events = f"{CATALOG}.{NAMESPACE}.events"
    row = ", ".join(f"CAST(NULL AS {KINDS[kind]})" for kind in TABLES["events"].values())
    tables.execute_sql(f"INSERT INTO {events} SELECT {row}").wait()
    snapshots = f"{CATALOG}.{NAMESPACE}.`events$snapshots`"
    with tables.execute_sql(f"SELECT snapshot_id FROM {snapshots}").collect() as found:
        return int(next(iter(found))[0])


def plan_of(source: Source, snapshot: int, chosen: str | None) -> str:
    spans = tuple(
        Span(topic=topic, partition=0, first=0, last=9, cut=9, newest_kept=9, records=10) for topic in Stream
    )
    order = Order(
        name="replay x", texts=str(SQL), namespace="replay_x", source=source, snapshot=snapshot, spans=spans,
        chosen=chosen,
    )  # fmt: skip
    explained = str(replay.replay_job(Settings(), order).explain())
    return explained.partition("== Optimized Execution Plan ==")[2]


@pytest.mark.parametrize("chosen", [None, "replay_x"])
def test_history_is_read_once_for_every_stream(lake: int, chosen: str | None) -> None:
    plan = plan_of(Source.HISTORY, lake, chosen)
    assert plan.count(f"table=[[{CATALOG}, {NAMESPACE}, events") == 1
    assert plan.count("invocation=[decode_json(") == 3


def test_kafka_is_read_once_a_topic(lake: int) -> None:
    plan = plan_of(Source.KAFKA, lake, "replay_x")
    for topic in Stream:
        assert plan.count(f"default_database, {topic}_log") == 1
    assert plan.count("invocation=[decode_json(") == 3
