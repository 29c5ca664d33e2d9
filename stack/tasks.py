"""What tasks of Airflow call, in the environment of the command: the command itself, without a shell."""

import json
import subprocess
import sys
from typing import Any

from catalog.settings import ROOT


def pinflow(*words: str) -> Any:
    """Run a verb with `--json` and give what it printed; what it says on the way goes to the task's log.

    Raises RuntimeError when the verb does not end well.
    """
    command = [sys.executable, "-m", "stack.cli", *words, "--json"]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    if done.returncode:
        raise RuntimeError(f"pinflow {words[0]} ended with {done.returncode}; why stands above in the log")
    return json.loads(done.stdout or "null")


def option(name: str, value: str | int | None) -> list[str]:
    """Write an option and its value as one word, so that no value can be taken for an option."""
    return [] if value is None else [f"--{name}={value}"]
