"""The README's session, run as it stands against a stack: its commands and its example output."""

import json
import re
import subprocess
import time
from pathlib import Path

from catalog.settings import ROOT
from tests.servers.stack import Stack

README = (ROOT / "README.md").read_text()
BLOCK = re.compile(r"```console\n(.*?)```", re.DOTALL)
PATIENCE_SECONDS = 60


def session() -> list[tuple[str, str]]:
    """Give each command of the README with the output that follows it."""
    steps = [step for block in BLOCK.findall(README) for step in re.split(r"^\$ ", block, flags=re.M)[1:]]
    return [split(step) for step in steps]


def split(step: str) -> tuple[str, str]:
    """A curl's body goes on over several lines; every other command is one line."""
    if step.startswith("curl"):
        command, _, output = step.partition("}'\n")
        return f"{command}}}'", output.strip()
    command, _, output = step.partition("\n")
    return command, output.strip()


def said(command: str, folder: Path) -> str:
    return subprocess.run(["bash", "-c", command], capture_output=True, text=True, cwd=folder).stdout


def same(output: str, expected: str) -> bool:
    return bool(output.strip()) and json.loads(output) == json.loads(expected)


def test_the_session_says_what_the_readme_says(stack: Stack) -> None:
    steps = session()
    assert sum(bool(output) for _, output in steps) >= 2
    for command, expected in steps:
        ours = command.replace("http://127.0.0.1:18080", stack.settings.ingest.url)
        deadline = time.monotonic() + PATIENCE_SECONDS
        output = said(ours, ROOT)
        while expected and not same(output, expected) and time.monotonic() < deadline:
            time.sleep(0.5)
            output = said(ours, ROOT)
        assert not expected or same(output, expected), f"{ours}\n{output}"
        assert expected or '"error_code":null' in output, f"{ours}\n{output}"
