"""A stretch of the log replayed from Kafka and from history, beside the running jobs."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import psutil
import pytest

from catalog.columns import TABLES
from catalog.replay.plans import namespace_of
from catalog.tables import open_lake
from stack.layout import Layout
from stack.replay.places import folder_of
from stack.trained import REPLAY
from tests.servers.listening import addresses
from tests.servers.stack import Stack

FIRST = 300_000
"""Number of the first post; other tests use others."""


@pytest.fixture(scope="module")
def replays(stack: Stack) -> dict[str, str]:
    """Replay what came after a moment that cuts through repeats, versions and partners; ids by source."""
    words = ("emulate", "--count", "150", "--start", str(FIRST), "--missing", "0.2")
    stack.run(*words, "--seed", "1")
    moment = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%S.%fZ}"
    stack.run(*words, "--seed", "2", "--repeat", "0.3", "--newer", "0.3", "--bad", "0.05")
    stack.closed()
    found = {}
    for source in ("kafka", "history"):
        plan = stack.json("replay", "plan", "--from", moment, "--source", source)
        assert plan["follow_on"] > 0
        stack.run("replay", "run", plan["id"])
        found[source] = plan["id"]
    return found


def test_kafka_and_history_give_the_same_rows(stack: Stack, replays: dict[str, str]) -> None:
    for table in TABLES:
        from_kafka, from_history = (rows(stack, replay, table) for replay in replays.values())
        assert from_kafka == from_history
        assert from_kafka


def test_its_java_starts_from_what_it_remembers(stack: Stack, replays: dict[str, str]) -> None:
    assert Layout.of(stack.settings.home).memory(REPLAY).exists()
    for replay in replays.values():
        assert "processing the AOT cache" not in (folder_of(stack.settings, replay) / "run.log").read_text()


def test_the_same_rules_make_no_difference_and_publishing_it_changes_nothing(
    stack: Stack, replays: dict[str, str]
) -> None:
    before = stack.closed()
    for replay in replays.values():
        found = stack.json("replay", "diff", replay)
        assert [row["table"] for row in found] == list(TABLES)
        assert not any(row["added"] or row["removed"] or row["changed"] for row in found), found
    stack.run("replay", "publish", replays["kafka"])
    stack.run("replay", "discard", replays["history"])
    states = {row["id"]: row["state"] for row in stack.json("replay", "list")}
    assert [states[replay] for replay in replays.values()] == ["published", "discarded"]
    assert stack.closed() == before
    stack.same_answers()


def test_a_replay_listens_on_loopback_only(stack: Stack) -> None:
    replay = stack.json("replay", "plan")["id"]
    listening: set[str] = set()
    with ThreadPoolExecutor() as pool:
        running = pool.submit(stack.run, "replay", "run", replay)
        while not running.done():
            listening |= addresses(psutil.Process().children(recursive=True))
            time.sleep(0.2)
    assert not running.exception()
    assert listening
    assert listening <= {"127.0.0.1", "::1"}
    stack.run("replay", "discard", replay)


def rows(stack: Stack, replay: str, table: str) -> list[dict[str, Any]]:
    """Read what a replay has made, in the order of records; entries of a map have none."""
    with open_lake(stack.settings) as lake:
        found = lake.load_table((namespace_of(replay), table)).scan().to_arrow().to_pylist()
    for row in found:
        row["headers"] = sorted(row.get("headers") or [])
    return sorted(found, key=lambda row: (row["kafka_topic"], row["kafka_partition"], row["kafka_offset"]))
