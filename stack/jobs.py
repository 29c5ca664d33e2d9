"""The Flink jobs of the stack: submitted, resumed from their newest state, stopped with a savepoint."""

import subprocess
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests
from tenacity import retry, retry_if_exception_type, retry_if_result, stop_after_delay, wait_fixed

from catalog.errors import SetupError, TransientError
from catalog.settings import ROOT, Settings
from flink_jobs.texts import rules
from stack.flink import flink_environment
from stack.layout import Layout

NAMES = ("history", "live")
ENDED = {"FINISHED", "CANCELED", "FAILED", "SUSPENDED"}
PROGRAM = ROOT / "flink_jobs" / "__main__.py"


@dataclass(frozen=True)
class Job:
    """Say what Flink knows of one job; `state` is `MISSING` when it knows none that is alive."""

    name: str
    state: str
    id: str | None = None


def jobs(settings: Settings) -> list[Job]:
    """List the jobs of the stack with the state Flink gives them."""
    overview = _get(settings, "/jobs/overview")["jobs"]
    alive = {
        job["name"]: Job(job["name"], job["state"], job["jid"])
        for job in overview
        if job["state"] not in ENDED
    }
    return [alive.get(name, Job(name, "MISSING")) for name in NAMES]


def ensure_running(settings: Settings) -> None:
    """Submit every job that is not alive, from its newest checkpoint or savepoint, and wait until all run.

    Raises SetupError when a job cannot be submitted or would run without checkpoints.
    """
    missing = [job.name for job in jobs(settings) if job.state == "MISSING"]
    with ThreadPoolExecutor() as pool:
        list(pool.map(lambda name: submit(settings, name), missing))
    for job in _await_running(settings):
        _refuse_without_checkpoints(settings, job)


def stop_all(settings: Settings) -> None:
    """Stop every running job with a savepoint; one that is restarting goes on from its last checkpoint."""
    alive = [job for job in jobs(settings) if job.state == "RUNNING"]
    with ThreadPoolExecutor() as pool:
        list(pool.map(lambda job: _stop(settings, job), alive))


def newest_state(folder: Path) -> Path | None:
    """Find the newest completed checkpoint or savepoint of a job, None when it has none."""
    completed = sorted(folder.glob("**/_metadata"), key=lambda path: path.stat().st_mtime)
    return completed[-1].parent if completed else None


def state_folder(settings: Settings, name: str) -> Path:
    """Name the folder of a job's checkpoints and savepoints."""
    return Layout.of(settings.home).data("flink") / name


def submit(settings: Settings, name: str) -> None:
    """Submit one job, from its newest checkpoint or savepoint when it has one."""
    folder = state_folder(settings, name)
    state = newest_state(folder)
    _refuse_other_rules(folder, state)
    command = [
        "flink", "run", "-d", f"-Dexecution.checkpointing.dir={folder.as_uri()}",
        f"-Dexecution.checkpointing.savepoint-dir={folder.as_uri()}",
        *(["-s", state.as_uri()] if state else []),
        "-pyclientexec", str(Layout.of(settings.home).tools / "flink" / "bin" / "python"),
        "-py", str(PROGRAM), name,
    ]  # fmt: skip
    environment = flink_environment(settings)
    done = subprocess.run(command, env=environment, capture_output=True, text=True, cwd=ROOT)
    if done.returncode:
        log = Layout.of(settings.home).logs / f"submit-{name}.log"
        answer = done.stdout + done.stderr
        log.write_text(answer)
        causes = [line for line in answer.splitlines() if "Caused by:" in line] or ["no cause given"]
        raise SetupError(f"the job {name} could not be submitted: {causes[-1]}; Flink's answer is in {log}")


def _refuse_other_rules(folder: Path, state: Path | None) -> None:
    """Keep the rules that a state was made with beside it; a job's state fits no other text."""
    folder.mkdir(parents=True, exist_ok=True)
    note = folder / "rules"
    if state and note.exists() and note.read_text() != rules():
        raise SetupError(
            f"the rules changed since {state.name} was written (then {note.read_text()}, now {rules()}); "
            "check out the former sql/, or start anew with './pinflow down --wipe'"
        )
    note.write_text(rules())


def _refuse_without_checkpoints(settings: Settings, job: Job) -> None:
    config = _get(settings, f"/jobs/{job.id}/checkpoints/config")
    if (
        config["mode"] != "exactly_once"
        or config["unaligned_checkpoints"]
        or config["interval"] > 24 * 3600 * 1000
    ):
        requests.patch(f"{settings.flink.url}/jobs/{job.id}", timeout=10)
        raise SetupError(
            f"the job {job.name} would run without aligned exactly-once checkpoints and was cancelled"
        )


@retry(
    stop=stop_after_delay(90),
    wait=wait_fixed(0.5),
    retry=retry_if_exception_type(TransientError),
    reraise=True,
)
def _await_running(settings: Settings) -> list[Job]:
    found = jobs(settings)
    waiting = [f"{job.name} is {job.state}" for job in found if job.state != "RUNNING"]
    if waiting:
        raise TransientError(f"{', '.join(waiting)}; see {settings.flink.url} and run './pinflow up' again")
    return found


def _stop(settings: Settings, job: Job) -> None:
    url = f"{settings.flink.url}/jobs/{job.id}/stop"
    # Without a target Flink takes the cluster's folder, where this job's next start does not look.
    target = state_folder(settings, job.name).as_uri()
    order = {"drain": False, "formatType": "CANONICAL", "targetDirectory": target}
    answer = requests.post(url, json=order, timeout=10)
    answer.raise_for_status()
    _await_savepoint(settings, job, answer.json()["request-id"])


@retry(
    stop=stop_after_delay(120),
    wait=wait_fixed(0.3),
    retry=retry_if_result(lambda done: not done),
    reraise=True,
)
def _await_savepoint(settings: Settings, job: Job, request: str) -> bool:
    status = _get(settings, f"/jobs/{job.id}/savepoints/{request}")
    if "failure-cause" in (status.get("operation") or {}):
        raise TransientError(
            f"the job {job.name} did not stop with a savepoint; try again, or see Flink's page"
        )
    return bool(status["status"]["id"] == "COMPLETED")


def _get(settings: Settings, path: str) -> Any:
    answer = requests.get(f"{settings.flink.url}{path}", timeout=10)
    answer.raise_for_status()
    return answer.json()
