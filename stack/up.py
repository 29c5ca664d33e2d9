"""Bring the whole stack up, and down again."""

import shutil
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial

from rich.console import Console

from catalog import setup
from catalog.settings import Settings
from stack import airflow, jobs, plans, ready, states, supervise
from stack.install import install
from stack.layout import Layout
from stack.preflight import check_disk, check_ports, make_data
from stack.render import make_secrets, render
from stack.service import Service
from stack.services import services

AIRFLOW = "airflow"
AIRFLOW_SECONDS = 300  # three Pythons import it at once
FOR_JOBS = {"kafka", "postgres", "s3", "flink-jobmanager", "flink-taskmanager"}


def up(
    settings: Settings,
    console: Console,
    without: frozenset[str] = frozenset(),
    extras: frozenset[str] = frozenset(),
) -> None:
    """Start or resume every service and both jobs, and wait until each answers a real request.

    Extra services are started only when they are named.

    Raises SetupError, which names what stands in the way and what to do.
    """
    layout = Layout.of(settings.home)
    layout.make()
    check_disk(layout.home)
    install(settings.home, console, airflow=AIRFLOW not in without)
    make_secrets(settings.home)
    own = _wanted(settings, without, extras)
    render(settings, own)
    if not supervise.states(layout):
        supervise.end_orphans(layout)
        layout.clear_run()
        check_ports(own)
        make_data(settings)
    with jobs.alone(settings):
        at_once = {service.name for service in own if not service.is_late}
        supervise.start(layout, at_once)
        ready.wait_for(FOR_JOBS, settings, console)
        setup.ensure(settings)
        _start_jobs(settings, console, at_once - FOR_JOBS)
    if AIRFLOW not in without:
        start_airflow(settings, console)


def _wanted(settings: Settings, without: frozenset[str], extras: frozenset[str]) -> list[Service]:
    return [
        service
        for service in services(settings)
        if (service.name in extras if service.is_extra else not without & {service.name, service.part})
    ]


def start_airflow(settings: Settings, console: Console) -> None:
    """Start Airflow, whose database is made first, and wait until it answers; show a new password."""
    with console.status("making Airflow's tables"):
        is_new = airflow.prepare(settings)
    for name in airflow.NAMES:
        supervise.start_service(Layout.of(settings.home), name)
    ready.wait_for(set(airflow.NAMES), settings, console, AIRFLOW_SECONDS)
    own, file = settings.airflow, settings.home.secrets_file
    password = own.password.get_secret_value() if is_new else f"that stands in {file}"
    console.print(f"Airflow: user {own.user}, password {password}", highlight=False, soft_wrap=True)


def down(settings: Settings, console: Console, *, savepoint: bool = True) -> None:
    """Stop both jobs, with a savepoint unless their state is to be removed anyway, then every service."""
    layout = Layout.of(settings.home)
    if savepoint and ready.answers("flink-jobmanager", settings) and supervise.states(layout):
        supervise.stop_service(layout, "keeper")
        with console.status("stopping the jobs with a savepoint"), jobs.alone(settings):
            jobs.stop_all(settings)
    with console.status("stopping the services"):
        supervise.stop(layout)
        supervise.end_orphans(layout)
    console.print("stopped")


def wipe(layout: Layout) -> None:
    """Remove what the stack put under PINFLOW_HOME, and the folder when nothing else is there."""
    for path in layout.own():
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    with suppress(OSError):
        layout.home.rmdir()


def _start_jobs(settings: Settings, console: Console, others: set[str]) -> None:
    """Submit the jobs while the slower services are still starting."""
    for name in filter(partial(states.forget_wish, settings), jobs.NAMES):
        console.print(f"{name} was stopped by ./pinflow jobs stop and is resumed")
    with ThreadPoolExecutor(1) as pool:
        submitted = pool.submit(jobs.ensure_running, settings)
        ready.wait_for(others, settings, console)
        if "trino" in others:
            setup.ensure_views(settings.trino)
        with console.status("waiting for the jobs"):
            submitted.result()
    console.print("[green]✓[/] jobs run: " + ", ".join(jobs.NAMES))
    for sentence in plans.under_former_rules(settings, jobs.NAMES):
        console.print(sentence)
