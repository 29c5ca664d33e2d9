"""The reference rows that lie beside a checkout, where there are any."""

import json
from pathlib import Path
from typing import Any

import pytest

from catalog.settings import ROOT

FOLDER = ROOT.parent / "shared" / "data" / "pinterest"

needed = pytest.mark.skipif(
    not (ROOT.parent / "shared").exists(), reason="the reference rows are not at hand"
)


def lines(name: str) -> list[dict[str, Any]]:
    """Read the JSON lines of one file."""
    return [json.loads(line) for line in (FOLDER / name).read_text().splitlines()]


def golden() -> dict[str, Any]:
    """Read the rows and answers that another pipeline gave."""
    found: dict[str, Any] = json.loads((FOLDER / "golden_322.json").read_text())
    return found


def write_lines(path: Path, rows: list[dict[str, Any]]) -> None:
    """Write rows as JSON lines."""
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
