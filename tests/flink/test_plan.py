"""What Flink makes of the texts: a topic read once, a record decoded once, the same rows in both modes."""

import re
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import pytest
import yaml
from flink_local import LocalFlink
from pyflink.table import TableEnvironment

from catalog.columns import CATALOG, NAMESPACE, TABLES
from catalog.names import TOPICS, Stream
from catalog.settings import Settings
from flink_jobs import jobs
from flink_jobs.sinks import LIVE_TABLES
from flink_jobs.texts import views
from tests.sql.test_rows import CASES, record_of

KINDS = {
    "string": "STRING", "int": "INT", "long": "BIGINT", "binary": "BYTES",
    "timestamptz": "TIMESTAMP_LTZ(6)", "list<string>": "ARRAY<STRING>",
    "list<double>": "ARRAY<DOUBLE>", "map<string, binary>": "MAP<STRING, BYTES>",
}  # fmt: skip
RAW = {"message_key", "headers", "body"}
"""Columns that live does not carry."""
COMPARED = {
    "event": ["kafka_topic", "kafka_offset", "stream", "outcome", "reason", "reason_detail", "ind", "body"],
    "pin_enriched": ["kafka_offset", *list(TABLES["pins"])[:15]],
    "geo_enriched": ["kafka_offset", *list(TABLES["geos"])[:7]],
    "user_enriched": ["kafka_offset", *list(TABLES["users"])[:6]],
    "activity_by_stream": ["minute", "stream", "outcome", "records"],
    "activity_by_category": ["minute", "category", "records", "followers"],
    "activity_by_country": ["minute", "country", "country_code", "continent", "records"],
    "dead_letter": ["kafka_topic", "kafka_offset", "owner", "event_id", "stream", "reason", "reason_detail"],
}


@pytest.fixture
def lake_in_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the history job find Iceberg's tables in a folder in place of the catalog in Postgres."""

    def bind_lake(tables: TableEnvironment, _settings: Settings) -> None:
        tables.execute_sql(
            f"CREATE CATALOG {CATALOG} WITH "
            f"('type' = 'iceberg', 'catalog-type' = 'hadoop', 'warehouse' = '{tmp_path.as_uri()}')"
        )
        tables.execute_sql(f"CREATE DATABASE {CATALOG}.{NAMESPACE}")
        for table, columns in TABLES.items():
            listed = ", ".join(f"`{name}` {KINDS[kind]}" for name, kind in columns.items())
            tables.execute_sql(f"CREATE TABLE {CATALOG}.{NAMESPACE}.{table} ({listed})")

    monkeypatch.setattr(jobs, "bind_lake", bind_lake)


def plan_of(job: str) -> str:
    return str(jobs.JOBS[job](Settings()).explain().partition("== Optimized Execution Plan ==")[2])


@pytest.fixture(scope="module")
def live_plan() -> str:
    return plan_of("live")


@pytest.mark.usefixtures("lake_in_a_folder")
@pytest.mark.parametrize(("job", "topics"), [("history", TOPICS), ("live", TOPICS), ("bench-decode", Stream)])
def test_a_job_reads_each_topic_once_and_decodes_each_record_once(job: str, topics: Iterable[str]) -> None:
    plan = plan_of(job)
    read = Counter(topic for topic in TOPICS for _ in range(plan.count(f"default_database, {topic}_topic")))
    assert read == Counter(topics)
    assert plan.count("invocation=[decode_json(") == 3


def test_every_count_is_taken_before_rows_are_exchanged(live_plan: str) -> None:
    grouped = [view for view in views() if "GROUP BY" in view.text and view.name != "post_newest"]
    assert len(grouped) >= 10
    assert live_plan.count("GlobalGroupAggregate(") == len(grouped)
    assert len(re.findall(r"Exchange\(.*\n\W*LocalGroupAggregate\(", live_plan)) == len(grouped)


def test_a_count_of_appearances_carries_what_its_view_names_and_one_fingerprint_only(live_plan: str) -> None:
    tables = jobs.JOBS["live"](Settings())._t_env
    named = [tables.from_path(f"{stream}_counted").get_schema().get_field_names() for stream in Stream]
    counted = re.findall(r"OverAggregate\(.*select=\[(.*)\]\)", live_plan)
    assert sorted(len(columns.split(", ")) for columns in counted) == sorted(
        len(set(columns) - RAW) + 1 for columns in named
    )


@pytest.mark.parametrize(
    ("call", "refused"),
    [
        ("'a', 1", "must be an INT"),
        ("1, TRUE", "no value of type BOOLEAN"),
        ("1, ARRAY[1]", "no value of type ARRAY"),
    ],
)
def test_a_fingerprint_of_other_kinds_of_values_is_refused_before_a_job_runs(
    tmp_path: Path, call: str, refused: str
) -> None:
    flink = LocalFlink(tmp_path, streaming=False)
    with pytest.raises(Exception, match=refused):
        flink.tables.sql_query(f"SELECT FINGERPRINT({call})")


def test_only_leaders_are_counted_by_poster(live_plan: str) -> None:
    counted = live_plan.partition("LocalGroupAggregate(groupBy=[country, poster_name, follower_count]")[2]
    assert "Join(" in counted.partition("Sink(")[0]


def test_no_sink_keeps_rows_of_its_own(live_plan: str) -> None:
    assert live_plan.count("Sink(") == len(LIVE_TABLES)
    assert "upsertMaterialize" not in live_plan


def test_streaming_and_batch_give_the_same_rows(tmp_path: Path) -> None:
    given = [yaml.safe_load(path.read_text())["given"] for path in CASES]
    found = []
    for streaming in (True, False):
        (folder := tmp_path / str(streaming)).mkdir()
        flink = LocalFlink(folder, streaming=streaming)
        for topic in TOPICS:
            changes = [change for case in given for change in case.get(topic, [])]
            records = [record_of(topic, change) for change in changes]
            flink.write(topic, [{**record, "offset": place} for place, record in enumerate(records)])
        found.append({view: Counter(map(repr, flink.rows(view, names))) for view, names in COMPARED.items()})
    streamed, batched = found
    for view in COMPARED:
        assert streamed[view] == batched[view], view
        assert streamed[view]
