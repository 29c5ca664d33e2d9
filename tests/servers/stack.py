"""A whole stack of its own: real services, started and wiped by the command."""

import json
import os
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import requests
from rich.console import Console

from catalog.accounts.answers import answers_from_log
from catalog.settings import ROOT, Home, Settings
from stack.questions import Engine, answers
from stack.settle import settle

UP = ("up", "--without", "airflow")
"""Airflow takes time and memory, and has a test of its own."""
PORT_BASE = 30000  # below the ports that the system gives to clients


class Stack:
    """Run the command against the stack under test, and look at its insides."""

    def __init__(self) -> None:
        self.settings = Settings()

    def run(self, *words: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        done = subprocess.run([str(ROOT / "pinflow"), *words], capture_output=True, text=True, cwd=ROOT)
        assert not check or done.returncode == 0, f"pinflow {' '.join(words)}\n{done.stdout}\n{done.stderr}"
        return done

    def json(self, *words: str) -> Any:
        return json.loads(self.run(*words, "--json").stdout)

    def sql(self, on: str, text: str) -> list[dict[str, Any]]:
        return list(self.json("sql", "--on", on, text))

    def accounts(self) -> dict[str, int]:
        rows = self.json("accounts")
        return {name: sum(row[name] for row in rows) for name in rows[0] if isinstance(rows[0][name], int)}

    def closed(self) -> dict[str, int]:
        """Settle, and hold the accounts to what they promise."""
        settle(self.settings, Console(quiet=True))
        counts = self.accounts()
        assert counts["missing"] == counts["doubled"] == counts["unequal"] == counts["pending"] == 0, counts
        return counts

    def same_answers(self) -> dict[str, list[dict[str, Any]]]:
        """Hold the answers of both engines, and of the log itself, against each other."""
        history, live = answers(Engine.TRINO, self.settings), answers(Engine.POSTGRES, self.settings)
        log = answers_from_log(self.settings)
        for number, expected in log.items():
            for engine, found in ((Engine.TRINO, history), (Engine.POSTGRES, live)):
                wrong = [row for row in found[number] if row not in expected]
                lacking = [row for row in expected if row not in found[number]]
                assert found[number] == expected, f"question {number} on {engine}: {wrong}, not {lacking}"
        return history

    def restarts(self) -> int:
        """Count the restarts of all jobs since each was submitted."""
        url = self.settings.flink.url
        jobs = [job["jid"] for job in requests.get(f"{url}/jobs/overview", timeout=5).json()["jobs"]]
        answers = [
            requests.get(f"{url}/jobs/{job}/metrics?get=numRestarts", timeout=5).json() for job in jobs
        ]
        return sum(int(metric["value"]) for answer in answers for metric in answer)


@contextmanager
def own_stack() -> Iterator[Stack]:
    """Start a stack in a home of its own, and remove it when the block ends."""
    tools = Home().tools_dir.resolve()
    with tempfile.TemporaryDirectory(prefix="pinflow-test-") as folder, pytest.MonkeyPatch.context() as patch:
        patch.setenv("PINFLOW_HOME", str(Path(folder) / "home"))
        patch.setenv("PINFLOW_TOOLS", os.fspath(tools))
        patch.setenv("PINFLOW_PORT_BASE", str(PORT_BASE))
        try:
            Stack().run(*UP)
            yield Stack()
        finally:
            Stack().run("down", "--wipe", "--yes", check=False)
