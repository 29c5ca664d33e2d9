"""What became of the records that were sent."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Summary:
    """Count what was sent; `errors` counts unacknowledged records by message."""

    sent: int = 0
    acknowledged: int = 0
    seconds: float = 0.0
    errors: Counter[str] = field(default_factory=Counter)

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
            "failed": self.failed,
            "seconds": round(self.seconds, 3),
            "records_per_second": round(rate, 1),
            "errors": dict(self.errors.most_common(5)),
        }
