"""The steps of a replay on a real Postgres and object store; what Flink would write is written by hand."""

from pathlib import Path
from typing import Any

import pytest
from pyiceberg.catalog import Catalog
from rich.console import Console

from catalog.errors import SetupError
from catalog.postgres import connect
from catalog.replay import store
from catalog.replay.order import Order
from catalog.replay.request import Request
from catalog.replay.store import State
from catalog.replay.tables import drop_all
from catalog.settings import Settings
from catalog.tables import open_lake
from stack import cluster
from stack.replay import flink, handover
from stack.replay.diff import diff
from stack.replay.plan import plan
from stack.replay.publish import discard, publish
from stack.replay.run import run
from stack.replay.undo import undo
from tests.catalog.accounts_rows import append, event_row, record, user_body, user_row
from tests.catalog.replay.replay_rows import rejected, rows_of

QUIET = Console(quiet=True)
RECORDS = [record(offset, user_body(100 + offset)) for offset in range(6)]


@pytest.fixture
def filled(services: Settings, lake: Catalog, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """History with six users, each kept; Flink is not there, and writes nothing unless a test says what."""
    monkeypatch.setattr(cluster, "running_job", lambda *_: None)
    for name in namespaces(services):
        drop_all(lake, name)
    append(lake, "events", [event_row(each, "user", "kept", ind=100 + each.offset) for each in RECORDS])
    append(lake, "users", [user_row(each, 100 + each.offset) for each in RECORDS])
    with connect(services.postgres) as opened, opened.cursor() as cursor:
        cursor.execute("TRUNCATE live.posts, live.dead_letters, live.corrected, live.replays")
    return services


def asked(**bounds: str) -> Request:
    return Request.read(streams="user", source="history", **bounds)


def ran(settings: Settings, monkeypatch: pytest.MonkeyPatch, age: int, **bounds: str) -> str:
    """Plan and run a replay whose rules refuse the first record and read another age of the second."""

    def written(_: Settings, order: Order, __: Path, ___: int) -> None:
        with open_lake(settings) as lake:
            events = [
                rejected(RECORDS[0]),
                *(event_row(each, "user", "kept", ind=100 + each.offset) for each in RECORDS[1:]),
            ]
            users = [
                user_row(each, 100 + each.offset, age=age if each.offset == 1 else 30) for each in RECORDS[1:]
            ]
            append(lake, "events", events, order.namespace)
            append(lake, "users", users, order.namespace)

    monkeypatch.setattr(flink, "run", written)
    replay = plan(settings, asked(**bounds)).id
    run(settings, replay, QUIET)
    return replay


def state(settings: Settings, replay: str) -> State:
    with connect(settings.postgres) as opened:
        return store.get(opened, replay).state


def ages(settings: Settings) -> dict[int, int]:
    with open_lake(settings) as lake:
        return {row["ind"]: row["age"] for row in rows_of(lake, "users")}


def namespaces(settings: Settings) -> set[str]:
    with open_lake(settings) as lake:
        return {name for (name,) in lake.list_namespaces() if name.startswith("replay_")}


def test_a_replay_goes_through_its_states_and_back(filled: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    replay = ran(filled, monkeypatch, age=31)
    rows: list[Any] = diff(filled, replay, QUIET)
    assert {row["table"]: (row["added"], row["removed"], row["changed"]) for row in rows} == {
        "events": (0, 0, 1), "users": (0, 1, 1),
    }  # fmt: skip
    for _ in range(2):
        publish(filled, replay, QUIET)
        assert (state(filled, replay), ages(filled)) == (
            State.PUBLISHED, {101: 31, 102: 30, 103: 30, 104: 30, 105: 30},
        )  # fmt: skip
    assert diff(filled, replay, QUIET) == rows
    undo(filled, replay, QUIET)
    assert (state(filled, replay), set(ages(filled).values()), len(ages(filled))) == (State.UNDONE, {30}, 6)
    assert namespaces(filled) == set()


def test_nothing_in_the_range_is_said_and_leaves_nothing(filled: Settings) -> None:
    with pytest.raises(SetupError, match="holds no record"):
        plan(filled, asked(**{"from": "2030-01-01T00:00:00Z"}))
    assert namespaces(filled) == set()


def test_undoing_is_refused_while_a_later_replay_stands_on_it(
    filled: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = ran(filled, monkeypatch, age=31)
    publish(filled, first, QUIET)
    second = ran(filled, monkeypatch, age=32)
    publish(filled, second, QUIET)
    with pytest.raises(SetupError, match=second):
        undo(filled, first, QUIET)
    assert state(filled, first) == State.PUBLISHED
    undo(filled, second, QUIET)
    undo(filled, first, QUIET)
    assert set(ages(filled).values()) == {30}


def test_a_difference_that_another_replay_has_outdated_is_not_published(
    filled: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = ran(filled, monkeypatch, age=31), ran(filled, monkeypatch, age=32)
    diff(filled, first, QUIET)
    publish(filled, second, QUIET)
    with pytest.raises(SetupError, match="look again"):
        publish(filled, first, QUIET)
    diff(filled, first, QUIET)
    publish(filled, first, QUIET)
    assert ages(filled)[101] == 31


def test_a_publish_that_was_ended_in_the_middle_is_finished(
    filled: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    replay = ran(filled, monkeypatch, age=31)
    diff(filled, replay, QUIET)
    with monkeypatch.context() as broken:
        broken.setattr("stack.replay.publish.bring_live", lambda *_, **__: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            publish(filled, replay, QUIET)
    assert state(filled, replay) == State.PUBLISHING
    publish(filled, replay, QUIET)
    assert (state(filled, replay), ages(filled)[101]) == (State.PUBLISHED, 31)


def test_rules_that_the_jobs_do_not_run_are_not_published_by_accident(
    filled: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    replay = ran(filled, monkeypatch, age=31)
    monkeypatch.setattr(handover, "running_rules", lambda _: {"others"})
    monkeypatch.setattr(handover, "rules", lambda: "a third text")
    with pytest.raises(SetupError, match="--mixed-rules"):
        publish(filled, replay, QUIET)
    assert state(filled, replay) == State.RAN
    publish(filled, replay, QUIET, mixed_rules=True)
    assert state(filled, replay) == State.PUBLISHED


def test_a_job_that_fails_says_so_and_can_be_discarded(
    filled: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: Any) -> None:
        raise SetupError("the job failed: no such column")

    monkeypatch.setattr(flink, "run", fails)
    replay = plan(filled, asked()).id
    with pytest.raises(SetupError, match="no such column"):
        run(filled, replay, QUIET)
    with pytest.raises(SetupError, match="run it again"):
        publish(filled, replay, QUIET)
    discard(filled, replay)
    assert (state(filled, replay), namespaces(filled)) == (State.DISCARDED, set())
    with pytest.raises(SetupError, match="new plan"):
        run(filled, replay, QUIET)


def test_texts_of_a_revision_that_git_does_not_know_are_refused(filled: Settings) -> None:
    with pytest.raises(SetupError, match="git log"):
        plan(filled, Request.read(streams="user", source="history", rules="no-such-branch"))
