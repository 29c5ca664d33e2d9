"""A job goes on from its newest state and no other, and stays stopped when that was wished."""

import os
from pathlib import Path

import pytest

from catalog.errors import SetupError
from catalog.settings import Settings
from stack import jobs, states


@pytest.fixture
def written(settings: Settings) -> list[Path]:
    """Give a checkpoint and a newer savepoint of the history job."""
    folder = states.state_folder(settings, "history")
    found = [folder / "abc" / "chk-7", folder / "savepoint-1"]
    for age, path in enumerate(reversed(found)):
        path.mkdir(parents=True)
        (path / "_metadata").touch()
        os.utime(path / "_metadata", (1000 - age, 1000 - age))
    return found


def test_an_older_state_is_refused_with_the_reason(settings: Settings, written: list[Path]) -> None:
    with pytest.raises(SetupError) as refused:
        states.refuse_all_but_newest(settings, "history", str(written[0]))
    told = str(refused.value)
    assert "chk-7 of 1970-01-01 00:16:39 UTC is older than savepoint-1 of 00:16:40" in told
    assert "skips them without a word" in told
    assert "./pinflow jobs resume history" in told


def test_the_newest_state_may_be_named_by_path_or_uri(settings: Settings, written: list[Path]) -> None:
    states.refuse_all_but_newest(settings, "history", str(written[1]))
    states.refuse_all_but_newest(settings, "history", written[1].as_uri())


def test_what_is_no_state_of_the_job_is_refused(settings: Settings, written: list[Path]) -> None:
    (written[0].parent / "chk-8").mkdir()
    for path in (written[0].parent / "chk-8", written[0].parents[2] / "live" / "savepoint-1"):
        with pytest.raises(SetupError, match="no completed checkpoint or savepoint of history"):
            states.refuse_all_but_newest(settings, "history", str(path))


def test_a_wish_to_stay_stopped_lasts_until_it_is_taken_back(settings: Settings) -> None:
    states.wish_stopped(settings, "live")
    assert states.is_wished_stopped(settings, "live")
    assert not states.is_wished_stopped(settings, "history")
    assert states.forget_wish(settings, "live")
    assert not states.forget_wish(settings, "live")


def test_one_process_at_a_time_starts_and_stops_jobs(settings: Settings) -> None:
    with jobs.alone(settings), pytest.raises(jobs.BusyError), jobs.alone(settings, patience_seconds=0.3):
        pass
    with jobs.alone(settings, patience_seconds=0):
        pass


def test_only_what_a_job_may_go_on_from_is_kept(settings: Settings, written: list[Path]) -> None:
    folder = states.state_folder(settings, "history")
    states.remove_older(folder, states.newest_state(folder))
    assert [path.exists() for path in written] == [False, True]
