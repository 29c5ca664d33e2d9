"""Read counts and times that clients send as text, exactly."""

import re
from datetime import UTC, datetime, timedelta
from functools import lru_cache

LARGEST = 2**31 - 1
FACTORS = {"": 1, "k": 10**3, "m": 10**6, "b": 10**9}
COUNT = re.compile(r"([0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.([0-9]+))?([kKmMbB]?)")
CLOCK = r"([0-9]{2}):([0-9]{2}):([0-9]{2})"
DASHED = r"([0-9]{4})-([0-9]{2})-([0-9]{2})"
PLAIN_TIMES = (
    re.compile(f"{DASHED}[ T]{CLOCK}"),
    re.compile(f"([0-9]{{4}}):([0-9]{{2}}):([0-9]{{2}}) {CLOCK}"),
)
ZONED_TIME = re.compile(f"{DASHED}[Tt ]{CLOCK}" + r"(?:\.([0-9]+))?(?:[Zz]|([+-])([0-9]{2}):([0-9]{2}))")


@lru_cache(maxsize=65536)
def read_count(text: str) -> int | None:
    """Read `1,200`, `1.2k` or `3M` as a whole number of 0 .. 2^31-1; None when it is none."""
    match = COUNT.fullmatch(text)
    if match is None:
        return None
    whole = match[1].replace(",", "").lstrip("0")
    fraction = (match[2] or "").rstrip("0")
    # Longer texts cannot be whole or in range, and int() refuses very long ones.
    if len(whole) > 10 or len(fraction) > 9:
        return None
    count, rest = divmod(int(whole + fraction or "0") * FACTORS[match[3].lower()], 10 ** len(fraction))
    return count if rest == 0 and count <= LARGEST else None


@lru_cache(maxsize=65536)
def read_time(text: str) -> datetime | None:
    """Read a time without zone as UTC, or an RFC 3339 time with its zone; None for any other text."""
    try:
        for pattern in PLAIN_TIMES:
            if match := pattern.fullmatch(text):
                return datetime(*map(int, match.groups()), tzinfo=UTC)  # type: ignore[misc,arg-type]
        return _read_zoned(text)
    except (ValueError, OverflowError):
        return None


def _read_zoned(text: str) -> datetime | None:
    match = ZONED_TIME.fullmatch(text)
    if match is None:
        return None
    *clock, fraction, sign, hours, minutes = match.groups()
    microseconds = int((fraction or "0")[:6].ljust(6, "0"))
    if int(hours or 0) > 23 or int(minutes or 0) > 59:
        return None
    ahead = timedelta(hours=int(hours or 0), minutes=int(minutes or 0))
    local = datetime(*map(int, clock), microseconds, tzinfo=UTC)  # type: ignore[misc,arg-type]
    return local + ahead if sign == "-" else local - ahead
