import json
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime
from itertools import islice
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as effort
from hypothesis import strategies as st

from catalog.contracts import contract
from catalog.names import Outcome, Reason, Stream
from catalog.recompute.clean import Rejected
from catalog.recompute.judge import Judge
from catalog.recompute.verdict import verdict
from ingest.emulator.breakage import breakages
from ingest.emulator.dirt import Dirt, Shares
from ingest.emulator.draws import seeded
from ingest.emulator.events import Event, Post
from ingest.emulator.posts import CATEGORIES, Maker, posts

SEEDS = st.integers(0, 2**32)
SHARE = st.floats(0, 0.4)
MAKER = Maker(7)


@pytest.fixture(scope="module")
def many() -> list[Post]:
    return list(posts(MAKER, 7, count=20_000))


@pytest.fixture(scope="module")
def pins(many: list[Post]) -> list[dict[str, Any]]:
    return [json.loads(post[0].body) for post in many]


def share(found: Iterable[object]) -> float:
    """Give the share of true ones."""
    all_found = list(found)
    return sum(map(bool, all_found)) / len(all_found)


def outcomes(events: Iterable[Event]) -> tuple[Counter[tuple[Stream, Outcome]], Counter[Reason]]:
    judges = {stream: Judge() for stream in Stream}
    found: Counter[tuple[Stream, Outcome]] = Counter()
    reasons: Counter[Reason] = Counter()
    for place, event in enumerate(events):
        judged = verdict(event.stream, event.body)
        if isinstance(judged, Rejected):
            found[event.stream, Outcome.REJECTED] += 1
            reasons[judged.reason] += 1
        else:
            found[event.stream, judges[event.stream].judge(*judged, place)] += 1
    return found, reasons


@pytest.mark.parametrize("seed", [0, 1, 2**40])
def test_a_seed_makes_the_same_bytes(seed: int) -> None:
    shares = Shares(0.1, 0.1, 0.1, 0.1, 0.1)
    first, second = (
        list(Dirt(shares, maker, seed).events(posts(maker, seed, count=300)))
        for maker in (Maker(seed), Maker(seed))
    )
    assert first == second


def test_another_seed_makes_other_bytes() -> None:
    assert next(posts(Maker(1), 1)) != next(posts(Maker(2), 2))


@given(SEEDS, st.integers(1, 20))
def test_a_longer_run_begins_with_a_shorter_one(seed: int, count: int) -> None:
    assert list(posts(MAKER, seed, count=count)) == list(islice(posts(MAKER, seed), count))


@given(SEEDS, st.integers(0, 2**31 - 50))
def test_every_post_is_three_good_records_of_one_number(seed: int, start: int) -> None:
    for number, post in enumerate(posts(MAKER, seed, start, 20), start):
        assert [event.stream for event in post] == list(Stream)
        for event in post:
            assert not isinstance(verdict(event.stream, event.body), Rejected)
            assert json.loads(event.body)[contract(event.stream).number] == event.number == number


def test_fields_are_those_of_the_contract(many: list[Post]) -> None:
    for post in many[:2000]:
        for event in post:
            names = [field.name for field in contract(event.stream).fields]
            assert list(json.loads(event.body)) in (names, [name for name in names if name != "poster_name"])


def test_pins_have_the_shares_of_real_ones(pins: list[dict[str, Any]]) -> None:
    shares = Counter(pin["category"].encode() for pin in pins)
    assert set(shares) == set(CATEGORIES)
    assert all(0.05 < count / len(pins) < 0.11 for count in shares.values())
    counts = [pin["follower_count"] for pin in pins]
    assert share(count.endswith("k") for count in counts) == pytest.approx(0.72, abs=0.02)
    assert share(count.isdigit() for count in counts) == pytest.approx(0.19, abs=0.02)
    assert share(count.endswith("M") for count in counts) == pytest.approx(0.07, abs=0.02)
    assert share(pin["is_image_or_video"] == "image" for pin in pins) == pytest.approx(1168 / 1302, abs=0.02)
    assert share(not pin["description"].isascii() for pin in pins) == pytest.approx(0.43, abs=0.05)
    assert share(pin["description"].endswith("…\u00a0") for pin in pins) == pytest.approx(0.36, abs=0.04)
    assert share("poster_name" not in pin for pin in pins) == pytest.approx(2 / 1302, abs=0.001)
    assert sum(len(json.dumps(pin, ensure_ascii=False).encode()) for pin in pins) / len(
        pins
    ) == pytest.approx(730, abs=40)


def test_placeholders_meet_as_in_real_pins(pins: list[dict[str, Any]]) -> None:
    for pin in pins:
        is_story = pin["is_image_or_video"] == "multi-video(story page format)"
        assert is_story == (pin["description"] == "No description available Story format")
        assert (pin["downloaded"] == 0) == (pin["image_src"] == "Image src error.")
        assert (pin["title"] == "No Title Data Available") == (pin["follower_count"] == "User Info Error")
    assert share(pin["title"] == "No Title Data Available" for pin in pins) == pytest.approx(
        14 / 1302, abs=0.003
    )
    assert share(pin["downloaded"] == 0 for pin in pins) == pytest.approx(32 / 1302, abs=0.005)


