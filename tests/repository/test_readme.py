"""The README's lists and its picture are those of the tree."""

import re
import subprocess

from catalog.settings import ROOT
from flink_jobs.texts import picture
from stack.cli import HIDDEN, VERBS

README = (ROOT / "README.md").read_text()


def section(title: str) -> str:
    return README.split(f"## {title}\n")[1].split("\n## ")[0]


def test_the_picture_is_drawn_from_the_texts() -> None:
    assert f"```mermaid\n{picture()}\n```" in README


def test_every_verb_is_told_and_no_other() -> None:
    first_cells = re.findall(r"^\| (`.*?) \|", section("Verbs"), re.M)
    told = {word for cell in first_cells for word in re.findall(r"`(\w+)", cell)}
    assert told == set(VERBS) - HIDDEN


def test_every_folder_is_told_and_no_other() -> None:
    told = set(re.findall(r"^\| `([\w/]+)/` \|", section("Folders"), re.M))
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    folders = {line.split("/")[0] for line in tracked.splitlines() if "/" in line}
    assert told == {folder for folder in folders if not folder.startswith(".")}


def test_every_door_of_the_makefile_that_is_told_exists() -> None:
    doors = set(re.findall(r"^([a-z]+):.*##", (ROOT / "Makefile").read_text(), re.M))
    assert set(re.findall(r"`make (\w+)`", README)) <= doors
