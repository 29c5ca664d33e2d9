"""Slow viewers are let go; rates, waiting records and states follow what was seen."""

import asyncio
import json
from typing import Any

import pytest
from starlette.types import Message

from catalog.names import Reason
from catalog.reasons import RULES
from dashboard import hub as hub_module
from dashboard.door import Door
from dashboard.faults import Stuck
from dashboard.flink import Job
from dashboard.hub import WAITING, Events, Hub
from dashboard.log import Log
from dashboard.meter import Meter
from dashboard.now import Now
from dashboard.seen import Seen
from dashboard.values import encode, plain

RUNNING = {"live": Job("1", "RUNNING"), "history": Job("2", "RUNNING")}


def test_a_viewer_that_does_not_read_is_dropped() -> None:
    async def watch() -> list[bytes]:
        hub = Hub()
        listening = hub.listen()
        first = await anext(listening)
        for number in range(WAITING + 1):
            hub.publish({"one": {"rows": [number]}})
        assert hub.viewers == 0
        return [first, *[frame async for frame in listening]]

    frames = asyncio.run(watch())
    assert len(frames) == 1
    assert frames[0].startswith(b"retry: 1000\nevent: state\ndata: {")


def test_a_viewer_whose_connection_is_full_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hub_module, "SLOW_SECONDS", 0.05)

    async def never(_: Message) -> None:
        await asyncio.sleep(60)

    async def watch() -> None:
        hub = Hub()
        await asyncio.wait_for(Events(hub.listen()).stream_response(never), 5)
        assert hub.viewers == 0

    asyncio.run(watch())


def test_a_change_carries_only_what_changed() -> None:
    async def watch() -> dict[str, Any]:
        hub = Hub()
        hub.publish({"same": {"rows": [1], "read_at": "a"}, "other": {"rows": [1]}})
        listening = hub.listen()
        await anext(listening)
        hub.publish({"same": {"rows": [1], "read_at": "b"}, "other": {"rows": [2]}})
        frame = (await anext(listening)).decode()
        await listening.aclose()
        return dict(json.loads(frame.partition("data: ")[2])["panels"])

    assert asyncio.run(watch()) == {"other": {"rows": [2]}}


def test_a_rate_is_the_growth_over_the_window_and_survives_a_new_start() -> None:
    meter = Meter(window_seconds=5)
    assert meter.rate(0) is None
    for second in range(20):
        meter.saw(second, 100 * second)
    assert meter.rate(19) == 100
    meter.saw(20, 0)
    meter.saw(21, 50)
    assert meter.rate(21) == 50


def test_records_are_stuck_when_they_wait_and_none_is_counted_for_three_seconds() -> None:
    stuck = Stuck()
    assert stuck.records(0, 10, 10) == 0
    assert [stuck.records(at, 15, 10) for at in (1, 2, 3.9, 4.1)] == [0, 0, 0, 5]
    assert stuck.records(5, 15, 11) == 0
    assert stuck.records(9, 15, 15) == 0
    assert stuck.records(10, None, 15) == 0


@pytest.mark.parametrize(
    ("seen", "state"),
    [
        (Seen(), "starting"),
        (Seen(Door(0, 0), Log(0, None), RUNNING, True, True), "empty"),
        (Seen(Door(0, 0), Log(5, None), RUNNING, True, True), "quiet"),
        (Seen(Door(0, 0), Log(5, None), {"live": RUNNING["live"]}, True, True), "still"),
        (Seen(Door(0, 0), None, RUNNING, True, True), "still"),
        (Seen(None, Log(5, None), RUNNING, True, True), "still"),
        (Seen(Door(0, 0), Log(5, None), RUNNING, False, True), "still"),
    ],
)
def test_the_state_is_said_in_one_word(seen: Seen, state: str) -> None:
    assert Now().look(seen)["pipeline"]["state"] == state


def test_every_reason_has_its_rule() -> None:
    assert set(RULES) == set(Reason)
    assert all(rule.endswith(".") for rule in RULES.values())


def test_infinity_is_written_as_null_and_tags_are_escaped() -> None:
    assert (
        encode({"a": plain(float("inf")), "b": "<&>\u2028"}) == rb'{"a":null,"b":"\u003c\u0026\u003e\u2028"}'
    )
