import re
from collections import Counter
from pathlib import Path

import pytest

from catalog.columns import TABLES
from catalog.names import TOPICS, Outcome, Reason
from catalog.settings import ROOT
from flink_jobs.texts import DECODER, SQL, STAGES, views

MIGRATIONS = ROOT / "catalog" / "migrations"
HEADER = ("-- One row: ", "-- Key: ", "-- Late rows: ", "-- Read by: ")
FILES = sorted(path for path in SQL.glob("[0-9]*/**/*.sql"))
MACROS = sorted((SQL / "macros").glob("*.sql"))
PLACEHOLDERS = re.compile(r"known_text\(.*?, \[(.*?)\]\)")


def _name(path: Path) -> str:
    return str(path.relative_to(SQL))


def _texts(folder: str) -> dict[str, str]:
    return {_name(path): path.read_text() for path in FILES if _name(path).startswith(folder)}


@pytest.mark.parametrize("path", FILES, ids=_name)
def test_a_file_starts_with_its_four_lines_and_stays_short(path: Path) -> None:
    lines = path.read_text().splitlines()
    assert [line[: len(start)] for start, line in zip(HEADER, lines, strict=False)] == list(HEADER)
    assert all(line.endswith(".") for line in lines[:4])
    assert len(lines) <= 80


def test_a_view_reads_only_from_its_own_or_an_earlier_stage() -> None:
    stages = {view.name: view.stage for view in views()}
    for view in views():
        later = {read for read in view.reads(set(stages)) if stages[read] > view.stage}
        assert not later, f"{view.name} reads {later}"


def test_questions_read_only_what_is_there() -> None:
    lake = {f"lake.history.{table}" for table in TABLES}
    lake |= {f"lake.history.{path.stem}" for path in (SQL / "90_ask" / "trino" / "views").glob("*.sql")}
    made = "".join(path.read_text() for path in MIGRATIONS.glob("*.sql"))
    live = set(re.findall(r"CREATE (?:TABLE|VIEW|MATERIALIZED VIEW) (live\.\w+)", made))
    for name, text in _texts("90_ask").items():
        read = set(re.findall(r"(?:FROM|JOIN)\s+([a-z_]+\.[a-z_.]+)", text))
        read = {place.removeprefix("live.") if place.startswith("live.live.") else place for place in read}
        assert read, name
        assert read <= (lake | live if "/trino/" in name else live), name


def test_each_topic_is_read_once_and_only_the_first_stage_knows_topics_and_contracts() -> None:
    read = Counter(
        topic for text in _texts("10_read").values() for topic in re.findall(r"FROM (\w+)_topic\b", text)
    )
    assert read == Counter(TOPICS)
    for stage in STAGES[1:]:
        for name, text in _texts(stage).items():
            assert not re.search(r"FROM \w+_topic\b|\bcontracts\b|decode_json", text), name


def test_follower_count_is_cleaned_in_one_file() -> None:
    files = [name for name, text in _texts("").items() if "read_count(" in text]
    assert files == ["20_clean/pin_cleaned.sql"]


def test_a_placeholder_stands_in_one_file() -> None:
    every = {**_texts(""), **{_name(path): path.read_text() for path in MACROS}}
    texts = {
        text
        for source in every.values()
        for each in PLACEHOLDERS.findall(source)
        for text in re.findall("'(.*?)'", each)
    }
    assert "User Info Error" in texts
    for text in texts:
        assert [name for name, source in every.items() if text in source] == ["20_clean/pin_cleaned.sql"], (
            text
        )


def _reasons_in_sql() -> set[str]:
    text = "\n".join(_texts("20_clean").values())
    judged = "".join(re.findall(r"CASE((?:(?!\bCASE\b).)*?)END AS reason\b", text, re.DOTALL))
    return {*re.findall(r"THEN '(\w+)'", judged), *re.findall(r"'(\w+)' AS reason\b", text)}


def _reasons_in_java() -> set[str]:
    text = "\n".join(path.read_text() for path in DECODER.rglob("*.java"))
    return set(re.findall(r"""(?:refused\(|blame\(\w+,)\s*"(\w+)\"""", text))


def test_reasons_are_those_of_the_enum_and_each_can_happen() -> None:
    assert _reasons_in_sql() | _reasons_in_java() == {str(reason) for reason in Reason}


def test_outcomes_are_those_of_the_enum_and_each_can_happen() -> None:
    text = "\n".join(view.text for view in views())
    named = {*re.findall(r"'(\w+)' AS outcome\b", text), *re.findall(r"outcome = '(\w+)'", text)}
    judged = re.findall(r"THEN '(\w+)'\s+ELSE '(\w+)'\s+END AS outcome\b", text)
    assert named | {name for pair in judged for name in pair} == {str(outcome) for outcome in Outcome}
