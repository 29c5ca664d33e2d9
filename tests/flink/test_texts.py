from pathlib import Path

import pytest

from flink_jobs.sinks import HISTORY_TABLES, LIVE_TABLES
from flink_jobs.texts import SQL, STAGES, rules, views

SINKS = {f"history.{table}": view for table, view in HISTORY_TABLES.items()}
SINKS |= {f"live.{table}": view for table, view in LIVE_TABLES.items()}


def _folder(at: Path, texts: dict[str, str]) -> Path:
    for stage in STAGES:
        (at / stage).mkdir(parents=True)
    for name, text in texts.items():
        (at / f"{name}.sql").write_text(text)
    return at


def test_a_view_stands_after_those_that_it_reads() -> None:
    names = [view.name for view in views()]
    for place, view in enumerate(views()):
        assert view.reads(set(names)) <= set(names[:place])


def test_views_in_a_circle_are_refused(tmp_path: Path) -> None:
    folder = _folder(tmp_path, {"20_clean/egg": "SELECT * FROM hen", "20_clean/hen": "SELECT * FROM egg"})
    with pytest.raises(ValueError, match="cycle"):
        views(folder)


def test_rules_change_with_a_text_or_its_name_and_not_with_a_remark(tmp_path: Path) -> None:
    found = {
        rules(_folder(tmp_path / name, texts))
        for name, texts in {
            "a": {"20_clean/a": "SELECT 1"},
            "remarked": {"20_clean/a": "-- One row: a number.\nSELECT 1"},
            "other": {"20_clean/a": "SELECT 2"},
            "renamed": {"20_clean/b": "SELECT 1"},
            "moved": {"30_enrich/a": "SELECT 1"},
        }.items()
    }
    assert len(found) == 4


@pytest.mark.parametrize("name", [view.name for view in views()])
def test_the_fourth_line_names_every_reader_and_no_other(name: str) -> None:
    (path,) = SQL.glob(f"[0-9]*/{name}.sql")
    said = path.read_text().splitlines()[3].removeprefix("-- Read by: ").removesuffix(".").split(". ")[0]
    readers = {view.name for view in views() if name in view.reads({name})}
    readers |= {sink for sink, view in SINKS.items() if view == name}
    assert set(said.split(", ")) == readers
