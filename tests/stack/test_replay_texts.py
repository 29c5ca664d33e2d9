"""The texts of a replay are copied when it is planned: the present ones, or those of a git revision."""

import subprocess
from pathlib import Path

import pytest
from typer.testing import CliRunner

from catalog.errors import SetupError
from catalog.settings import ROOT
from flink_jobs.texts import SQL, rules
from stack import cli
from stack.replay import texts
from stack.replay.whatif import read_span


def test_the_present_texts_are_copied_whole(tmp_path: Path) -> None:
    assert texts.copy(None, tmp_path / "sql") is None
    assert rules(tmp_path / "sql") == rules(SQL)


def test_those_of_a_revision_are_what_git_holds(tmp_path: Path) -> None:
    commit = texts.copy("HEAD", tmp_path / "replay" / "sql")
    assert commit == git("rev-parse", "HEAD").strip()
    for name in git("ls-tree", "-r", "--name-only", "HEAD", "sql").split():
        assert (tmp_path / "replay" / name).read_text() == git("show", f"HEAD:{name}")


@pytest.mark.parametrize("unknown", ["no-such-branch", "HEAD..HEAD", "0000000", "HEAD~9999"])
def test_a_revision_that_git_does_not_know_leaves_nothing(tmp_path: Path, unknown: str) -> None:
    with pytest.raises(SetupError, match="git log"):
        texts.copy(unknown, tmp_path / "replay" / "sql")
    assert not (tmp_path / "replay").exists()


def test_a_folder_that_is_no_copy_of_the_texts_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match="copy sql/"):
        texts.copy_folder(tmp_path, tmp_path / "to")


def test_a_span_of_time_is_read_strictly() -> None:
    assert [read_span(text).total_seconds() for text in ("90m", "24h", "7d")] == [5400, 86400, 604800]
    for wrong in ("24", "0h", "h", "-1h", "24h; ls", "1.5h", "\u0661h", "999999d"):
        with pytest.raises(SetupError, match="90m"):
            read_span(wrong)


@pytest.mark.parametrize(
    "words",
    [
        ("plan", "--from", "yesterday"),
        ("plan", "--rules=--output=x"),
        ("plan", "20260101_000000_abcd"),
        ("run",),
        ("list", "--streams", "pin"),
        ("run", "20260101_000000_abcd", "--mixed-rules"),
    ],
)
def test_what_makes_no_sense_is_refused_before_anything_is_asked(words: tuple[str, ...]) -> None:
    done = CliRunner().invoke(cli.application("replay"), ["replay", *words])
    assert isinstance(done.exception, SetupError), done.output


def git(*words: str) -> str:
    return subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=True).stdout
