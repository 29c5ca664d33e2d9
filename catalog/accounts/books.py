"""The accounts of one partition, of one topic, and of all."""

from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any

NAMED_FAULTS = 20
COUNTS = ("accepted", "kept", "repeat", "rejected", "pending", "missing", "doubled", "unequal")


class FaultKind(StrEnum):
    """Say what is wrong with a record's rows."""

    MISSING = "missing"
    DOUBLED = "doubled"
    UNEQUAL = "unequal"


@dataclass(frozen=True)
class Fault:
    """Name a faulty record and where it shows."""

    kind: FaultKind
    offset: int
    where: str


@dataclass
class Account:
    """Count what became of the records of one partition; missing, doubled and unequal count offsets."""

    topic: str
    partition: int | None
    accepted: int = 0
    kept: int = 0
    repeat: int = 0
    rejected: int = 0
    pending: int = 0
    missing: int = 0
    doubled: int = 0
    unequal: int = 0
    other_rules: int = 0
    """Verdicts that the present rules would not give, in rows that other rules made; no fault."""
    faults: list[Fault] = field(default_factory=list)
    """The first faulty records of each kind."""
    _faulty: set[tuple[FaultKind, int]] = field(default_factory=set, repr=False)

    def note(self, kind: FaultKind, offset: int, where: str) -> None:
        """Count a fault; one record counts once a kind, and the first ones are named."""
        if (kind, offset) in self._faulty:
            return
        self._faulty.add((kind, offset))
        count = getattr(self, kind) + 1
        setattr(self, kind, count)
        if count <= NAMED_FAULTS:
            self.faults.append(Fault(kind, offset, where))

    def as_row(self) -> dict[str, Any]:
        """Give the account as one JSON object."""
        return {name: value for name, value in asdict(self).items() if not name.startswith("_")}


@dataclass
class Accounts:
    """Hold the accounts of every partition."""

    rows: list[Account]

    @property
    def total(self) -> Account:
        """Add up every partition, without naming faults."""
        sums = {name: sum(getattr(row, name) for row in self.rows) for name in (*COUNTS, "other_rules")}
        return Account("total", None, **sums)

    @property
    def closed(self) -> bool:
        """Say whether nothing is missing, doubled or unequal."""
        total = self.total
        return total.missing == total.doubled == total.unequal == 0
