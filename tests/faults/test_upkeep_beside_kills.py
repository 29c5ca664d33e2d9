"""Upkeep changes no row and takes no file that is read, however often the TaskManager ends in its midst."""

import random
import time

import pytest

from tests.faults.fault import TendedWhileKilled
from tests.faults.plan import JOBS
from tests.faults.traffic import traffic
from tests.faults.watch import recovery
from tests.servers.stack import Stack


def test_no_upkeep_beside_traffic_and_kills_changes_a_row(
    stack: Stack, seed: int, request: pytest.FixtureRequest, capsys: pytest.CaptureFixture[str]
) -> None:
    draw, began, upkeeps = random.Random(seed), time.monotonic(), request.config.getoption("--upkeeps")
    with capsys.disabled():
        print(f"\nupkeeps of seed {seed}")
        with traffic(seed) as sent:
            recovery(stack)
            for number in range(1, upkeeps + 1):
                TendedWhileKilled(draw.uniform(1, 20)).do(stack)
                print(f"{time.monotonic() - began:5.0f} s  upkeep {number} changed no row", flush=True)
        counts = stack.closed()
        restarts = stack.restarts()
        print(f"{time.monotonic() - began:5.0f} s  {counts}, {sent.result}, {restarts} restarts of jobs")
    assert sent.result["failed"] == 0, sent.result
    assert restarts <= len(JOBS) * upkeeps
    stack.same_answers()
