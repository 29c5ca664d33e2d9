import json
from datetime import UTC, datetime
from typing import Any

import pytest

from catalog.names import Outcome, Stream
from catalog.recompute.answers import Post, answers, posts
from catalog.recompute.clean import Cleaned
from catalog.recompute.judge import Judge
from catalog.recompute.verdict import Accepted, verdict
from catalog.settings import ROOT

SHARED = ROOT.parent / "shared"
REFERENCE = SHARED / "data" / "pinterest"
Rows = list[dict[str, Any]]

pytestmark = pytest.mark.skipif(not SHARED.exists(), reason="the reference rows are not at hand (../shared)")
COMPARED = {
    "4": "q4_category_per_country",
    "5": "q5_category_per_year_2018_2022",
    "7": "q7_category_per_age_group",
    "8": "q8_median_per_age_group",
    "9": "q9_users_joined_2015_2020",
    "10": "q10_median_by_join_year",
    "11": "q11_median_by_join_year_age_group",
}


@pytest.fixture(scope="module")
def golden() -> dict[str, Rows]:
    loaded: dict[str, Rows] = json.loads((REFERENCE / "golden_322.json").read_text())
    return loaded


def kept(stream: Stream, golden: dict[str, Rows]) -> dict[int, Any]:
    judge, newest = Judge(), {}
    for place, row in enumerate(golden[f"{stream}_raw"]):
        found = verdict(stream, json.dumps(row).encode())
        assert isinstance(found, Accepted)
        if judge.judge(found.cleaned, found.older_form, place) == Outcome.KEPT:
            assert found.cleaned.ind not in newest
            newest[found.cleaned.ind] = found.cleaned
    return newest


@pytest.fixture(scope="module")
def golden_posts(golden: dict[str, Rows]) -> list[Post]:
    return posts(*(kept(stream, golden) for stream in (Stream.PIN, Stream.GEO, Stream.USER)))


def golden_value(name: str, value: Any) -> Any:
    if name == "save_location":
        return value.strip()
    if name in ("timestamp", "date_joined"):
        return datetime.strptime(value, "%Y-%m-%dT%H:%M:%S.%f%z").astimezone(UTC)
    return tuple(value) if name == "coordinates" else value


@pytest.mark.parametrize("stream", Stream)
def test_every_cleaned_value_equals_the_golden_one(stream: Stream, golden: dict[str, Rows]) -> None:
    mine: dict[int, Cleaned] = kept(stream, golden)
    clean = golden[f"{stream}_clean"]
    assert len(mine) == len(clean) == 316
    for row in clean:
        present = mine[row["ind"]]._asdict()
        assert {name: present[name] for name in row} == {name: golden_value(name, row[name]) for name in row}


@pytest.mark.parametrize(("question", "name"), COMPARED.items())
def test_every_answer_equals_the_golden_one(
    question: str, name: str, golden: dict[str, Rows], golden_posts: list[Post]
) -> None:
    mine = [{column: row[column] for column in golden[name][0]} for row in answers(golden_posts)[question]]
    assert in_any_order(mine) == in_any_order(golden[name])


def test_the_best_posters_are_the_top_of_the_golden_list(
    golden: dict[str, Rows], golden_posts: list[Post]
) -> None:
    rows = golden["q6a_user_per_country"]
    pairs = [row for row in rows if None not in row.values()]
    most = {row["country"]: 0 for row in pairs}
    for row in pairs:
        most[row["country"]] = max(most[row["country"]], row["follower_count"])
    expected = [row for row in pairs if row["follower_count"] == most[row["country"]]]
    assert in_any_order(answers(golden_posts)["6a"]) == in_any_order(expected)


def test_both_tied_countries_of_the_top_poster_are_named(golden_posts: list[Post]) -> None:
    assert [row["country"] for row in answers(golden_posts)["6b"]] == ["American Samoa", "Angola"]


def test_people_and_posts_joined_by_year_follow_the_golden_rows(golden_posts: list[Post]) -> None:
    joined = [(row["number_people_joined"], row["number_posts"]) for row in answers(golden_posts)["9"]]
    assert joined == [(99, 133), (120, 127), (56, 56)]


@pytest.mark.parametrize("stream", Stream)
def test_every_reference_row_and_variant_is_accepted(stream: Stream) -> None:
    rows = [json.loads(line) for line in (REFERENCE / f"{stream}.jsonl").read_text().splitlines()]
    variants = (REFERENCE / f"{stream}_variants.jsonl").read_text().splitlines()
    rows += [json.loads(line)["record"] for line in variants]
    assert [row for row in rows if not isinstance(verdict(stream, json.dumps(row).encode()), Accepted)] == []


def test_ten_of_the_twelve_malformed_messages_are_rejected() -> None:
    lines = [json.loads(line) for line in (REFERENCE / "malformed.jsonl").read_text().splitlines()]
    found = [verdict(Stream(line["stream"]), json.dumps(line["record"]).encode()) for line in lines]
    accepted = [number for number, each in enumerate(found, 1) if isinstance(each, Accepted)]
    assert accepted == [2, 6]


def in_any_order(rows: Rows) -> Rows:
    return sorted(rows, key=lambda row: json.dumps(row, sort_keys=True))
