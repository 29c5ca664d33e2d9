"""A copy of the project with a rule changed, and its own command."""

import shutil
import subprocess
from pathlib import Path

from catalog.settings import ROOT


def changed_copy(to: Path, changes: dict[str, tuple[str, str]]) -> Path:
    """Copy every file that git knows, a text replaced by another in some."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True)
    for name in filter(None, listed.stdout.split("\0")):
        (to / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, to / name)
    for name, (before, after) in changes.items():
        text = (to / name).read_text()
        assert before in text
        (to / name).write_text(text.replace(before, after))
    return to


def run(project: Path, *words: str) -> str:
    """Run the command of a copy against the stack under test."""
    done = subprocess.run([str(project / "pinflow"), *words], capture_output=True, text=True, cwd=project)
    assert done.returncode == 0, f"pinflow {' '.join(words)}\n{done.stdout}\n{done.stderr}"
    return done.stdout
