"""Find the measures that an expression names."""

import re

from catalog.metrics import OURS, Kind
from catalog.metrics_of_others import OTHERS

LISTED = {each.value.name: each.value for group in (*OURS, *OTHERS) for each in group}
NAME = re.compile(r"\b(?:pinflow|flink|pg|trino)_\w+|\bup\b")
RECORDED = re.compile(r"\w+:\w+:\w+")


def measured(expression: str) -> set[str]:
    """Give the name of each measure in an expression, that of a histogram without what stands behind it."""
    found = NAME.findall(RECORDED.sub("", expression))
    bases = {name: re.sub("_(bucket|sum|count)$", "", name) for name in found}
    return {base if _is_histogram(base) else name for name, base in bases.items()}


def _is_histogram(name: str) -> bool:
    return name in LISTED and LISTED[name].kind == Kind.HISTOGRAM
