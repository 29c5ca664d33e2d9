"""A replay gets what the running jobs leave of the processors, whatever session it is started from."""

import subprocess
import sys
from pathlib import Path

import psutil
import pytest
from tenacity import retry, stop_after_delay, wait_fixed

from catalog.settings import ROOT
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


def test_it_ends_with_whoever_waits_for_it(tmp_path: Path) -> None:
    waits = f"""
from pathlib import Path
from stack.replay.behind import run_behind
with open({str(tmp_path / "said")!r}, "wb") as output:
    run_behind(["sleep", "300"], Path("/"), {{"PATH": "/usr/bin:/bin"}}, output)
"""
    with subprocess.Popen([sys.executable, "-c", waits], cwd=ROOT) as caller:
        behind = _started_by(psutil.Process(caller.pid), "sleep")
        caller.kill()
        behind.wait(timeout=10)


@retry(stop=stop_after_delay(20), wait=wait_fixed(0.05), reraise=True)
def _started_by(caller: psutil.Process, name: str) -> psutil.Process:
    [started] = [child for child in caller.children(recursive=True) if child.name() == name]
    return started


def test_its_exit_code_is_given_and_its_words_reach_no_shell(tmp_path: Path) -> None:
    with (tmp_path / "said").open("wb") as output:
        assert run_behind(["false"], tmp_path, {"PATH": "/usr/bin:/bin"}, output) == 1
    assert said(["echo", "$(id); `id`"], tmp_path) == "$(id); `id`"
