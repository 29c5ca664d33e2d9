"""The observer as it runs: a process of its own, through restarts and an outage."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import requests

from catalog.metrics import ObserverMetric
from catalog.settings import ROOT
from tests.observe.world import World
from tests.servers.kafka_broker import free_port

WAIT_SECONDS = 30.0


@contextmanager
def observer(world: World, folder: Path) -> Iterator[str]:
    """Run `python -m observe` until it measures, and end it kindly."""
    port = free_port()
    environment = os.environ | {
        "PINFLOW_HOME": str(folder),
        "PINFLOW_KAFKA_BOOTSTRAP": world.kafka.bootstrap,
        "PINFLOW_POSTGRES_PORT": str(world.postgres.port),
        "PINFLOW_POSTGRES_DATABASE": world.postgres.database,
        "PINFLOW_POSTGRES_PASSWORD": world.postgres.password.get_secret_value(),
        "PINFLOW_OBSERVER_PORT": str(port),
    }
    with (folder / "observer.log").open("ab") as log:
        command = [sys.executable, "-m", "observe"]
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
        try:
            url = f"http://127.0.0.1:{port}"
            until(lambda: is_well(url))
            yield url
        finally:
            process.terminate()
            assert process.wait(30) == -signal.SIGTERM


def is_well(url: str) -> bool:
    try:
        return requests.get(f"{url}/health", timeout=2).ok
    except requests.RequestException:
        return False


def until(there: Callable[[], Any]) -> Any:
    deadline = time.monotonic() + WAIT_SECONDS
    while not (found := there()):
        assert time.monotonic() < deadline
        time.sleep(0.1)
    return found


def visible(world: World, stage: str) -> int:
    (row,) = world.rows(f"SELECT coalesce(sum(records), 0) FROM live.freshness WHERE stage = '{stage}'")
    return int(row[0])


def test_counts_add_up_over_restarts_and_an_outage_is_measured(world: World, tmp_path: Path) -> None:
    with observer(world, tmp_path):
        offset = world.accept(1)
        world.show(1, offset)
        until(lambda: visible(world, "live") == 1)
        world.commit({offset: "kept"})
        until(lambda: visible(world, "history") == 1)
    with observer(world, tmp_path) as url:
        offset = world.accept(2)
        time.sleep(1)
        world.away(True)
        time.sleep(4)
        assert requests.get(f"{url}/freshness", timeout=10).status_code == 503
        world.away(False)
        world.show(2, offset)
        until(lambda: visible(world, "live") == 2)
        slow = "SELECT sum(records) FROM live.freshness WHERE stage = 'live' AND at_most_seconds >= 5"
        assert world.rows(slow) == [(1,)]
        assert told(requests.get(f"{url}/metrics", timeout=10).text) == {
            each.value.name for each in ObserverMetric
        }
        (row,) = [row for row in requests.get(f"{url}/freshness", timeout=10).json() if row["records"] == 2]
        assert (row["stage"], row["stream"], row["met"], row["share_within"]) == ("live", "user", False, 0.5)
    log = (tmp_path / "observer.log").read_text()
    assert log.count("live: waits") == 1
    assert log.count("live: goes on") == 1


def told(text: str) -> set[str]:
    return set(re.findall(r"^# HELP (pinflow_\w+)", text, re.M))


def test_old_minutes_are_removed(world: World, tmp_path: Path) -> None:
    world.run(
        "INSERT INTO live.freshness VALUES (now() - interval '8 days', 'live', 'pin', 1, 1),"
        " (now() - interval '6 days', 'live', 'pin', 1, 1)"
    )
    with observer(world, tmp_path):
        until(lambda: world.rows("SELECT count(*) FROM live.freshness") == [(1,)])
