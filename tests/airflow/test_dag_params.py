"""What the DAGs' parameters take and refuse, asked of Airflow itself before any run is made."""

import json
import os
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from catalog.settings import ROOT, Home
from tests.hostile.conf import hostile, valid

DAGS = ROOT / "airflow" / "dags"


@pytest.fixture
def judge(tmp_path: Path) -> Any:
    environment = os.environ | {
        "AIRFLOW_HOME": str(tmp_path),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "PINFLOW_PYTHON": sys.executable,
    }

    def ask(confs: Iterable[tuple[str, dict[str, Any]]]) -> list[bool]:
        python = Home().tools_dir.resolve() / "airflow" / "bin" / "python"
        script = Path(__file__).with_name("judge_conf.py")
        lines = "".join(json.dumps(conf) + "\n" for conf in confs)
        command = [str(python), str(script), str(DAGS)]
        done = subprocess.run(
            command, input=lines, capture_output=True, text=True, env=environment, cwd=tmp_path, timeout=60
        )
        assert done.returncode == 0, done.stderr
        return [json.loads(line) for line in done.stdout.splitlines()]

    return ask


def test_what_is_meant_is_taken_and_a_thousand_hostile_configurations_are_not(judge: Any, seed: int) -> None:
    fine, bad = list(valid()), hostile(1000, seed)
    verdicts = judge([*fine, *bad])
    assert [conf for conf, is_taken in zip(fine, verdicts, strict=False) if not is_taken] == []
    taken = [conf for conf, is_taken in zip(bad, verdicts[len(fine) :], strict=True) if is_taken]
    assert taken == [], f"seed {seed}"


@pytest.mark.parametrize("path", sorted(DAGS.glob("*.py")), ids=lambda path: path.stem)
def test_no_dag_imports_anything_of_ours_into_airflow(path: Path) -> None:
    ours = ("catalog", "ingest", "flink_jobs", "dashboard", "observe", "stack")
    at_the_top = [line for line in path.read_text().splitlines() if line.startswith(("import ", "from "))]
    assert not [line for line in at_the_top if line.split()[1].split(".")[0] in ours]


def test_no_value_reaches_a_shell() -> None:
    texts = [path.read_text() for path in (*DAGS.glob("*.py"), ROOT / "stack" / "tasks.py")]
    assert not [
        word
        for word in ("BashOperator", "shell=True", "os.system", "task.bash")
        for text in texts
        if word in text
    ]
