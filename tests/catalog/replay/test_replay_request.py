"""A replay is asked for in strict words: everything else is refused before anything starts."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from catalog.errors import SetupError
from catalog.names import Stream
from catalog.replay.plans import new_id
from catalog.replay.request import Request, Source

HOSTILE = (
    "'; DROP TABLE live.posts --", "pin:0=1;ls", "--output=/etc/passwd", "$(id)", "HEAD\n", "pin:0=\u0661",
    "2026-13-01T00:00:00Z", "2026-01-01", "2026-01-01T00:00:00", "0001-01-01T00:00:00+14:00", "pin:0=-1",
    "news:0=1", "pin:0=1,pin:0=2", "../../etc", "", " earliest", "latest ", "pin:0=1,", "a" * 5000,
)  # fmt: skip
BAD = st.one_of(
    st.sampled_from(HOSTILE), st.text(max_size=60), st.integers(), st.binary(), st.lists(st.text())
)


def test_the_words_of_the_help_are_understood() -> None:
    asked = Request.read(
        streams="pin,geo", **{"from": "pin:0=120,pin:1=88", "to": "latest"}, source="history", rules="v1.2~3"
    )
    assert asked.streams == (Stream.PIN, Stream.GEO)
    assert asked.bounds == ({("pin", 0): 120, ("pin", 1): 88}, None)
    assert (asked.source, asked.rules) == (Source.HISTORY, "v1.2~3")


def test_a_time_is_taken_with_its_zone() -> None:
    asked = Request.read(**{"from": "2026-11-21T19:00:00+01:00", "to": "2026-11-21T18:00:00.5Z"})
    assert asked.bounds[0] == datetime(2026, 11, 21, 18, tzinfo=UTC)


@pytest.mark.parametrize(
    "wrong",
    [
        {"from": "2026-11-21T19:00:00Z", "to": "2026-11-21T18:00:00Z"},
        {"from": "pin:0=9", "to": "pin:0=8"},
        {"from": "pin:0=9", "to": "pin:1=10"},
        {"from": "geo:0=9", "streams": "pin"},
        {"streams": "pin,pin"},
        {"streams": "pin;geo"},
        {"streams": ""},
        {"source": "trino"},
        {"shell": "ls"},
    ],
)
def test_what_makes_no_sense_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(SetupError, match="--help"):
        Request.read(**wrong)


@given(name=st.sampled_from(["from", "to", "rules", "streams", "source"]), value=BAD)
@example(name="rules", value="HEAD\n")
@example(name="rules", value="-c core.pager=x")
def test_what_is_accepted_can_never_do_harm(name: str, value: Any) -> None:
    try:
        asked = Request.read(**{name: value})
    except SetupError:
        return
    texts = (asked.start, asked.end, asked.rules or "")
    assert not any(character in text for text in texts for character in "'\"; \n\t$`&|<>\\\0")
    assert not any(text.startswith("-") for text in texts)
    assert not (asked.rules or "").startswith((".", "/"))


def test_every_hostile_word_is_refused_at_every_place() -> None:
    for word in HOSTILE:
        for name in ("from", "to", "streams", "source", "rules"):
            if not (name == "rules" and word == "2026-01-01"):
                with pytest.raises(SetupError):
                    Request.read(**{name: word})


def test_an_id_sorts_by_time_and_may_name_a_table() -> None:
    earlier, later = new_id(datetime(2026, 1, 1, tzinfo=UTC)), new_id(datetime(2026, 1, 2, tzinfo=UTC))
    assert earlier < later
    assert earlier.replace("_", "").isalnum()
