"""What docs/door.md tells of settings is what there is."""

import re

from catalog.settings import ROOT, Ingest

PAGE = (ROOT / "docs" / "door.md").read_text()


def test_every_limit_is_told_and_no_setting_is_made_up() -> None:
    told = {name.lower() for name in re.findall(r"`([A-Z]+(?:_[A-Z]+)+|STAGES)`", PAGE)}
    elsewhere = {"host", "port", "acknowledge_seconds"}
    assert told == set(Ingest.model_fields) - elsewhere
