"""What became of the records that were sent."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from ingest.emulator.client import Fault


@dataclass
class Summary:
    """Count what was sent; `errors` counts unacknowledged records by message.

    `unknown` are those of which nobody said whether they are stored; the rest of `failed` was refused.
    """

    sent: int = 0
    acknowledged: int = 0
    unknown: int = 0
    seconds: float = 0.0
    errors: Counter[str] = field(default_factory=Counter)

    def add(self, acknowledged: int, faults: Sequence[Fault]) -> None:
        """Count the records of a request that are not sent again."""
        self.acknowledged += acknowledged
        self.unknown += sum(fault.unknown for fault in faults)
        self.errors.update(fault.message for fault in faults)

    @property
    def failed(self) -> int:
        """Count the records that were not acknowledged."""
        return self.sent - self.acknowledged

    def as_dict(self) -> dict[str, Any]:
        """Give every figure; seconds are wall time."""
        rate = self.acknowledged / self.seconds if self.seconds else 0.0
        return {
            "sent": self.sent,
            "acknowledged": self.acknowledged,
            "refused": self.failed - self.unknown,
            "unknown": self.unknown,
            "failed": self.failed,
            "seconds": round(self.seconds, 3),
            "records_per_second": round(rate, 1),
            "errors": dict(self.errors.most_common(5)),
        }
