"""What runs inside containers beside the services: `python -m stack.containers STEP`, one step a function."""

import os
import sys
from collections.abc import Callable

from catalog import setup
from catalog.errors import SetupError
from catalog.settings import Settings
from stack import airflow, jobs, keeper
from stack.compose import variables
from stack.flink import link_jars, link_logging
from stack.layout import Layout
from stack.render import write_all
from stack.services import services


def link(settings: Settings) -> None:
    """Make the folders that Flink's scripts expect, while an image is built."""
    layout = Layout.of(settings.home)
    layout.make()
    (layout.etc / "flink").mkdir()
    link_jars(layout)
    link_logging(layout)


def prepare(settings: Settings) -> None:
    """Create topics, tables, live views and roles that are missing."""
    setup.ensure(settings)


def views(settings: Settings) -> None:
    """Create or replace Trino's views."""
    setup.ensure_views(settings.trino)


def keep(settings: Settings) -> None:
    """Submit both jobs, from their newest state when they have one, and keep them running."""
    with jobs.alone(settings):
        jobs.ensure_running(settings)
    keeper.main()


def check(settings: Settings) -> None:
    """Raise SetupError unless each job runs or was stopped by wish."""
    ended = [job.name for job in jobs.jobs(settings) if job.state not in ("RUNNING", "STOPPED")]
    if ended:
        raise SetupError(f"{', '.join(ended)} does not run")


def prepare_airflow(settings: Settings) -> None:
    """Make Airflow's role, database and tables."""
    _write_airflow(settings)
    airflow.prepare(settings)


def run_airflow(settings: Settings, name: str) -> None:
    """Become one of Airflow's processes, as the native stack starts it."""
    _write_airflow(settings)
    (service,) = (service for service in services(settings) if service.name == name)
    os.chdir(service.directory)
    os.execve(service.command[0], service.command, {**os.environ, **service.environment})  # noqa: S606


def _write_airflow(settings: Settings) -> None:
    """Write Airflow's configuration, for the owner alone: it holds secrets."""
    write_all(Layout.of(settings.home).etc, variables(settings), 0o600, frozenset({"airflow"}))


STEPS: dict[str, Callable[..., None]] = {
    step.__name__: step for step in (link, prepare, views, keep, check, prepare_airflow, run_airflow)
}

if __name__ == "__main__":
    STEPS[sys.argv[1]](Settings(), *sys.argv[2:])
