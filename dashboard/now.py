"""The state of the page: every panel as JSON, made once a second for all viewers."""

import time
from collections import deque
from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from catalog.names import Reason
from catalog.reasons import RULES
from dashboard.faults import Faults, Stuck
from dashboard.panels import QUESTIONS
from dashboard.seen import Seen
from dashboard.stages import Meters, stages
from dashboard.values import iso

Panels = dict[str, dict[str, Any]]
PULSE_SECONDS = 90
QUIET_SECONDS = 10.0
STATES = {
    "starting": "Looking at the pipeline.",
    "still": "Data stands still.",
    "empty": "Nothing has been sent yet.",
    "moving": "Records are coming in.",
    "quiet": "Everything accepted has been counted; nothing new comes in.",
}


class Now:
    """Turn what the sources say into panels, second by second."""

    def __init__(self) -> None:
        self._meters, self._faults, self._stuck = Meters(), Faults(), Stuck()
        self._pulse: deque[list[float]] = deque(maxlen=PULSE_SECONDS)

    def look(self, seen: Seen, at: float | None = None) -> Panels:
        """Give every panel; `at` is a moment of the steady clock, in seconds."""
        at = time.monotonic() if at is None else at
        self._meters.saw(at, seen)
        pipeline = self._pipeline(seen, at)
        self._pulse.append([stage["rate"] or 0 for stage in pipeline["stages"][1:3]] + [self._rejected(at)])
        return {
            "pipeline": pipeline,
            "pulse": {"columns": ["accepted", "counted", "rejected"], "rows": list(self._pulse)},
            "links": {"rows": seen.links},
            **{name: _panel(seen, name) for name in seen.panels},
        }

    def _pipeline(self, seen: Seen, at: float) -> dict[str, Any]:
        accepted, counted = seen.log.accepted if seen.log else None, seen.counted()
        known = accepted if seen.database else None
        faults = self._faults.find(seen, self._stuck.records(at, known, counted))
        state = self._state(seen, at, bool(faults), not counted and not accepted)
        return {
            "state": state,
            "text": STATES[state],
            "faults": faults,
            "accepted": accepted,
            "counted": counted,
            "stages": [asdict(stage) for stage in stages(seen, self._meters, at)],
        }

    def _state(self, seen: Seen, at: float, is_faulty: bool, is_empty: bool) -> str:
        if not seen.is_known:
            return "starting"
        if is_faulty:
            return "still"
        if is_empty:
            return "empty"
        moved = max(
            self._meters.counted.moved_at or -QUIET_SECONDS, self._meters.accepted.moved_at or -QUIET_SECONDS
        )
        return "moving" if at - moved < QUIET_SECONDS else "quiet"

    def _rejected(self, at: float) -> float:
        return round(self._meters.rejected.rate(at) or 0, 1)


def changed(before: Mapping[str, Any], after: Panels) -> Panels:
    """Give the panels that differ in more than the moment of reading."""
    return {name: panel for name, panel in after.items() if _content(panel) != _content(before.get(name, {}))}


def whole(panels: Panels) -> dict[str, Any]:
    """Give the whole state with the moment it was made, UTC."""
    return {"at": iso(datetime.now(UTC)), "panels": panels}


def _content(panel: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in panel.items() if name != "read_at"}


def _panel(seen: Seen, name: str) -> dict[str, Any]:
    shown = seen.panels[name]
    panel: dict[str, Any] = {"rows": shown.rows, "read_at": shown.read_at, "error": shown.error}
    if name in QUESTIONS:
        panel["question"] = QUESTIONS[name]
    if name == "dead_letters":
        panel["rows"] = [{**row, "rule": _rule(row["reason"])} for row in panel["rows"]]
    return panel


def _rule(reason: str) -> str:
    return RULES[Reason(reason)] if reason in set(Reason) else ""
