"""What docs/door.md tells of settings and measures is what there is."""

import re

from catalog.settings import ROOT, Ingest
from ingest.metrics import REGISTRY

PAGE = (ROOT / "docs" / "door.md").read_text()


def test_every_measure_is_told_and_no_other() -> None:
    told = set(re.findall(r"^\| `(pinflow_ingest_\w+)`", PAGE, re.M))
    there = {
        family.name + ("_total" if family.type == "counter" else "")
        for family in REGISTRY.collect()
        if family.name.startswith("pinflow")
    }
    assert told == there


def test_every_limit_is_told_and_no_setting_is_made_up() -> None:
    told = {name.lower() for name in re.findall(r"`([A-Z]+(?:_[A-Z]+)+|STAGES)`", PAGE)}
    elsewhere = {"host", "port", "acknowledge_seconds"}
    assert told == set(Ingest.model_fields) - elsewhere
