"""Every measure is listed once; what is shown, told, alerted on or drawn is in the list."""

from catalog.metrics import OURS, DoorMetric
from catalog.metrics_of_others import OTHERS
from catalog.metrics_page import page
from catalog.settings import ROOT
from ingest.metrics import REGISTRY

LISTED = {each.value.name: each.value for group in (*OURS, *OTHERS) for each in group}


def test_the_page_is_made_from_the_lists() -> None:
    told = (ROOT / "docs" / "metrics.md").read_text()
    assert told == page(), "run: python -m catalog.metrics_page > docs/metrics.md"


def test_a_name_is_listed_once() -> None:
    assert len(LISTED) == sum(len(group) for group in (*OURS, *OTHERS))


def test_the_door_shows_what_is_listed_and_no_other() -> None:
    shown = {
        family.name + ("_total" if family.type == "counter" else "")
        for family in REGISTRY.collect()
        if family.name.startswith("pinflow")
    }
    assert shown == {each.value.name for each in DoorMetric}
