"""Airflow beside the running stack: its DAGs through its REST API, from the trigger to the last task."""

import time
from collections.abc import Iterator
from typing import Any

import pytest
import requests

from tests.hostile.conf import hostile
from tests.servers.stack import UP, Stack

PATIENCE_SECONDS = 240
LOOK_SECONDS = 3
"""How long someone looks at a question; an answer within a second is asked for again."""
TABLES = ("events", "pins", "geos", "users")


class Page:
    """Speak Airflow's REST API as its user."""

    def __init__(self, stack: Stack) -> None:
        own = stack.settings.airflow
        self._session = requests.Session()
        self._url = own.url
        password = own.password.get_secret_value()
        token = self.post("/auth/token", {"username": own.user, "password": password}).json()["access_token"]
        self._session.headers["Authorization"] = f"Bearer {token}"

    def post(self, path: str, body: dict[str, Any]) -> requests.Response:
        return self._session.post(f"{self._url}{path}", json=body, timeout=10)

    def get(self, path: str) -> Any:
        return self._session.get(f"{self._url}/api/v2{path}", timeout=10).json()

    def trigger(self, dag: str, conf: dict[str, Any]) -> requests.Response:
        return self.post(f"/api/v2/dags/{dag}/dagRuns", {"logical_date": None, "conf": conf})

    def run(self, dag: str, conf: dict[str, Any]) -> dict[str, str]:
        """Trigger a DAG, approve what asks for it, and give the state of each task when it has ended."""
        triggered = self.trigger(dag, conf)
        assert triggered.status_code == 200, triggered.text
        at = f"/dags/{dag}/dagRuns/{triggered.json()['dag_run_id']}"
        deadline = time.monotonic() + PATIENCE_SECONDS
        while (state := self.get(at)["state"]) not in ("success", "failed"):
            assert time.monotonic() < deadline, self.tasks(at)
            self._approve(at)
            time.sleep(1)
        tasks = self.tasks(at)
        assert state == "success", [self._log(at, name) for name in tasks if tasks[name] == "failed"]
        return tasks

    def tasks(self, at: str) -> dict[str, str]:
        return {task["task_id"]: task["state"] for task in self.get(f"{at}/taskInstances")["task_instances"]}

    def runs(self, dag: str) -> int:
        return int(self.get(f"/dags/{dag}/dagRuns")["total_entries"])

    def _approve(self, at: str) -> None:
        if self.tasks(at).get("approve") == "awaiting_input":
            time.sleep(LOOK_SECONDS)
            path = f"{self._url}/api/v2{at}/taskInstances/approve/-1/hitlDetails"
            self._session.patch(path, json={"chosen_options": ["Approve"]}, timeout=10).raise_for_status()

    def _log(self, at: str, task: str) -> str:
        return str(self.get(f"{at}/taskInstances/{task}/logs/1"))[-3000:]


@pytest.fixture(scope="module")
def page(stack: Stack) -> Iterator[Page]:
    stack.run("emulate", "--count", "300", "--start", "500000", "--repeat", "0.1")
    stack.run("up")
    yield Page(stack)
    stack.run(*UP)


def test_a_hostile_configuration_makes_no_run(page: Page) -> None:
    asked = hostile(20, seed=1)
    before = {dag: page.runs(dag) for dag, _ in asked}
    refused = {page.trigger(dag, conf).status_code for dag, conf in asked}
    assert refused == {400}
    assert {dag: page.runs(dag) for dag in before} == before


def test_upkeep_runs_beside_the_jobs_and_the_accounts_close(page: Page, stack: Stack) -> None:
    assert page.run("upkeep", {"all": True}) == {"tend": "success"}
    rows = stack.sql("postgres", "SELECT table_name, state FROM live.upkeep WHERE files_after < files_before")
    assert {row["table_name"] for row in rows} == set(TABLES)
    assert {row["state"] for row in rows} == {"done"}
    stack.closed()
    stack.same_answers()


def test_a_replay_by_offsets_is_published_once_it_is_approved(page: Page, stack: Stack) -> None:
    conf = {"streams": ["pin"], "from": "pin:0=0", "to": "pin:0=200", "source": "kafka"}
    states = page.run("replay", conf)
    steps = ("plan", "run", "diff", "decide", "approve", "publish", "accounts")
    assert states == dict.fromkeys(steps, "success")
    replays = stack.json("replay", "list")
    assert [replay["state"] for replay in replays] == ["published"]
