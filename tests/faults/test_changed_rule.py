"""A changed rule is replayed over much history while records come in, published, and taken back."""

import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil
import pytest
import requests
from rich.console import Console

from catalog.accounts.log import KafkaLog
from catalog.names import Outcome, Reason, Stream
from catalog.recompute import clean, read
from catalog.recompute.clean import Rejected
from catalog.recompute.judge import Judge
from catalog.recompute.verdict import verdict
from catalog.replay.change import read_changes
from catalog.replay.plans import Plan
from catalog.tables import open_lake
from ingest.emulator.posts import Maker, posts
from stack import supervise
from stack.layout import Layout
from stack.questions import Engine, query
from stack.settle import settle
from tests.faults.changed import changed_copy, run
from tests.faults.traffic import traffic
from tests.servers.stack import Stack

FIRST, POSTS = 5_000_000, 33_334
EVERY = 10
"""One pin of so many counts its followers with a decimal; one of three of those is sent again without."""
DECIMAL = ("1.5k", "1500")
EVENTS_PER_SECOND = 1_000
PROBE = FIRST + POSTS
NARROWER = {
    "sql/macros/read_count.sql": ("([.](?=[0-9])[0-9]{0,9}0*)?", ""),
    "catalog/recompute/read.py": (r"(?:\.([0-9]+))?([kKmMbB]?)", r"(?:(x{9}))?([kKmMbB]?)"),
}
Changes = set[tuple[str, str, int, int]]


