"""What Flink's REST says of the jobs."""

import re
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import requests

TIMEOUT_SECONDS = 2.0
ENDED = {"FINISHED", "CANCELED", "FAILED", "SUSPENDED"}
READ = re.compile(r"^Source__[^.]*\.numRecordsIn$")
SOURCE = "Source: "
SLOW_EVERY = 5
"""Checkpoints and counts are asked for at every fifth look; states at each."""


@dataclass
class Job:
    """Hold what is known of a job that lives; `read` counts records since it was submitted."""

    id: str
    state: str
    checkpoint_at: datetime | None = None
    read: int | None = None
    read_names: dict[str, str] = field(default_factory=dict)


class Flink:
    """Ask for the jobs; remember between two looks what is dear to ask for."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._session = requests.Session()
        self._jobs: dict[str, Job] = {}
        self._looks = 0

    def read(self) -> dict[str, Job]:
        """Give the jobs that live, by name; raises requests.RequestException when Flink does not answer."""
        overview = self._get("/jobs/overview")["jobs"]
        alive = {job["name"]: job for job in overview if job["state"] not in ENDED}
        self._jobs = {name: self._known(name, job) for name, job in alive.items()}
        if self._looks % SLOW_EVERY == 0:
            self._look_closer(self._jobs.values())
        self._looks += 1
        return dict(self._jobs)

    def close(self) -> None:
        """Close the connections."""
        self._session.close()

    def _known(self, name: str, job: dict[str, str]) -> Job:
        known = self._jobs.get(name)
        if known is None or known.id != job["jid"]:
            return Job(job["jid"], job["state"])
        return Job(known.id, job["state"], known.checkpoint_at, known.read, known.read_names)

    def _look_closer(self, jobs: Iterable[Job]) -> None:
        for job in jobs:
            # A job may end while it is looked at; its state says so at the next look.
            with suppress(requests.HTTPError):
                completed = self._get(f"/jobs/{job.id}/checkpoints")["latest"]["completed"]
                at = completed["trigger_timestamp"] / 1000 if completed else None
                job.checkpoint_at = datetime.fromtimestamp(at, UTC) if at else job.checkpoint_at
                job.read = self._count_read(job)

    def _count_read(self, job: Job) -> int | None:
        """Add what the sources have read; a job's metrics have names only once it runs."""
        if not job.read_names:
            job.read_names = self._source_metrics(job.id)
        counts = [self._sum(job.id, vertex, names) for vertex, names in job.read_names.items()]
        return sum(counts) if counts else None

    def _source_metrics(self, job_id: str) -> dict[str, str]:
        """Name what each source counts by; nothing until all of them have begun to count."""
        vertices = self._get(f"/jobs/{job_id}")["vertices"]
        found = {}
        for vertex in (each["id"] for each in vertices if each["name"].startswith(SOURCE)):
            listed = self._get(f"/jobs/{job_id}/vertices/{vertex}/subtasks/metrics")
            found[vertex] = ",".join(metric["id"] for metric in listed if READ.match(metric["id"]))
        return found if all(found.values()) else {}

    def _sum(self, job_id: str, vertex: str, names: str) -> int:
        path = f"/jobs/{job_id}/vertices/{vertex}/subtasks/metrics"
        metrics = self._get(path, {"get": names, "agg": "sum"})
        return sum(int(metric["sum"]) for metric in metrics)

    def _get(self, path: str, query: dict[str, str] | None = None) -> Any:
        answer = self._session.get(f"{self._url}{path}", params=query, timeout=TIMEOUT_SECONDS)
        answer.raise_for_status()
        return answer.json()
