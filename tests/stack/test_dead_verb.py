import pytest
from typer.testing import CliRunner

from catalog.accounts.limits import read_limits
from catalog.errors import SetupError
from catalog.names import Reason
from catalog.reasons import RULES
from stack import cli


def refused(*words: str) -> str:
    done = CliRunner().invoke(cli.application(words[0]), list(words))
    assert isinstance(done.exception, SetupError), done.output
    return str(done.exception)


def test_what_names_no_letter_is_refused_with_an_example() -> None:
    for word in ("pin", "pin/0/x", "news/0/1", "'; DROP TABLE live.posts --"):
        assert "pin/0/4711" in refused("dead", "show", word)


def test_show_asks_which_letter() -> None:
    assert "./pinflow dead list" in refused("dead", "show")


def test_waiving_everything_by_accident_is_refused() -> None:
    assert "--reason" in refused("dead", "waive", "--yes")


def test_only_open_letters_can_be_sent() -> None:
    assert "only open letters" in refused("dead", "retry", "--state", "resolved")


def test_every_reason_has_a_rule_to_show() -> None:
    assert set(RULES) == set(Reason)


@pytest.mark.parametrize(
    ("start", "end"), [("1", "2026-11-21"), ("2", "1"), ("soon", None), (None, "-1"), ("٣", None)]
)
def test_a_range_that_makes_no_sense_is_refused(start: str | None, end: str | None) -> None:
    with pytest.raises(SetupError):
        read_limits(start, end)


def test_a_time_without_zone_is_utc() -> None:
    assert read_limits("2026-11-21T18:00", None) == read_limits("2026-11-21T19:00+01:00", None)
    assert read_limits(None, None) is None
