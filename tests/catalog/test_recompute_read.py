from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.recompute.read import read_count, read_time

SUFFIXES = {"": 0, "k": 3, "K": 3, "m": 6, "M": 6, "b": 9, "B": 9}
moments = st.datetimes(min_value=datetime(1, 1, 2), max_value=datetime(9999, 12, 30))


@given(st.integers(0, 2**31 - 1), st.sampled_from(sorted(SUFFIXES)), st.integers(0, 30), st.booleans())
def test_a_count_is_read_as_the_whole_number_that_was_written(
    count: int, suffix: str, zeros: int, separators: bool
) -> None:
    exact = Decimal(count).scaleb(-SUFFIXES[suffix])
    whole, _, fraction = f"{exact:f}".partition(".")
    whole = f"{int(whole):,}" if separators else whole
    fraction += "0" * zeros
    assert read_count(f"{whole}.{fraction}{suffix}" if fraction else whole + suffix) == count


@given(st.integers(0, 10**12), st.integers(1, 999), st.sampled_from(sorted(SUFFIXES)))
def test_a_count_with_a_broken_follower_or_too_many_is_none(
    whole: int, thousandths: int, suffix: str
) -> None:
    exact = (Decimal(whole) + Decimal(thousandths).scaleb(-3)).scaleb(SUFFIXES[suffix])
    expected = int(exact) if exact == int(exact) and exact < 2**31 else None
    assert read_count(f"{whole}.{thousandths:03}{suffix}") == expected


@given(st.text(alphabet="0123456789,.kKmMbB+-eE _\n\u0661\uff11", max_size=12))
def test_no_text_breaks_the_reading_of_counts(text: str) -> None:
    count = read_count(text)
    assert count is None or (0 <= count < 2**31 and text.isascii() and text == text.strip())


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1,20",
        "1200,300",
        ",200",
        "1,",
        ".5k",
        "1.",
        "1.k",
        "1kk",
        "1 k",
        "-1",
        "+1",
        "1e3",
        "0x1",
        "0.5",
        "1.2345k",
        "2147483648",
        "2.2B",
        "1k\n",
        "\u0661",
        "1,200,30",
        "9" * 5000,
        "0." + "0" * 5000 + "1k",
    ],
)
def test_any_other_text_is_no_count(text: str) -> None:
    assert read_count(text) is None


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("0", 0),
        ("000", 0),
        ("985k", 985_000),
        ("1.2k", 1200),
        ("1,200", 1200),
        ("1,234.5k", 1_234_500),
        ("2147483647", 2**31 - 1),
        ("2.147483647B", 2**31 - 1),
        ("1.0", 1),
        ("0" * 5000 + "7", 7),
    ],
)
def test_a_count_is_read_exactly(text: str, count: int) -> None:
    assert read_count(text) == count


@given(moments.map(lambda moment: moment.replace(microsecond=0)), st.sampled_from(["-T", "- ", ": "]))
def test_a_time_without_zone_is_utc(moment: datetime, spelling: str) -> None:
    mark, between = spelling[0], spelling[1]
    text = f"{moment.year:04}{mark}{moment:%m}{mark}{moment:%d}{between}{moment:%H:%M:%S}"
    assert read_time(text) == moment.replace(tzinfo=UTC)


@given(
    moments,
    st.integers(-23 * 60 - 59, 23 * 60 + 59),
    st.integers(1, 6),
    st.text(alphabet="0123456789", max_size=20),
    st.sampled_from("Tt "),
)
def test_a_time_with_zone_is_moved_to_utc(
    moment: datetime, zone: int, kept: int, cut: str, between: str
) -> None:
    scale = 10 ** (6 - kept)
    moment = moment.replace(microsecond=moment.microsecond // scale * scale)
    fraction = f"{moment.microsecond:06}"[:kept] + (cut if kept == 6 else "")
    sign, (hours, minutes) = "-" if zone < 0 else "+", divmod(abs(zone), 60)
    date = f"{moment.year:04}-{moment:%m-%d}"
    text = f"{date}{between}{moment:%H:%M:%S}.{fraction}{sign}{hours:02}:{minutes:02}"
    assert read_time(text) == moment.replace(tzinfo=timezone(timedelta(minutes=zone))).astimezone(UTC)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2021-02-29 00:00:00",
        "2100-02-29 00:00:00",
        "2021-04-31T00:00:00Z",
        "0000-01-01 00:00:00",
        "2021-04-19 24:00:00",
        "2021-04-19 23:60:00",
        "2021-04-19 23:59:60",
        "2021-04-19T17:37:03.5",
        "2021:04:19T17:37:03",
        "2021:04:19 17:37:03Z",
        "2021-04-19t17:37:03",
        "2021-04-19T17:37:03.Z",
        "2021-04-19T17:37:03+24:00",
        "2021-04-19T17:37:03+01:60",
        "2021-04-19T17:37:03+0100",
        "2021-04-19 17:37:03\n",
        " 2021-04-19 17:37:03",
        "2021-04-19",
        "2021-4-19 17:37:03",
        "20210419T173703Z",
        "\u0662021-04-19 17:37:03",
        "0001-01-01T00:00:00+00:01",
        "9999-12-31T23:59:59-00:01",
        "2021-04-19T17:37:03 Z",
    ],
)
def test_any_other_text_is_no_time(text: str) -> None:
    assert read_time(text) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2024-02-29 23:59:59", datetime(2024, 2, 29, 23, 59, 59, tzinfo=UTC)),
        ("2021-04-19t17:37:03z", datetime(2021, 4, 19, 17, 37, 3, tzinfo=UTC)),
        ("2021-04-19 17:37:03-00:00", datetime(2021, 4, 19, 17, 37, 3, tzinfo=UTC)),
        ("2021-04-19T17:37:03.1234567Z", datetime(2021, 4, 19, 17, 37, 3, 123456, tzinfo=UTC)),
        ("0001-01-01T00:00:00-00:01", datetime(1, 1, 1, 0, 1, tzinfo=UTC)),
    ],
)
def test_an_rfc_3339_time_is_read_to_the_microsecond(text: str, expected: datetime) -> None:
    assert read_time(text) == expected
