"""Publish what a replay would change, take it back, or throw it away."""

import shutil

import psycopg2
from rich.console import Console

from catalog.accounts.close import memory_file
from catalog.accounts.memory import remembered
from catalog.columns import TABLES
from catalog.errors import SetupError
from catalog.postgres import connect
from catalog.recounts import drifts, mend
from catalog.replay import store
from catalog.replay.change import Step, change, correction
from catalog.replay.plans import Plan
from catalog.replay.posts import bring_live
from catalog.replay.store import Replay, State
from catalog.replay.tables import drop, drop_all
from catalog.settings import Settings
from catalog.tables import open_lake
from stack import cluster
from stack.replay import handover, places
from stack.replay.diff import diff


def publish(settings: Settings, replay: str, console: Console, *, mixed_rules: bool = False) -> None:
    """Put the rows of a replay in the place of those that it would change; a second time does nothing.

    Raises SetupError when it has not run, when history was changed since it was compared, or when the jobs
    would go on with other rules.
    """
    with places.in_turn(settings, "publish"), connect(settings.postgres) as opened:
        found = store.get(opened, replay)
        if found.state == State.PUBLISHED:
            return
        store.demand(found, (State.RAN, State.PUBLISHING), "published")
        if found.diff_at is None:
            diff(settings, replay, console)
            found = store.get(opened, replay)
        if found.state == State.RAN:
            _refuse_outdated(opened, found)
        with console.status("publishing"):
            # First: when it is refused, as the jobs' state does not fit the text, nothing is published.
            if handover.is_wanted(settings, found.plan.rules, mixed=mixed_rules):
                handover.hand_over(settings)
            store.go(opened, replay, State.PUBLISHING)
            apply(settings, found.plan, Step.PUBLISH)
            with open_lake(settings) as lake:
                drop(lake, found.plan.namespace, list(TABLES))
            store.go(opened, replay, State.PUBLISHED)


def discard(settings: Settings, replay: str) -> None:
    """Remove the tables and the texts of a replay that is not published; raises SetupError when it is."""
    with places.in_turn(settings, "run"), connect(settings.postgres) as opened:
        found = store.get(opened, replay)
        if found.state == State.DISCARDED:
            return
        states = (State.PLANNED, State.RUNNING, State.RAN, State.FAILED)
        store.demand(found, states, "discarded")
        with open_lake(settings) as lake:
            drop_all(lake, found.plan.namespace)
        shutil.rmtree(places.folder_of(settings, replay))
        store.go(opened, replay, State.DISCARDED)


def apply(settings: Settings, plan: Plan, step: Step) -> None:
    """Change history, then schema live; then let the accounts forget what they have closed."""
    with open_lake(settings) as lake:
        change(lake, plan, step)
        with connect(settings.postgres) as opened, opened.cursor() as cursor:
            bring_live(cursor, lake, correction(lake, plan), stands=step == Step.PUBLISH)
    if step == Step.UNDO and cluster.running_job(settings, "live"):
        mend_counts(settings)
    with remembered(memory_file(settings)) as memory:
        memory.forget()
        memory.commit()


def mend_counts(settings: Settings) -> None:
    """Mend counts that the job and the undoing have left apart: what stays so over a checkpoint.

    A post may be written after its count was: both are there when a checkpoint that begins now is complete.
    """
    cluster.take_checkpoint(settings, "live")
    if found := drifts(settings.postgres):
        cluster.take_checkpoint(settings, "live")
        later = drifts(settings.postgres)
        mend(settings.postgres, {name: found[name].lasting(later[name]) for name in {*found} & {*later}})


def _refuse_outdated(opened: psycopg2.extensions.connection, found: Replay) -> None:
    assert found.diff_at is not None
    if others := store.changed_since(opened, found.diff_at, found.id):
        names = ", ".join(each.id for each in others)
        raise SetupError(
            f"history was changed by {names} since {found.id} was compared; look again: "
            f"./pinflow replay diff {found.id}"
        )
