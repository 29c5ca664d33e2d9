"""The verbs `up` and `down`."""

from typing import Annotated

import typer
from rich.console import Console

from catalog.errors import SetupError
from catalog.settings import Settings
from stack import supervise
from stack.layout import Layout
from stack.monitoring import check_installed
from stack.services import services
from stack.up import down as stop_stack
from stack.up import up as start_stack
from stack.up import wipe as wipe_stack
from stack.verbs.show import as_table

ERRORS = Console(stderr=True)
LEAVABLE = ("airflow", "dashboard", "trino")
MONITORING = "monitoring"


def up(
    without: Annotated[str, typer.Option(metavar="SERVICES", help=f"Leave out {', '.join(LEAVABLE)}.")] = "",
    with_: Annotated[str, typer.Option("--with", metavar="GROUP", help=f"Start {MONITORING} too.")] = "",
) -> None:
    """Start or resume everything, wait until each service answers, print where it is.

    Example: ./pinflow up --without airflow,trino --with monitoring
    """
    settings = Settings()
    start_stack(settings, ERRORS, _left_out(without), _extras(with_))
    show_addresses(settings)


def _left_out(names: str) -> frozenset[str]:
    left = frozenset(filter(None, names.split(",")))
    if left - set(LEAVABLE):
        others = ", ".join(sorted(left - set(LEAVABLE)))
        raise SetupError(f"{others} cannot be left out; --without takes: {', '.join(LEAVABLE)}")
    return left


def _extras(group: str) -> frozenset[str]:
    if group not in ("", MONITORING):
        raise SetupError(f"{group} cannot be added; --with takes: {MONITORING}")
    if not group:
        return frozenset()
    check_installed()
    return frozenset(service.name for service in services(Settings()) if service.is_extra)


def show_addresses(settings: Settings) -> None:
    """Print the address of every service and what to try next."""
    started = supervise.states(Layout.of(settings.home))
    as_table(
        "addresses",
        [
            {"service": service.name, "address": service.url}
            for service in services(settings)
            if service.name in started
        ],
    )
    ERRORS.print(f"the live page: {settings.dashboard.url}")
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
