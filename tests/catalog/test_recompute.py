import json
from typing import Any

import pytest

from catalog.columns import PLACE, TABLES
from catalog.contracts import contract
from catalog.names import Outcome, Reason, Stream
from catalog.recompute.clean import Geo, Pin, Rejected, User
from catalog.recompute.enrich import GeoExtras, PinExtras, UserExtras, enrich
from catalog.recompute.judge import Judge
from catalog.recompute.verdict import Accepted, verdict

PIN = {
    "index": 5,
    "unique_id": "u",
    "title": "t",
    "description": "d",
    "poster_name": "p",
    "follower_count": "12k",
    "tag_list": "a,,b",
    "is_image_or_video": "image",
    "image_src": "i",
    "downloaded": 1,
    "save_location": "Local save in /data/art",
    "category": "art",
}
GEO = {"ind": 5, "timestamp": "2021-04-19T17:37:03", "latitude": 1, "longitude": -0.0, "country": "Albania"}
USER = {
    "ind": 5,
    "first_name": "Ann",
    "last_name": "Lee",
    "age": 18,
    "date_joined": "2016-12-31T23:30:00-01:00",
}
ROWS = {Stream.PIN: PIN, Stream.GEO: GEO, Stream.USER: USER}


def found(stream: Stream, **columns: Any) -> Accepted | Rejected:
    return verdict(stream, json.dumps(ROWS[stream] | columns).encode())


def cleaned(stream: Stream, **columns: Any) -> Any:
    accepted = found(stream, **columns)
    assert isinstance(accepted, Accepted)
    return accepted.cleaned


@pytest.mark.parametrize(
    ("stream", "row", "extras"),
    [("pin", Pin, PinExtras), ("geo", Geo, GeoExtras), ("user", User, UserExtras)],
)
def test_recomputed_columns_are_the_tables_own(stream: str, row: Any, extras: Any) -> None:
    columns = [name for name in TABLES[contract(Stream(stream)).cleaned_table] if name not in PLACE]
    assert columns == [*row._fields, *extras._fields]


@pytest.mark.parametrize(
    ("column", "text"),
    [
        ("title", "No Title Data Available"),
        ("description", "No description available Story format"),
        ("description", "No description available"),
        ("poster_name", "User Info Error"),
        ("follower_count", "User Info Error"),
        ("tag_list", "N,o, ,T,a,g,s, ,A,v,a,i,l,a,b,l,e"),
        ("image_src", "Image src error."),
        *(
            (column, text)
            for column in ("unique_id", "category", "follower_count")
            for text in ("", " \t\n\r\f\v\u00a0")
        ),
        ("save_location", "Local save in "),
        ("category", None),
    ],
)
def test_placeholders_and_blanks_become_null(column: str, text: str | None) -> None:
    assert getattr(cleaned(Stream.PIN, **{column: text}), column) is None


@pytest.mark.parametrize(
    ("column", "text"),
    [
        ("title", "Untitled"),
        ("title", "Image src error."),
        ("title", " \u2003"),
        ("image_src", "Image src error"),
        ("poster_name", " edge "),
        ("description", "end…\u00a0"),
        ("title", "two\nlines"),
        ("save_location", "/data/art"),
    ],
)
def test_other_texts_stay_as_they_are(column: str, text: str) -> None:
    assert getattr(cleaned(Stream.PIN, **{column: text}), column) == text


@pytest.mark.parametrize(
    ("stream", "columns", "expected"),
    [
        (Stream.PIN, {"index": -1, "follower_count": "x"}, (Reason.OUT_OF_RANGE, "index")),
        (Stream.PIN, {"follower_count": "x", "downloaded": 2}, (Reason.UNREADABLE_COUNT, "follower_count")),
        (Stream.PIN, {"downloaded": 2}, (Reason.OUT_OF_RANGE, "downloaded")),
        (Stream.PIN, {"index": {"index": 5}}, (Reason.WRONG_TYPE, "index")),
        (Stream.GEO, {"timestamp": "", "latitude": 91}, (Reason.UNREADABLE_TIME, "timestamp")),
        (Stream.GEO, {"latitude": 90.0000001, "longitude": 181}, (Reason.OUT_OF_RANGE, "latitude")),
        (Stream.GEO, {"longitude": -180.5}, (Reason.OUT_OF_RANGE, "longitude")),
        (Stream.USER, {"age": 151, "date_joined": "x"}, (Reason.OUT_OF_RANGE, "age")),
        (Stream.USER, {"date_joined": "\u00a0"}, (Reason.UNREADABLE_TIME, "date_joined")),
    ],
)
def test_the_first_broken_rule_names_its_field(stream: Stream, columns: Any, expected: Any) -> None:
    rejected = found(stream, **columns)
    assert isinstance(rejected, Rejected)
    assert (rejected.reason, rejected.field) == expected


