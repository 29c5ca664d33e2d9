"""The main job from HTTP to answers, on a stack of its own; the tests run in the order they stand in."""

import json
import random
import subprocess
import time
from base64 import b64encode
from datetime import datetime
from pathlib import Path
from typing import Any

import psutil
import pytest
import reference
import requests
from confluent_kafka import Producer

from catalog.names import Stream
from catalog.recompute.verdict import Rejected, verdict
from catalog.settings import ROOT
from stack import supervise
from stack.layout import Layout
from stack.trained import TAUGHT
from tests.hostile.cases import cases
from tests.servers.listening import addresses
from tests.servers.stack import UP, Stack

QUESTIONS = {
    "4": "q4_category_per_country",
    "5": "q5_category_per_year_2018_2022",
    "7": "q7_category_per_age_group",
    "8": "q8_median_per_age_group",
    "9": "q9_users_joined_2015_2020",
    "10": "q10_median_by_join_year",
    "11": "q11_median_by_join_year_age_group",
}
LARGEST_RECORD_BYTES = 1_000_000
TABLES = {"pin": "pins", "geo": "geos", "user": "users"}


def test_a_stack_that_is_up_says_that_everything_is_ready(stack: Stack) -> None:
    status = stack.json("status")
    started = [row for row in status["services"].values() if row["state"] != "left out"]
    assert {row["state"] for row in started} == {"ready"}
    assert {row["state"] for row in status["jobs"].values()} == {"RUNNING"}
    assert stack.run("doctor").stdout.count("✓") >= len(started)


@pytest.mark.parametrize("name", sorted(TAUGHT))
def test_each_java_starts_from_what_it_remembers(name: str, stack: Stack) -> None:
    layout = Layout.of(stack.settings.home)
    process = psutil.Process(supervise.pids(layout)[name])
    assert str(layout.memory(name)) in {each.path for each in process.memory_maps()}


def test_plans_which_hold_passwords_are_for_the_owner_alone(stack: Stack) -> None:
    kept = list(Layout.of(stack.settings.home).data("flink").glob("*/plan-*"))
    assert {path.parent.name for path in kept} == {"history", "live"}
    assert {path.stat().st_mode & 0o777 for path in kept} == {0o600}


@reference.needed
def test_golden_rows_give_the_golden_tables_and_answers(stack: Stack, tmp_path: Path) -> None:
    golden = reference.golden()
    for stream in Stream:
        reference.write_lines(tmp_path / f"{stream}.jsonl", golden[f"{stream}_raw"])
    stack.run("emulate", "--rows", str(tmp_path), "--records-per-request", "50")
    assert stack.closed()["accepted"] == 3 * 322
    for stream, table in TABLES.items():
        rows = stack.sql("trino", f"SELECT * FROM lake.history.{table}")
        assert len(rows) == 316
        cleaned = {row["ind"]: row for row in rows}
        for expected in golden[f"{stream}_clean"]:
            found = {name: cleaned[expected["ind"]][name] for name in expected}
            assert {name: plain(value) for name, value in found.items()} == {
                name: value.strip() if name == "save_location" else plain(value)
                for name, value in expected.items()
            }
    assert stack.sql("trino", "SELECT count(*) AS posts FROM lake.history.latest_posts") == [{"posts": 316}]
    found_answers = stack.same_answers()
    for number, name in QUESTIONS.items():
        columns = list(golden[name][0])
        ours = [{column: row[column] for column in columns} for row in found_answers[number]]
        assert sorted(ours, key=repr) == sorted(golden[name], key=repr), f"question {number}"


