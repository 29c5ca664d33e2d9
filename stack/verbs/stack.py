"""The verbs `up`, `down` and `status`."""

import json as json_text
import sys
from typing import Annotated

import requests
import typer
from rich.console import Console

from catalog.errors import SetupError
from catalog.settings import Settings
from stack import jobs, ready, supervise
from stack.layout import Layout
from stack.services import services
from stack.up import down as stop_stack
from stack.up import up as start_stack
from stack.up import wipe as wipe_stack
from stack.verbs.show import as_table

ERRORS = Console(stderr=True)
LEAVABLE = frozenset({"trino"})
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]


def up(
    without: Annotated[str, typer.Option(metavar="SERVICES", help=f"Leave out {', '.join(LEAVABLE)}.")] = "",
) -> None:
    """Start or resume everything, wait until each service answers, print where it is.

    Example: ./pinflow up --without trino
    """
    settings = Settings()
    start_stack(settings, ERRORS, _left_out(without))
    show_addresses(settings)


def _left_out(names: str) -> frozenset[str]:
    left = frozenset(filter(None, names.split(",")))
    if left - LEAVABLE:
        others = ", ".join(sorted(left - LEAVABLE))
        raise SetupError(f"{others} cannot be left out; --without takes: {', '.join(LEAVABLE)}")
    return left


def show_addresses(settings: Settings) -> None:
    """Print the address of every service and what to try next."""
    as_table(
        "addresses", [{"service": service.name, "address": service.url} for service in services(settings)]
    )
    ERRORS.print("next: ./pinflow emulate --count 100, ./pinflow ask 4, ./pinflow accounts, ./pinflow down")


def down(
    wipe: Annotated[
        bool, typer.Option("--wipe", help="Remove all data, configuration and installed software.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask before removing.")] = False,
) -> None:
    """Stop the jobs with a savepoint, then every service; the next `up` goes on where this ended.

    Example: ./pinflow down --wipe
    """
    settings = Settings()
    layout = Layout.of(settings.home)
    if wipe and not yes:
        ERRORS.print("this removes for good:", *map(str, layout.own()), sep="\n  ")
        typer.confirm("remove it?", abort=True, err=True)
    stop_stack(settings, ERRORS, savepoint=not wipe)
    if wipe:
        wipe_stack(layout)
        ERRORS.print(f"removed {layout.home}")


def status(json: Json = False) -> None:
    """Show services with their addresses and the jobs; exit 1 unless all are well.

    Example: ./pinflow status --json
    """
    settings = Settings()
    found = {"services": _services(settings), "jobs": _jobs(settings)}
    if json:
        sys.stdout.write(json_text.dumps(found, indent=1) + "\n")
    else:
        for title, rows in found.items():
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
