import json
import os
import subprocess
import sys
import time

from catalog.settings import ROOT, Settings
from stack.keeper import LONGEST_WAIT_SECONDS, Backoff


def test_tries_come_at_once_and_then_ever_later_up_to_a_minute() -> None:
    backoff, now, waits = Backoff(), 0.0, []
    for _ in range(8):
        backoff.tried(now)
        waits.append(backoff.not_before - now)
        now = backoff.not_before
    assert waits == [0, 2, 4, 8, 16, 32, 60, 60]


def test_a_minute_without_trouble_makes_the_next_try_immediate() -> None:
    backoff = Backoff()
    for _ in range(3):
        backoff.tried(0)
    backoff.went_well(backoff.not_before + 1)
    assert backoff.wait_seconds
    backoff.went_well(backoff.not_before + LONGEST_WAIT_SECONDS + 1)
    assert not backoff.wait_seconds


def test_without_flink_it_says_so_once_and_goes_on(settings: Settings) -> None:
    keeper = subprocess.Popen(
        [sys.executable, "-m", "stack.keeper"],
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert keeper.stderr
    with keeper.stderr as said:
        first = said.readline()
        time.sleep(2.5)
        assert keeper.poll() is None
        keeper.terminate()
        keeper.wait()
        lines = [first, *said]
    assert [json.loads(line)["event"] for line in lines] == ["flink_away"]