@reference.needed
def test_reference_rows_sent_twice_are_accounted_for_without_a_restart(stack: Stack, tmp_path: Path) -> None:
    before = stack.closed()["accepted"]
    malformed = reference.lines("malformed.jsonl")
    sent = 0
    for seed in (1, 2):
        for stream in Stream:
            rows = reference.lines(f"{stream}.jsonl")
            rows += [line["record"] for line in reference.lines(f"{stream}_variants.jsonl")]
            rows += [line["record"] for line in malformed if line["stream"] == stream]
            random.Random(seed).shuffle(rows)
            reference.write_lines(tmp_path / f"{stream}.jsonl", rows)
            sent += len(rows)
        stack.run("emulate", "--rows", str(tmp_path), "--records-per-request", "20")
    straight = {(line["stream"], index): line["record"] for index, line in enumerate(malformed)}
    produce(
        stack, [(stream, as_bytes(record), str(number(record))) for (stream, _), record in straight.items()]
    )
    assert stack.closed()["accepted"] == before + sent + len(straight)
    assert no_gap(stack)
    assert stack.restarts() == 0
    rejected = stack.sql(
        "trino", "SELECT reason, reason_detail FROM lake.history.events WHERE outcome = 'rejected'"
    )
    assert len(rejected) == 3 * 10
    assert all(row["reason"] and row["reason_detail"] for row in rejected)
    stack.same_answers()


def test_hostile_records_straight_into_kafka_never_stop_a_job(stack: Stack) -> None:
    before = stack.closed()
    hostile = [case for case in cases() if len(case.body or b"") < LARGEST_RECORD_BYTES]
    produce(stack, [(case.stream, case.body, f"hostile-{index}") for index, case in enumerate(hostile)])
    produce(stack, [("pin", b"{}", None), ("unreadable", b"\xff\x00", None), ("unreadable", None, None)])
    after = stack.closed()
    assert after["accepted"] - before["accepted"] == len(hostile) + 3
    refused = [case for case in hostile if isinstance(verdict(case.stream, case.body), Rejected)]
    assert len(refused) >= 100
    assert after["rejected"] - before["rejected"] == 3 + len(refused)
    assert stack.restarts() == 0


def test_hostile_records_through_http_and_sent_again_keep_their_bytes(stack: Stack) -> None:
    before = stack.closed()
    sent = [
        (case.stream, case.body) for case in cases() if case.body and len(case.body) < LARGEST_RECORD_BYTES
    ]
    for stream in Stream:
        put_records(stack, stream, [body for name, body in sent if name == stream])
    stack.run("dead", "retry", "--yes")
    after = stack.closed()
    refused = [body for stream, body in sent if isinstance(verdict(stream, body), Rejected)]
    assert len(refused) >= 100
    assert after["accepted"] == before["accepted"] + len(sent) + before["rejected"] + len(refused)
    assert stack.restarts() == 0
    letters = stack.sql(
        "trino",
        "SELECT count(*) AS letters, count(DISTINCT event_id) AS records, "
        "count(DISTINCT (event_id, body)) AS bodies "
        "FROM lake.history.dead_letters WHERE event_id IS NOT NULL",
    )
    assert letters[0]["records"] == letters[0]["bodies"] < letters[0]["letters"]


def test_a_killed_taskmanager_comes_back_with_nothing_missing_or_doubled(stack: Stack) -> None:
    before = stack.closed()["accepted"]
    words = [
        "emulate",
        "--count",
        "3000",
        "--start",
        "100000",
        "--rate",
        "150",
        "--repeat",
        "0.05",
        "--bad",
        "0.02",
        "--retry",
    ]
    with subprocess.Popen(
        [str(ROOT / "pinflow"), *words, "--json"], stdout=subprocess.PIPE, text=True
    ) as traffic:
        time.sleep(8)
        psutil.Process(supervise.pids(Layout.of(stack.settings.home))["flink-taskmanager"]).kill()
        time.sleep(1)
        assert traffic.poll() is None, "the kill must fall into the traffic"
        assert traffic.wait(timeout=120) == 0
    assert stack.closed()["accepted"] >= before + 9000
    assert no_gap(stack)
    stack.same_answers()