def test_a_record_of_no_stream_is_rejected_whatever_it_holds() -> None:
    assert verdict(None, None) == Rejected(Reason.NO_STREAM, None, None)


def test_a_name_is_unknown_when_one_half_is() -> None:
    assert cleaned(Stream.USER).user_name == "Ann Lee"
    assert cleaned(Stream.USER, last_name=" ").user_name is None


def test_rows_are_enriched_from_their_own_columns() -> None:
    assert enrich(cleaned(Stream.PIN)) == ("micro", ["a", "", "b"], "image")
    assert enrich(cleaned(Stream.GEO)) == ("AL", "Europe", 2021)
    assert enrich(cleaned(Stream.USER)) == ("18-24", 2017)


@pytest.mark.parametrize(
    ("count", "tier"),
    [
        ("9999", "nano"),
        ("10k", "micro"),
        ("99,999", "micro"),
        ("100k", "macro"),
        ("999999", "macro"),
        ("1M", "mega"),
    ],
)
def test_tiers_begin_at_their_bounds(count: str, tier: str) -> None:
    assert enrich(cleaned(Stream.PIN, follower_count=count))[0] == tier


@pytest.mark.parametrize(
    ("age", "group"),
    [
        (0, None),
        (17, None),
        (18, "18-24"),
        (24, "18-24"),
        (25, "25-35"),
        (35, "25-35"),
        (36, "36-50"),
        (50, "36-50"),
        (51, "50+"),
        (150, "50+"),
    ],
)
def test_age_groups_begin_at_their_bounds(age: int, group: str | None) -> None:
    assert enrich(cleaned(Stream.USER, age=age))[0] == group


def test_unknown_countries_are_marked_and_null_ones_are_not() -> None:
    assert enrich(cleaned(Stream.GEO, country="Atlantis"))[:2] == ("XX", "unknown")
    assert enrich(cleaned(Stream.GEO, country=""))[:2] == (None, None)


def outcomes(*records: Accepted | Rejected) -> str:
    judge, letters = Judge(), ""
    for place, each in enumerate(records):
        assert isinstance(each, Accepted)
        letters += "k" if judge.judge(each.cleaned, each.older_form, place) == Outcome.KEPT else "r"
    return letters


def test_only_new_content_is_kept() -> None:
    a, b, other = found(Stream.USER), found(Stream.USER, age=19), found(Stream.USER, ind=6)
    assert outcomes(a, b, a, other, b) == "kkrkr"


def test_equal_content_in_other_spelling_is_a_repeat() -> None:
    first = found(Stream.GEO, latitude=1.0, longitude=0)
    spaced = found(Stream.GEO, timestamp="2021-04-19 17:37:03")
    zoned = found(Stream.GEO, timestamp="2021-04-19T19:37:03+02:00", longitude=-0.0)
    assert outcomes(first, spaced, zoned) == "krr"


def older(**columns: Any) -> Accepted | Rejected:
    row = {name: value for name, value in (PIN | columns).items() if name != "poster_name"}
    return verdict(Stream.PIN, json.dumps(row).encode())


def test_the_older_form_repeats_any_equal_version() -> None:
    known, unknown = found(Stream.PIN), found(Stream.PIN, poster_name=None)
    assert outcomes(known, older()) == "kr"
    assert outcomes(older(), known, older()) == "kkr"
    assert outcomes(older(), unknown) == "kr"
    assert outcomes(known, unknown) == "kk"
    assert outcomes(known, older(), unknown) == "krr"
    assert outcomes(known, older(title="s")) == "kk"
