"""Bring the whole stack up, and down again."""

import shutil
from concurrent.futures import ThreadPoolExecutor

from rich.console import Console

from catalog import setup
from catalog.settings import Settings
from stack import jobs, ready, supervise
from stack.install import install
from stack.layout import Layout
from stack.preflight import check_disk, check_ports, make_data
from stack.render import make_secrets, render
from stack.services import services

FOR_JOBS = {"kafka", "postgres", "s3", "flink-jobmanager", "flink-taskmanager"}


def up(settings: Settings, console: Console) -> None:
    """Start or resume every service and both jobs, and wait until each answers a real request.

    Raises SetupError, which names what stands in the way and what to do.
    """
    layout = Layout.of(settings.home)
    layout.make()
    check_disk(layout.home)
    install(settings.home, console)
    make_secrets(settings.home)
    render(settings)
    own = services(settings)
    if not supervise.states(layout):
        check_ports(own)
        make_data(settings)
    supervise.start(layout, {service.name for service in own})
    ready.wait_for(FOR_JOBS, settings, console)
    setup.ensure(settings)
    _start_jobs(settings, console, {service.name for service in own} - FOR_JOBS)


def down(settings: Settings, console: Console) -> None:
    """Stop both jobs with a savepoint, then every service."""
    layout = Layout.of(settings.home)
    if ready.answers("flink-jobmanager", settings) and supervise.states(layout):
        with console.status("stopping the jobs with a savepoint"):
            jobs.stop_all(settings)
    with console.status("stopping the services"):
        supervise.stop(layout)
    console.print("stopped")


def wipe(settings: Settings) -> None:
    """Remove everything under PINFLOW_HOME."""
    shutil.rmtree(Layout.of(settings.home).home)


def _start_jobs(settings: Settings, console: Console, others: set[str]) -> None:
    """Submit the jobs while the slower services are still starting."""
    with ThreadPoolExecutor(1) as pool:
        submitted = pool.submit(jobs.ensure_running, settings)
        ready.wait_for(others, settings, console)
        setup.ensure_views(settings.trino)
        with console.status("waiting for the jobs"):
            submitted.result()
    console.print("[green]✓[/] jobs run: " + ", ".join(jobs.NAMES))