def test_a_changed_rule_is_published_and_undone_beside_traffic(
    stack: Stack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = tmp_path / "rows"
    write_rows(rows)
    stack.run("emulate", "--rows", str(rows), "--records-per-request", "100")
    before = stack.closed()
    project = changed_copy(tmp_path / "project", NARROWER)
    with traffic(7, posts_per_second=EVENTS_PER_SECOND / 3, records_per_request=20) as sent:
        plan = Plan.model_validate_json(run(project, "replay", "plan", "--streams", "pin", "--json"))
        run(project, "replay", "run", plan.id)
        run(project, "replay", "diff", plan.id)
        assert found_changes(stack, plan) == brute_force(stack, plan, monkeypatch)
        with half_states(stack) as seen:
            run(project, "replay", "publish", plan.id)
        assert seen.values() == dict.fromkeys(seen.states, 2), seen.states
    assert sent.result["failed"] == 0
    end_jobmanager(stack)
    probe(stack)
    closed(stack, project)
    assert judged(stack) == {"outcome": "rejected", "reason": "unreadable_count"}
    with traffic(8, posts_per_second=EVENTS_PER_SECOND / 3, records_per_request=20) as sent:
        stack.run("replay", "undo", plan.id)
    assert sent.result["failed"] == 0
    after = stack.closed()
    assert after["accepted"] > before["accepted"]
    stack.same_answers()


def write_rows(folder: Path) -> None:
    """Write posts of the emulator, some with decimals; a plain spelling that comes later is a repeat."""
    folder.mkdir()
    lines: dict[Stream, list[bytes]] = {stream: [] for stream in Stream}
    again = []
    for place, post in enumerate(posts(Maker(7), 7, FIRST, POSTS)):
        for event in post:
            body = event.body
            if event.stream == Stream.PIN and place % EVERY == 0:
                body, plain = (with_followers(body, text) for text in DECIMAL)
                again += [plain] if place % (3 * EVERY) == 0 else []
            lines[event.stream].append(body)
    lines[Stream.PIN] += again
    for stream, bodies in lines.items():
        (folder / f"{stream}.jsonl").write_bytes(b"\n".join(bodies))


def with_followers(body: bytes, text: str) -> bytes:
    return re.sub(rb'("follower_count": )"[^"]*"', rb'\1"%b"' % text.encode(), body)


def found_changes(stack: Stack, plan: Plan) -> Changes:
    """Give what the replay says of each record: table and kind, partition and offset."""
    with open_lake(stack.settings) as lake:
        rows = read_changes(lake, plan).to_pylist()
    return {(row["table_name"], row["kind"], row["kafka_partition"], row["kafka_offset"]) for row in rows}


def brute_force(stack: Stack, plan: Plan, monkeypatch: pytest.MonkeyPatch) -> Changes:
    """Judge every pin up to the cut with both rules, in Python from the bytes, and compare."""
    former = judged_pins(stack, plan)
    with monkeypatch.context() as patch:
        patch.setattr(clean, "read_count", lambda text: None if "." in text else read.read_count(text))
        changed = judged_pins(stack, plan)
    kept = [
        {place for place, (outcome, _) in each.items() if outcome == Outcome.KEPT}
        for each in (former, changed)
    ]
    events = {("events", "changed", *place) for place in former if former[place] != changed[place]}
    removed = {("pins", "removed", *place) for place in kept[0] - kept[1]}
    added = {("pins", "added", *place) for place in kept[1] - kept[0]}
    assert len(removed) == -(-POSTS // EVERY)
    assert len(added) == -(-POSTS // (3 * EVERY))
    return events | removed | added


def judged_pins(stack: Stack, plan: Plan) -> dict[tuple[int, int], tuple[Outcome, Reason | None]]:
    found = {}
    with KafkaLog(stack.settings.kafka) as log:
        for partition, extent in log.extents(Stream.PIN).items():
            judge, cut = Judge(), plan.cut[(str(Stream.PIN), partition)]
            for batch in log.batches(Stream.PIN, partition, extent._replace(end=cut + 1)):
                for record in batch:
                    seen = verdict(Stream.PIN, record.body)
                    found[(partition, record.offset)] = (
                        (Outcome.REJECTED, seen.reason)
                        if isinstance(seen, Rejected)
                        else (judge.judge(seen.cleaned, seen.older_form, record.offset), None)
                    )
    return found


OURS = f"ind BETWEEN {FIRST} AND {FIRST + POSTS - 1}"
ASKED = {
    "pins": (Engine.TRINO, f"SELECT sum(kafka_offset) AS n FROM lake.history.pins WHERE {OURS}"),
    "events": (
        Engine.TRINO,
        "SELECT count(*) AS n FROM lake.history.events "
        f"WHERE reason = 'unreadable_count' AND reason_detail = 'follower_count: {DECIMAL[0]}'",
    ),
    "posts": (Engine.POSTGRES, f"SELECT sum(pin_offset) AS n FROM live.posts WHERE {OURS}"),
}


class Seen:
    """Remember which values each query has given, in their order."""

    def __init__(self) -> None:
        self.states: dict[str, list[int]] = {name: [] for name in ASKED}

    def look(self, stack: Stack) -> None:
        for name, (engine, text) in ASKED.items():
            (row,) = query(engine, stack.settings, text)
            if self.states[name][-1:] != [row["n"]]:
                self.states[name].append(row["n"])

    def values(self) -> dict[str, int]:
        """Count the states of each query: two are before and after, more are half states."""
        return {name: len(states) for name, states in self.states.items()}


@contextmanager
def half_states(stack: Stack) -> Iterator[Seen]:
    """Look each second, from before the block until after it."""
    seen, over = Seen(), threading.Event()
    seen.look(stack)

    def watch() -> None:
        while not over.wait(1):
            seen.look(stack)

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield seen
    finally:
        over.set()
        watcher.join()
    seen.look(stack)


def end_jobmanager(stack: Stack) -> None:
    """Let the keeper bring both jobs back: it stands in the project whose sql/ holds the former rules."""
    psutil.Process(supervise.pids(Layout.of(stack.settings.home))["flink-jobmanager"]).kill()


def probe(stack: Stack) -> None:
    """Send a pin with a decimal, without partners, so that it is part of no answer."""
    row: dict[str, Any] = json.loads(with_followers(next(posts(Maker(7), 7, PROBE, 1))[0].body, "2.5k"))
    answer = requests.post(
        f"{stack.settings.ingest.url}/topics/probe.pin",
        data=json.dumps({"records": [{"value": row}]}),
        headers={"Content-Type": "application/vnd.kafka.json.v2+json"},
        timeout=20,
    )
    assert answer.status_code == 200


def judged(stack: Stack) -> dict[str, Any]:
    (row,) = stack.sql("trino", "SELECT outcome, reason FROM lake.history.events WHERE owner = 'probe'")
    return row


def closed(stack: Stack, project: Path) -> None:
    """Hold the accounts to the changed rules, once all is in."""
    settle(stack.settings, Console(quiet=True))
    rows = json.loads(run(project, "accounts", "--json"))
    faults = {name: sum(row[name] for row in rows) for name in ("pending", "missing", "doubled", "unequal")}
    assert faults == dict.fromkeys(faults, 0)