def test_a_record_is_live_within_about_a_second(stack: Stack) -> None:
    ind = 900_000
    waits = []
    for number in range(ind, ind + 5):
        stack.run("emulate", "--count", "1", "--start", str(number))
        began = time.monotonic()
        while not stack.sql(
            "postgres", f"SELECT 1 AS here FROM live.posts WHERE ind = {number} AND is_complete"
        ):
            assert time.monotonic() - began < 30
        waits.append(time.monotonic() - began)
    assert sorted(waits)[2] < 5, f"half of the posts took longer than this to show, reading included: {waits}"


def test_a_stopped_stack_goes_on_where_it_ended(stack: Stack) -> None:
    before = stack.closed()
    stack.run("down")
    assert "ready" not in {row["state"] for row in status_of_stopped(stack)["services"].values()}
    stack.run(*UP)
    stack.run("emulate", "--count", "50", "--start", "100000", "--repeat", "0")
    after = stack.closed()
    assert after["kept"] >= before["kept"]
    assert after["accepted"] == before["accepted"] + 150
    stack.same_answers()


def test_a_second_up_changes_nothing(stack: Stack) -> None:
    before = supervise.pids(Layout.of(stack.settings.home))
    stack.run(*UP)
    assert supervise.pids(Layout.of(stack.settings.home)) == before


def test_services_listen_on_loopback_only(stack: Stack) -> None:
    family = [
        child
        for pid in supervise.pids(Layout.of(stack.settings.home)).values()
        for child in (psutil.Process(pid), *psutil.Process(pid).children(recursive=True))
    ]
    listening = addresses(family)
    assert listening
    assert listening <= {"127.0.0.1", "::1"}


def status_of_stopped(stack: Stack) -> Any:
    done = stack.run("status", "--json", check=False)
    assert done.returncode == 1
    return json.loads(done.stdout)


def produce(stack: Stack, records: list[tuple[str, bytes | None, str | None]]) -> None:
    """Put records straight into Kafka, past the door."""
    producer = Producer(
        {"bootstrap.servers": stack.settings.kafka.bootstrap, "partitioner": "murmur2_random"}
    )
    for topic, body, key in records:
        producer.produce(topic, body, key)
    assert producer.flush(10) == 0


def put_records(stack: Stack, stream: Stream, bodies: list[bytes]) -> None:
    """Send bytes as AWS Kinesis clients do, a hundred a request."""
    for first in range(0, len(bodies), 100):
        records = [
            {"Data": b64encode(body).decode(), "PartitionKey": "k"} for body in bodies[first : first + 100]
        ]
        answer = requests.post(
            stack.settings.ingest.url,
            data=json.dumps({"StreamName": f"streaming-hostile-{stream}", "Records": records}),
            headers={
                "Content-Type": "application/x-amz-json-1.1",
                "X-Amz-Target": "Kinesis_20131202.PutRecords",
            },
            timeout=20,
        )
        assert answer.json().get("FailedRecordCount") == 0, answer.text[:500]


def no_gap(stack: Stack) -> bool:
    """Say whether each partition has one events row for each offset, from its first one on."""
    rows = stack.sql(
        "trino",
        "SELECT kafka_topic, kafka_partition, count(*) AS records, count(DISTINCT kafka_offset) AS offsets, "
        "max(kafka_offset) + 1 AS newest FROM lake.history.events GROUP BY kafka_topic, kafka_partition",
    )
    return bool(rows) and all(row["records"] == row["offsets"] == row["newest"] for row in rows)


def as_bytes(record: Any) -> bytes:
    return record.encode() if isinstance(record, str) else json.dumps(record).encode()


def number(record: Any) -> Any:
    return record.get("index", record.get("ind")) if isinstance(record, dict) else record


def plain(value: Any) -> Any:
    """Give times as text without zone, as both sides have them in UTC."""
    if isinstance(value, str) and len(value) >= 19 and value[10:11] in ("T", " ") and value[4] == "-":
        return datetime.fromisoformat(value[:19]).isoformat()
    return value
