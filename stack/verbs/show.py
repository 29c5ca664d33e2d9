"""Print rows: as a table for people, as one JSON array of objects for programs."""

import json
import sys
from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.table import Table

Row = Mapping[str, Any]
WIDE = 200


def as_json(rows: Sequence[Row]) -> None:
    """Print rows as one JSON array; times in ISO form, bytes as text with escapes."""
    sys.stdout.write(json.dumps(rows, default=_plain, ensure_ascii=False, indent=1) + "\n")


def as_object(row: Row) -> None:
    """Print one row as one JSON object."""
    sys.stdout.write(json.dumps(row, default=_plain, ensure_ascii=False, indent=1) + "\n")


def as_table(title: str, rows: Sequence[Row], console: Console | None = None) -> None:
    """Print rows as a table, numbers to the right."""
    table = Table(title=title, title_justify="left")
    for name, value in (rows[0] if rows else {"no rows": None}).items():
        table.add_column(name, justify="right" if isinstance(value, int | float) else "left", overflow="fold")
    for row in rows:
        table.add_row(*("" if value is None else _text(value) for value in row.values()))
    (console or Console(width=None if sys.stdout.isatty() else WIDE)).print(table)


def _text(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        return f"{value:,.1f}"
    return str(_plain(value)) if isinstance(value, bytes) else str(value)


def _plain(value: object) -> str:
    if isinstance(value, bytes | memoryview):
        return bytes(value).decode(errors="backslashreplace")
    return value.isoformat() if hasattr(value, "isoformat") else str(value)
