"""Run a planned replay into tables of its own."""

import shutil

from psycopg2.extensions import connection
from rich.console import Console

from catalog.errors import SetupError, TransientError
from catalog.postgres import connect
from catalog.replay import store
from catalog.replay.order import order
from catalog.replay.plans import Plan
from catalog.replay.store import State
from catalog.replay.tables import renew
from catalog.settings import Settings
from catalog.tables import open_lake
from stack.replay import flink, places, texts

MAY_RUN = (State.PLANNED, State.RUNNING, State.RAN, State.FAILED)


def run(settings: Settings, replay: str, console: Console) -> None:
    """Read the planned records with the planned texts; a second run begins anew.

    Raises SetupError when the job fails or the replay is past running.
    """
    with (
        connect(settings.postgres) as opened,
        console.status("waiting for another replay") as status,
        places.in_turn(settings, "run"),
    ):
        found = store.get(opened, replay)
        store.demand(found, MAY_RUN, "run")
        status.update(f"replaying {found.plan.records + found.plan.follow_on} records")
        _run(settings, opened, found.plan)


def _run(settings: Settings, opened: connection, plan: Plan) -> None:
    store.go(opened, plan.id, State.RUNNING)
    try:
        fill(settings, plan)
    except (SetupError, TransientError) as error:
        store.go(opened, plan.id, State.FAILED, str(error))
        raise
    store.go(opened, plan.id, State.RAN)


def fill(settings: Settings, plan: Plan, namespace: str | None = None, sql: str = texts.SQL) -> None:
    """Run the job of a plan into fresh tables of a schema, with the texts in a folder of the replay."""
    folder = places.folder_of(settings, plan.id)
    with open_lake(settings) as lake:
        renew(lake, namespace or plan.namespace)
    try:
        records = plan.records + plan.follow_on
        flink.run(settings, order(plan, str(folder / sql), namespace), folder, records)
    finally:
        shutil.rmtree(folder / "tmp", ignore_errors=True)
