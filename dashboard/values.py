"""Write what a database gives as JSON that a page can read without surprise."""

import json
import math
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any


def plain(value: Any) -> Any:
    """Make one value fit for JSON: times in ISO form with Z, whole decimals as integers, infinity as null."""
    if isinstance(value, datetime):
        return iso(value)
    if isinstance(value, Decimal):
        value = int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


def iso(moment: datetime) -> str:
    """Write a moment in UTC; one without zone means UTC already."""
    aware = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    return aware.replace(tzinfo=None).isoformat(timespec="milliseconds") + "Z"


def encode(content: Mapping[str, Any]) -> bytes:
    """Write JSON in ASCII on one line, with no sign that HTML would take for a tag."""
    text = json.dumps(content, separators=(",", ":"), allow_nan=False)
    return text.replace("<", r"\u003c").replace(">", r"\u003e").replace("&", r"\u0026").encode()
