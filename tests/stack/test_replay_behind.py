"""A replay gets what the running jobs leave of the processors, whatever session it is started from."""

from pathlib import Path

import pytest

from stack.replay.behind import run_behind

GROUP = Path("/proc/self/autogroup")


def said(command: list[str], folder: Path) -> str:
    with (folder / "said").open("wb") as output:
        assert run_behind(command, folder, {"PATH": "/usr/bin:/bin"}, output) == 0
    return (folder / "said").read_text().strip()


def test_a_replay_is_nice(tmp_path: Path) -> None:
    assert said(["nice"], tmp_path) == "10"


@pytest.mark.skipif(not GROUP.exists(), reason="this kernel shares between processes, not sessions")
def test_its_session_is_nice_as_a_whole_and_ours_is_not(tmp_path: Path) -> None:
    before = GROUP.read_text()
    assert said(["cat", str(GROUP)], tmp_path).endswith("nice 10")
    assert GROUP.read_text() == before


def test_its_exit_code_is_given_and_its_words_reach_no_shell(tmp_path: Path) -> None:
    with (tmp_path / "said").open("wb") as output:
        assert run_behind(["false"], tmp_path, {"PATH": "/usr/bin:/bin"}, output) == 1
    assert said(["echo", "$(id); `id`"], tmp_path) == "$(id); `id`"
