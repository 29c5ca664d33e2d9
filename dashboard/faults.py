"""Say in words what stands still, since when, and what to do."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

from dashboard.flink import Job
from dashboard.seen import Seen
from dashboard.values import iso

STUCK_SECONDS = 3.0
"""Accepted records that nobody counts for so long stand still; a running job counts within a second."""


@dataclass(frozen=True)
class Fault:
    """Name what is wrong; `stops` lists what does not move because of it: door, live, history."""

    name: str
    text: str
    stops: tuple[str, ...]
    advice: str = "./pinflow doctor"


class Faults:
    """Find faults and remember since when each has been there."""

    def __init__(self) -> None:
        self._since: dict[str, str] = {}

    def find(self, seen: Seen, stuck_records: int) -> list[dict[str, object]]:
        """List the faults of a moment, the gravest first, with the moment each was first seen."""
        found = list(_faults(seen, stuck_records)) if seen.is_known else []
        now = iso(datetime.now(UTC))
        self._since = {fault.name: self._since.get(fault.name, now) for fault in found}
        return [{**asdict(fault), "since": self._since[fault.name]} for fault in found]


class Stuck:
    """Tell whether accepted records wait and nobody counts."""

    def __init__(self) -> None:
        self._counted: int | None = None
        self._waits_since: float | None = None

    def records(self, at: float, accepted: int | None, counted: int | None) -> int:
        """Give how many records wait when none was counted for some seconds, else 0."""
        behind = accepted - counted if accepted is not None and counted is not None else 0
        if behind <= 0 or counted != self._counted or self._waits_since is None:
            self._waits_since = at if behind > 0 else None
        self._counted = counted
        waits = self._waits_since is not None and at - self._waits_since >= STUCK_SECONDS
        return behind if waits else 0


def _faults(seen: Seen, stuck_records: int) -> Iterator[Fault]:
    if not seen.database:
        yield Fault("postgres", "Postgres does not answer. The numbers are the last it gave.", ("live",))
    if seen.jobs is None:
        yield Fault(
            "flink", "Flink does not answer. Neither the live views nor history move.", ("live", "history")
        )
    else:
        yield from _job_faults(seen.jobs)
    if seen.log is None:
        yield Fault("kafka", "Kafka does not answer. Nothing new can arrive.", ("door", "live", "history"))
    if seen.door is None:
        yield Fault(
            "door", "The door does not answer. Nothing can be sent; what was accepted is safe.", ("door",)
        )
    if stuck_records:
        records = (
            "1 accepted record waits" if stuck_records == 1 else f"{stuck_records:,} accepted records wait"
        )
        yield Fault(
            "stuck", f"{records} and the live job has counted none for {STUCK_SECONDS:.0f} s.", ("live",)
        )


def _job_faults(jobs: Mapping[str, Job]) -> Iterator[Fault]:
    states = {name: job.state for name, job in jobs.items()}
    for name, what in (("live", "The live views do"), ("history", "History does")):
        state = states.get(name, "MISSING")
        if state != "RUNNING":
            text = f"The {name} job is {job_state(state)}. {what} not move."
            yield Fault(f"{name} job", text, (name,))


def job_state(state: str) -> str:
    """Say Flink's state of a job in plain words."""
    return {"MISSING": "not there", "CREATED": "starting", "INITIALIZING": "starting"}.get(
        state, state.lower()
    )
