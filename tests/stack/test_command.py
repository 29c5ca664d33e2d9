import pytest
from typer.testing import CliRunner

from catalog.errors import SetupError, TransientError
from catalog.settings import Settings
from stack import cli
from stack.layout import Layout
from stack.up import wipe


@pytest.mark.parametrize("verb", cli.VERBS)
def test_the_help_of_every_verb_shows_an_example(verb: str) -> None:
    shown = CliRunner().invoke(cli.application(verb), [verb, "--help"], terminal_width=200)
    assert shown.exit_code == 0, shown.output
    assert f"./pinflow {verb}" in " ".join(shown.output.split())


def test_an_unknown_verb_is_the_callers_fault() -> None:
    assert CliRunner().invoke(cli.application("fly"), ["fly"]).exit_code == 2


@pytest.mark.parametrize(
    ("error", "code", "told"),
    [
        (SetupError("do this"), 2, "pinflow: do this\n"),
        (TransientError("try again"), 1, "pinflow: try again\n"),
        (ValueError("a [b] c\nmore"), 1, "pinflow: ValueError: a [b] c; run ./pinflow doctor"),
    ],
)
def test_an_error_is_one_line(
    error: Exception,
    code: int,
    told: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def fail(_: object) -> None:
        raise error

    monkeypatch.setattr(cli, "application", fail)
    monkeypatch.delenv("PINFLOW_DEBUG", raising=False)
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == code
    said = capsys.readouterr()
    assert said.err.startswith(told)
    assert said.err.count("\n") == 1
    assert said.out == ""


def test_wipe_removes_the_stacks_own_files_and_nothing_else(settings: Settings) -> None:
    layout = Layout.of(settings.home)
    layout.make()
    (layout.home / "letters.txt").write_text("mine")
    wipe(layout)
    assert [path.name for path in layout.home.iterdir()] == ["letters.txt"]
    (layout.home / "letters.txt").unlink()
    layout.make()
    wipe(layout)
    assert not layout.home.exists()