def test_places_and_people_are_like_real_ones(many: list[Post]) -> None:
    geos = [json.loads(post[1].body) for post in many[:1060]]
    users = [json.loads(post[2].body) for post in many[:1060]]
    assert share(geo["country"][0] == "A" for geo in geos) == pytest.approx(0.37, abs=0.07)
    assert Counter(user["age"] for user in users).most_common(1)[0][0] == 20
    assert all(20 <= user["age"] <= 60 for user in users)
    distinct = {(u["first_name"], u["last_name"], u["age"], u["date_joined"]) for u in users}
    assert len(distinct) == pytest.approx(825, abs=40)


def test_nobody_posts_before_joining(many: list[Post]) -> None:
    for _, geo, user in many[:3000]:
        posted, joined = json.loads(geo.body)["timestamp"], json.loads(user.body)["date_joined"]
        assert moment(2017, 10, 20) <= read(posted) < moment(2022, 10, 17)
        assert moment(2015, 10, 21) <= read(joined) < moment(2017, 10, 19)
        assert read(joined) <= read(posted)


def test_all_three_spellings_of_time_occur(many: list[Post]) -> None:
    spellings = {json.loads(post[1].body)["timestamp"][4::6] for post in many}
    assert {spelling[:2] for spelling in spellings} == {"- ", "-T", ": "}


def moment(year: int, month: int, day: int) -> datetime:
    return datetime(year, month, day, tzinfo=UTC)


def read(text: str) -> datetime:
    return datetime.strptime(text.replace("T", " ").replace("-", ":"), "%Y:%m:%d %H:%M:%S").replace(
        tzinfo=UTC
    )


@effort(max_examples=25)
@given(SEEDS)
def test_every_breakage_is_found_for_its_reason(seed: int) -> None:
    rng = seeded(seed)
    for post in posts(MAKER, seed, count=3):
        for event in post:
            for breakage in breakages(event.stream):
                broken = breakage.broken(event.body, rng)
                judged = verdict(event.stream, broken)
                assert isinstance(judged, Rejected), broken
                assert judged.reason == breakage.reason, broken


@effort(max_examples=40, deadline=None)
@given(SEEDS, SHARE, SHARE, SHARE, SHARE, SHARE)
def test_the_tally_is_what_an_independent_reader_finds(
    seed: int, bad: float, repeat: float, missing: float, late: float, newer: float
) -> None:
    dirt = Dirt(Shares(bad, repeat, missing, late, newer), MAKER, seed)
    events = list(dirt.events(posts(MAKER, seed, count=100)))
    found, reasons = outcomes(events)
    made = dirt.tally.as_dict()["made"]
    for stream in Stream:
        counts = Counter(made[stream])
        assert found[stream, Outcome.KEPT] == counts["good"] + counts["newer"]
        assert found[stream, Outcome.REPEAT] == counts["repeat"]
        assert found[stream, Outcome.REJECTED] == counts["bad"]
    assert dict(reasons) == dirt.tally.as_dict()["bad_by_reason"]
    assert sum(found.values()) + sum(counts.get("missing", 0) for counts in made.values()) == 300 + sum(
        counts.get("repeat", 0) + counts.get("newer", 0) for counts in made.values()
    )


def test_shares_of_dirt_are_kept() -> None:
    dirt = Dirt(Shares(0.05, 0.1, 0.02, 0.2, 0.03), MAKER, 1)
    events = list(dirt.events(posts(MAKER, 1, count=5000)))
    made = sum((Counter(counts) for counts in dirt.tally.as_dict()["made"].values()), Counter())
    for kind, expected in {"bad": 0.05, "repeat": 0.1, "missing": 0.02, "newer": 0.03}.items():
        assert made[kind] / 15_000 == pytest.approx(expected, rel=0.2)
    assert len(events) == 15_000 - made["missing"] + made["repeat"] + made["newer"]


def test_a_late_partner_comes_within_the_bound() -> None:
    dirt = Dirt(Shares(late=0.5, max_late_posts=5), MAKER, 3)
    newest = 0
    for event in dirt.events(posts(MAKER, 3, count=500)):
        newest = max(newest, event.number)
        assert newest - event.number <= 5
    assert any(
        earlier.number > later.number
        for earlier, later in zip(
            *(list(dirt.events(posts(MAKER, 3, count=50)))[i:] for i in (0, 1)), strict=False
        )
    )


def test_without_dirt_nothing_is_changed() -> None:
    plain = [event for post in posts(MAKER, 5, count=100) for event in post]
    assert list(Dirt(Shares(), MAKER, 5).events(posts(MAKER, 5, count=100))) == plain
