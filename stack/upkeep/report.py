"""What upkeep did: one report a table, with one row a day whose rows were compared."""

from dataclasses import asdict, dataclass
from datetime import date
from enum import StrEnum
from typing import Any


class State(StrEnum):
    """Say how upkeep of a table ended; `changed` means that rows are not what they were."""

    DONE = "done"
    CHANGED = "changed"


@dataclass(frozen=True)
class Day:
    """Hold one day (UTC) of a table: rows and their hash in files of before and of after."""

    day: date
    rows: int
    files_before: int
    files_after: int
    bytes_before: int
    bytes_after: int
    hash_before: str
    hash_after: str
    files_digest: str

    @property
    def is_same(self) -> bool:
        """Say whether the rows are what they were."""
        return self.hash_before == self.hash_after


@dataclass(frozen=True)
class Shape:
    """Count what a table is made of; sizes are bytes."""

    rows: int
    files: int
    bytes: int
    manifests: int
    snapshots: int


@dataclass
class Report:
    """Hold what upkeep of one table found before and after."""

    table: str
    before: Shape
    after: Shape
    days: list[Day]
    seconds: float = 0.0
    question_seconds_before: float | None = None
    question_seconds_after: float | None = None

    @property
    def state(self) -> State:
        """Say whether every day's rows are what they were."""
        return State.DONE if all(day.is_same for day in self.days) else State.CHANGED

    def as_row(self) -> dict[str, Any]:
        """Give every figure under the name of its column in `live.upkeep`."""
        return {
            "table": self.table,
            "state": str(self.state),
            "seconds": round(self.seconds, 2),
            "rows": self.after.rows,
            "files_before": self.before.files,
            "files_after": self.after.files,
            "bytes_before": self.before.bytes,
            "bytes_after": self.after.bytes,
            "manifests_before": self.before.manifests,
            "manifests_after": self.after.manifests,
            "snapshots_before": self.before.snapshots,
            "snapshots_after": self.after.snapshots,
            "question_seconds_before": self.question_seconds_before,
            "question_seconds_after": self.question_seconds_after,
        }

    def as_dict(self) -> dict[str, Any]:
        """Give every figure, the days' among them."""
        return {**self.as_row(), "days": [asdict(day) for day in self.days]}
