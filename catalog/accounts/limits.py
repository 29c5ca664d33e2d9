"""Read the limits of a range of the log: offsets, or times of acceptance."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import NamedTuple

from catalog.accounts.files import Place, Span
from catalog.accounts.lake import Lake
from catalog.accounts.log import Extent, KafkaLog
from catalog.errors import SetupError

LARGEST = 2**63 - 1


class Limits(NamedTuple):
    """Bound a range, both ends held: whole numbers are offsets of every partition, else times in UTC."""

    start: int | datetime | None
    end: int | datetime | None

    def spans(self, log: KafkaLog, lake: Lake, extents: Mapping[Place, Extent]) -> dict[Place, Span]:
        """Give the offsets of each place that lie in the range."""
        return {
            place: Span(
                _first_at(self.start, place, extent, log, lake) if self.start is not None else 0,
                self._last(place, extent, log, lake),
            )
            for place, extent in extents.items()
        }

    def _last(self, place: Place, extent: Extent, log: KafkaLog, lake: Lake) -> int:
        if isinstance(self.end, datetime):
            return _first_at(self.end, place, extent, log, lake, later=True) - 1
        return LARGEST if self.end is None else self.end


def read_limits(start: str | None, end: str | None) -> Limits | None:
    """Read both ends as a person writes them; raises SetupError for what is neither offset nor time."""
    if start is None and end is None:
        return None
    limits = Limits(_read(start), _read(end))
    kinds = {type(each) for each in limits if each is not None}
    if len(kinds) > 1:
        raise SetupError("give both ends as offsets, or both as times")
    if len(limits) == 2 and None not in limits and limits.start > limits.end:  # type: ignore[operator]
        raise SetupError("the range ends before it begins")
    return limits


def _read(text: str | None) -> int | datetime | None:
    if text is None:
        return None
    if text.isascii() and text.isdigit():
        return int(text)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise SetupError(
            f"{text} is no offset (12000) and no time (2026-11-21T18:00, UTC unless it says)"
        ) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _first_at(
    moment: int | datetime, place: Place, extent: Extent, log: KafkaLog, lake: Lake, *, later: bool = False
) -> int:
    """Find the first offset accepted at a moment or after it (only after it when `later`)."""
    if isinstance(moment, int):
        return moment
    milliseconds = int(moment.timestamp() * 1000) + later
    found = log.first_at(place, milliseconds)
    if found > extent.low:
        return found
    older = lake.first_at(place, milliseconds)
    return found if older is None else min(found, older)
