"""The verb `jobs`."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Any

import requests
import typer
from rich.console import Console

from catalog.errors import SetupError, TransientError
from catalog.settings import Settings
from flink_jobs.texts import rules
from stack import cluster, plans, states
from stack import jobs as flink
from stack.upgrade import upgrade
from stack.verbs.show import as_json, as_table

ERRORS = Console(stderr=True, soft_wrap=True)


class Name(StrEnum):
    """Name the jobs."""

    HISTORY = "history"
    LIVE = "live"


class Action(StrEnum):
    """Name what can be done with jobs."""

    LIST = "list"
    STOP = "stop"
    RESUME = "resume"
    UPGRADE = "upgrade"


def jobs(
    action: Annotated[Action, typer.Argument(help="What to do.")],
    name: Annotated[Name | None, typer.Argument(help="One job; all of them when left out.")] = None,
    start_from: Annotated[
        str | None,
        typer.Option(
            "--from", metavar="PATH", help="The newest checkpoint or savepoint; others are refused."
        ),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON array of objects.")] = False,
) -> None:
    """List the Flink jobs, stop them with a savepoint until resumed, or hand them over to a changed text.

    Examples: ./pinflow jobs list --json, ./pinflow jobs stop live, ./pinflow jobs resume live,
    ./pinflow jobs upgrade
    """
    settings = Settings()
    names = [str(name)] if name else list(flink.NAMES)
    if start_from and not (action == Action.RESUME and name):
        raise SetupError("--from goes with one job: ./pinflow jobs resume history --from PATH")
    try:
        if action == Action.STOP:
            _stop(settings, names)
        if action == Action.RESUME:
            _resume(settings, names, start_from)
        if action == Action.UPGRADE:
            _upgrade(settings, name)
        rows = [_row(settings, job) for job in flink.jobs(settings) if job.name in names]
    except requests.RequestException as error:
        raise TransientError("Flink does not answer; run: ./pinflow up") from error
    as_json(rows) if json else as_table("jobs", rows)


def _stop(settings: Settings, names: list[str]) -> None:
    with ERRORS.status("stopping with a savepoint"), flink.alone(settings):
        for name in names:
            flink.stop(settings, name)
    ERRORS.print(f"stopped until resumed: {', '.join(names)}", highlight=False)


def _resume(settings: Settings, names: list[str], start_from: str | None) -> None:
    with ERRORS.status("resuming"), flink.alone(settings):
        flink.resume(settings, names, start_from)
    flink.await_running(settings)
    for sentence in plans.under_former_rules(settings, names):
        ERRORS.print(sentence, highlight=False)


def _upgrade(settings: Settings, name: Name | None) -> None:
    if name:
        raise SetupError("both jobs hold the same text; run: ./pinflow jobs upgrade")
    with ERRORS.status("going over to the present text"), flink.alone(settings):
        upgrade(settings)
    ERRORS.print(f"both jobs run with the rules {rules()}", highlight=False)


def _row(settings: Settings, job: flink.Job) -> dict[str, Any]:
    newest = states.newest_state(states.state_folder(settings, job.name))
    return {
        "name": job.name,
        "state": job.state,
        "id": job.id,
        "since": _since(settings, job),
        "newest_state": str(newest.folder) if newest else None,
        "state_written_at": newest.written_at if newest else None,
    }


def _since(settings: Settings, job: flink.Job) -> datetime | None:
    """Say when Flink took the job up."""
    began = (int(known["start-time"]) for known in cluster.known_jobs(settings) if known["jid"] == job.id)
    return next((datetime.fromtimestamp(milliseconds / 1000, UTC) for milliseconds in began), None)
