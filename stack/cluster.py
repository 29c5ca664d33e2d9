"""What the Flink cluster knows of jobs, asked through its REST interface."""

from typing import Any

import requests
from tenacity import retry, retry_if_exception_type, retry_if_result, stop_after_delay, wait_fixed

from catalog.errors import SetupError, TransientError
from catalog.settings import Settings

SAVEPOINT_SECONDS = 120
LONGEST_INTERVAL_MS = 24 * 3600 * 1000


def known_jobs(settings: Settings) -> list[dict[str, Any]]:
    """List every job that the JobManager remembers, alive or ended, the oldest first."""
    found: list[dict[str, Any]] = ask(settings, "/jobs/overview")["jobs"]
    return sorted(found, key=lambda job: int(job["start-time"]))


def running_job(settings: Settings, name: str) -> dict[str, Any] | None:
    """Give the newest job of a name that runs, None when none does."""
    running = [job for job in known_jobs(settings) if job["name"] == name and job["state"] == "RUNNING"]
    return running[-1] if running else None


@retry(
    stop=stop_after_delay(SAVEPOINT_SECONDS),
    wait=wait_fixed(1),
    retry=retry_if_exception_type(TransientError),
    reraise=True,
)
def stop_with_savepoint(settings: Settings, job: str, folder: str) -> None:
    """Stop a job with a savepoint into a folder and wait until it is written; raises TransientError.

    Tried again for a while: a job that has just been submitted runs before all of its tasks do.
    """
    order = {"drain": False, "formatType": "CANONICAL", "targetDirectory": folder}
    answer = requests.post(f"{settings.flink.url}/jobs/{job}/stop", json=order, timeout=10)
    answer.raise_for_status()
    _await_savepoint(settings, job, answer.json()["request-id"])


@retry(
    stop=stop_after_delay(SAVEPOINT_SECONDS),
    wait=wait_fixed(0.3),
    retry=retry_if_exception_type((TransientError, requests.RequestException)),
    reraise=True,
)
def take_checkpoint(settings: Settings, name: str) -> None:
    """Let a job take a checkpoint now and wait until it is complete; raises TransientError."""
    job = running_job(settings, name)
    if job is None:
        raise TransientError(f"the job {name} does not run; see ./pinflow status")
    _await_checkpoint(settings, job["jid"], begin_checkpoint(settings, job["jid"]))


def begin_checkpoint(settings: Settings, job: str) -> str:
    """Let a job take a checkpoint now, and give the number of the request."""
    answer = requests.post(f"{settings.flink.url}/jobs/{job}/checkpoints", json={}, timeout=10)
    answer.raise_for_status()
    return str(answer.json()["request-id"])


def newest_checkpoint(settings: Settings, job: str) -> int:
    """Give the number of the newest checkpoint that a job has begun, 0 when there is none."""
    begun = ask(settings, f"/jobs/{job}/checkpoints")["history"]
    return max((int(checkpoint["id"]) for checkpoint in begun), default=0)


def completed_checkpoint(settings: Settings, job: str) -> int:
    """Give the number of the newest checkpoint that a job has completed, 0 when there is none."""
    latest = ask(settings, f"/jobs/{job}/checkpoints")["latest"]["completed"]
    return int(latest["id"]) if latest else 0


def refuse_without_checkpoints(settings: Settings, name: str, job: str) -> None:
    """Cancel a job that would run without aligned exactly-once checkpoints, and raise SetupError."""
    config = ask(settings, f"/jobs/{job}/checkpoints/config")
    is_exact = config["mode"] == "exactly_once" and not config["unaligned_checkpoints"]
    if not is_exact or config["interval"] > LONGEST_INTERVAL_MS:
        cancel(settings, job)
        raise SetupError(
            f"the job {name} would run without aligned exactly-once checkpoints and was cancelled"
        )


def cancel(settings: Settings, job: str) -> None:
    """Cancel a job; its checkpoints stay."""
    requests.patch(f"{settings.flink.url}/jobs/{job}", timeout=10).raise_for_status()


def failure(settings: Settings, job: str) -> str:
    """Give the first line of what made a job fail, empty when Flink remembers nothing."""
    history = ask(settings, f"/jobs/{job}/exceptions")["exceptionHistory"]["entries"]
    return str(history[0]["stacktrace"].splitlines()[0]) if history else ""


def ask(settings: Settings, path: str) -> Any:
    """Get a document; raises requests.RequestException when Flink does not give it within 10 s."""
    answer = requests.get(f"{settings.flink.url}{path}", timeout=10)
    answer.raise_for_status()
    return answer.json()


@retry(
    stop=stop_after_delay(SAVEPOINT_SECONDS),
    wait=wait_fixed(0.1),
    retry=retry_if_result(lambda done: not done),
)
def _await_checkpoint(settings: Settings, job: str, request: str) -> bool:
    status = ask(settings, f"/jobs/{job}/checkpoints/{request}")
    if (status.get("operation") or {}).get("failureCause"):
        raise TransientError(f"the job {job} took no checkpoint; see Flink's page")
    return bool(status["status"]["id"] == "COMPLETED")


@retry(
    stop=stop_after_delay(SAVEPOINT_SECONDS),
    wait=wait_fixed(0.3),
    retry=retry_if_result(lambda done: not done),
)
def _await_savepoint(settings: Settings, job: str, request: str) -> bool:
    status = ask(settings, f"/jobs/{job}/savepoints/{request}")
    if "failure-cause" in (status.get("operation") or {}):
        raise TransientError(f"the job {job} did not stop with a savepoint; try again, or see Flink's page")
    return bool(status["status"]["id"] == "COMPLETED")
