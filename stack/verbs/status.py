"""The verb `status`."""

import json as json_text
import sys
from typing import Annotated

import requests
import typer

from catalog.settings import Settings
from stack import jobs, ready, supervise
from stack.layout import Layout
from stack.services import services
from stack.verbs.measured import accounts_last_closed, freshness_by_stream, rejected_by_stream
from stack.verbs.show import as_table

Json = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]


def status(json: Json = False) -> None:
    """Show services and jobs, exit 1 unless all are well; freshness, accounts and rejected as last measured.

    Example: ./pinflow status --json
    """
    settings = Settings()
    found = {"services": _services(settings), "jobs": _jobs(settings)}
    measured = {
        "freshness": freshness_by_stream(settings.postgres),
        "accounts": accounts_last_closed(settings.postgres),
        "rejected": rejected_by_stream(settings.postgres),
    }
    if json:
        sys.stdout.write(json_text.dumps(found | measured, indent=1) + "\n")
    else:
        for title, rows in (found | measured).items():
            as_table(title, [{"name": name, **row} for name, row in rows.items()])
    if any(
        row["state"] not in ("ready", "RUNNING", "left out")
        for rows in found.values()
        for row in rows.values()
    ):
        raise typer.Exit(1)


def _services(settings: Settings) -> dict[str, dict[str, str]]:
    seen = supervise.states(Layout.of(settings.home))
    return {
        service.name: {"url": service.url, "state": _state(service.name, seen, settings)}
        for service in services(settings)
    }


def _state(name: str, seen: dict[str, str], settings: Settings) -> str:
    if name not in seen:
        return "left out" if seen else "stopped"
    return "ready" if ready.answers(name, settings) else f"not answering ({seen[name].lower()})"


def _jobs(settings: Settings) -> dict[str, dict[str, str]]:
    try:
        return {job.name: {"id": job.id or "", "state": job.state} for job in jobs.jobs(settings)}
    except requests.RequestException:
        return {name: {"id": "", "state": "UNKNOWN"} for name in jobs.NAMES}
