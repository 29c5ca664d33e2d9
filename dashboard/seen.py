"""Everything that the page knows at one moment, as its sources gave it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from dashboard.database import Rows, Shown
from dashboard.door import Door
from dashboard.flink import Job
from dashboard.log import Log


@dataclass(frozen=True)
class Seen:
    """Hold the newest answers; None for a source that does not answer now."""

    door: Door | None = None
    log: Log | None = None
    jobs: Mapping[str, Job] | None = None
    database: bool = False
    is_known: bool = False
    panels: Mapping[str, Shown] = field(default_factory=dict)
    links: Rows = field(default_factory=list)

    def rows(self, panel: str) -> Rows:
        """Give the newest rows of a panel, none when it was never read."""
        return self.panels[panel].rows if panel in self.panels else []

    def first(self, panel: str) -> dict[str, Any]:
        """Give the first row of a panel, or an empty one."""
        return next(iter(self.rows(panel)), {})

    def counted(self, outcome: str | None = None) -> int | None:
        """Sum what the live views have counted; None before they were read."""
        if "totals" not in self.panels or self.panels["totals"].read_at is None:
            return None
        return sum(int(row["records"]) for row in self.rows("totals") if outcome in (None, row["outcome"]))
