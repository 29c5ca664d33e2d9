"""How far history and live are behind the door, and when they have caught up."""

import time
from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass, field

from catalog.accounts.progress import Progress
from stack import cluster, jobs
from stack.seen import accepted, counted_live
from tests.servers.stack import Stack

LIVE_SECONDS = 5.0
HISTORY_SECONDS = 15.0
"""Five seconds more than lie between two commits."""
LEAST_SECONDS = 8.0
STEADY_LOOKS = 3
PATIENCE_SECONDS = 180.0


@dataclass
class Lag:
    """Remember how much was accepted when; the lag is the age of the newest count that has been reached."""

    accepted: list[tuple[float, int]] = field(default_factory=list)

    def seconds(self, reached: int, now: float) -> float:
        """Give the lag in seconds, endless when not even the oldest count has been reached."""
        return now - max((at for at, count in self.accepted if count <= reached), default=float("-inf"))


@dataclass(frozen=True)
class Recovery:
    """Say how many seconds after a fault each side was no longer behind."""

    live: float
    history: float


def recovery(stack: Stack) -> Recovery:
    """Wait until both sides keep up again; raises AssertionError after three minutes."""
    began, lag = time.monotonic(), Lag()
    last_behind = {"live": began, "history": began}
    steady = 0
    while steady < STEADY_LOOKS or time.monotonic() < began + LEAST_SECONDS:
        behind = _behind(stack, lag)
        now = time.monotonic()
        last_behind.update(dict.fromkeys(behind, now))
        steady = 0 if behind else steady + 1
        assert now - began < PATIENCE_SECONDS, f"{behind} still behind after {PATIENCE_SECONDS:.0f} s"
        time.sleep(1)
    return Recovery(**{name: at - began for name, at in last_behind.items()})


def _behind(stack: Stack, lag: Lag) -> set[str]:
    """Name the sides that are behind; both when Kafka or Flink does not say."""
    settings = stack.settings
    try:
        total = accepted(settings.kafka)
        lag.accepted.append((time.monotonic(), total))
        behind = {job.name for job in jobs.jobs(settings) if job.state != "RUNNING"}
        _refuse_two_of_one_name(stack)
        if lag.seconds(counted_live(settings.postgres), time.monotonic()) > LIVE_SECONDS:
            behind.add("live")
        with ExitStack() as opened:
            committed = total - opened.enter_context(Progress(settings)).pending()
        if lag.seconds(committed, time.monotonic()) > HISTORY_SECONDS:
            behind.add("history")
    except AssertionError:
        raise
    except Exception:
        return {"live", "history"}
    return behind


def _refuse_two_of_one_name(stack: Stack) -> None:
    known = cluster.known_jobs(stack.settings)
    alive = Counter(job["name"] for job in known if job["state"] not in jobs.ENDED)
    assert not alive or max(alive.values()) == 1, f"a job was submitted twice: {alive}"
