"""What runs inside containers beside the services: `python -m stack.containers STEP`, one step a function."""

import sys
from collections.abc import Callable

from catalog import setup
from catalog.errors import SetupError
from catalog.settings import Settings
from stack import jobs, keeper
from stack.flink import link_jars, link_logging
from stack.layout import Layout


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


STEPS: dict[str, Callable[[Settings], None]] = {
    step.__name__: step for step in (link, prepare, views, keep, check)
}

if __name__ == "__main__":
    STEPS[sys.argv[1]](Settings())
