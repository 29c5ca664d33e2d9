"""The stages of the pipeline, from left to right, as the page shows them."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from dashboard.faults import job_state
from dashboard.meter import Meter
from dashboard.seen import Seen
from dashboard.values import iso

AWAY = "does not answer"


@dataclass(frozen=True)
class Stage:
    """Hold one stage: its state in a word, records a second, what it refused, its newest record (UTC)."""

    name: str
    title: str
    stops: str
    state: str
    is_well: bool
    rate: float | None
    newest_at: str | None
    newest_is: str = "newest record"
    rejected: int | None = None
    rejected_is: str = "rejected"
    facts: list[dict[str, Any]] = field(default_factory=list)


class Meters:
    """Count what passes each stage."""

    def __init__(self) -> None:
        self.placed, self.accepted, self.counted, self.kept = Meter(), Meter(), Meter(), Meter()
        self.rejected = Meter()
        self.history = Meter(window_seconds=15)

    def saw(self, at: float, seen: Seen) -> None:
        """Note every count at a moment of a steady clock, in seconds."""
        self.placed.saw(at, seen.door.placed if seen.door else None)
        self.accepted.saw(at, seen.log.accepted if seen.log else None)
        if seen.database:
            self.counted.saw(at, seen.counted())
            self.kept.saw(at, seen.counted("kept"))
            self.rejected.saw(at, seen.counted("rejected"))
        self.history.saw(at, seen.jobs["history"].read if seen.jobs and "history" in seen.jobs else None)


def stages(seen: Seen, meters: Meters, at: float) -> list[Stage]:
    """Describe every stage at a moment of the meters' clock."""
    accepted_at = iso(seen.log.newest_at) if seen.log and seen.log.newest_at else None
    counted = seen.counted()
    behind = seen.log.accepted - counted if seen.log and counted is not None else None
    return [
        _door(seen, meters, at, accepted_at),
        Stage(
            "kafka", "Kafka", "door", "answers" if seen.log else AWAY, seen.log is not None,
            _rate(meters.accepted, at, seen.log), accepted_at,
            facts=[_fact("accepted", seen.log.accepted if seen.log else None)],
        ),
        _live(seen, meters, at, behind),
        _postgres(seen, meters, at),
        *_history(seen, meters, at),
    ]  # fmt: skip


def _door(seen: Seen, meters: Meters, at: float, accepted_at: str | None) -> Stage:
    door = seen.door
    return Stage(
        "door", "Door", "door", "open" if door else AWAY, door is not None, _rate(meters.placed, at, door),
        accepted_at, rejected=door.refused if door else None, rejected_is="refused",
        facts=[_fact("since its start", door.placed if door else None)],
    )  # fmt: skip


def _live(seen: Seen, meters: Meters, at: float, behind: int | None) -> Stage:
    state, is_well = _job(seen, "live")
    minutes = [row["minute"] for row in seen.rows("activity")]
    newest = max([*minutes, *[row["accepted_at"] for row in seen.rows("newest")[:1]]], default=None)
    return Stage(
        "live", "Live job", "live", state, is_well, _rate(meters.counted, at, seen.database), newest,
        rejected=seen.counted("rejected"),
        facts=[_fact("waiting", None if behind is None else max(0, behind))],
    )  # fmt: skip


def _postgres(seen: Seen, meters: Meters, at: float) -> Stage:
    posts = seen.first("posts")
    dead = sum(row["records"] for row in seen.rows("dead_letters"))
    return Stage(
        "postgres", "Postgres", "live", "answers" if seen.database else AWAY, seen.database,
        _rate(meters.kept, at, seen.database), seen.first("newest").get("accepted_at"), "newest pin",
        dead, "dead letters", [_fact("posts", posts.get("posts")), _fact("complete", posts.get("complete"))],
    )  # fmt: skip


def _history(seen: Seen, meters: Meters, at: float) -> list[Stage]:
    state, is_well = _job(seen, "history")
    job = seen.jobs.get("history") if seen.jobs else None
    read = job.read if job else None
    # Everything accepted before a checkpoint began is in the snapshot that it published.
    checkpoint = job.checkpoint_at if job else None
    rate = _rate(meters.history, at, job)
    p99 = max(
        (row["p99_seconds"] or 0 for row in seen.rows("freshness") if row["stage"] == "history"), default=None
    )
    return [
        Stage(
            "history", "History job", "history", state, is_well, rate, _moment(checkpoint), "last checkpoint",
            facts=[_fact("read since its start", read)],
        ),
        Stage(
            "iceberg", "Iceberg", "history", "publishes" if is_well else "stands still", is_well, rate,
            _moment(checkpoint), "last snapshot", facts=[_fact("readable within, p99", p99, "s")],
        ),
    ]  # fmt: skip


def _job(seen: Seen, name: str) -> tuple[str, bool]:
    if seen.jobs is None:
        return f"Flink {AWAY}", False
    state = seen.jobs[name].state if name in seen.jobs else "MISSING"
    return job_state(state), state == "RUNNING"


def _rate(meter: Meter, at: float, source: object) -> float | None:
    rate = meter.rate(at) if source else None
    return None if rate is None else round(rate, 1)


def _moment(moment: datetime | None) -> str | None:
    return iso(moment) if moment else None


def _fact(name: str, value: float | None, unit: str = "") -> dict[str, Any]:
    return {"name": name, "value": value, "unit": unit}
