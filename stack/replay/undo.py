"""Take a published replay back, as a new change."""

import shutil

from psycopg2.extensions import connection
from pyiceberg.catalog import Catalog
from rich.console import Console

from catalog.errors import SetupError
from catalog.postgres import connect
from catalog.replay import store
from catalog.replay.change import Step, read_changes, touched
from catalog.replay.diffs import tables_of
from catalog.replay.rewrite import untag
from catalog.replay.store import Replay, State
from catalog.replay.tables import drop_all
from catalog.settings import Settings
from catalog.tables import open_lake
from flink_jobs.texts import rules
from stack.replay import handover, places
from stack.replay.publish import apply

CHANGED = {State.PUBLISHING, State.PUBLISHED, State.UNDOING}


def undo(settings: Settings, replay: str, console: Console) -> bool:
    """Bring back the rows that were there before; say whether the jobs run the rules of the replay.

    The jobs are handed over when `sql/` holds another text than they run. Raises SetupError, with the list,
    when a later replay touched the same numbers.
    """
    with places.in_turn(settings, "publish"), connect(settings.postgres) as opened:
        found = store.get(opened, replay)
        if found.state == State.UNDONE:
            return False
        store.demand(found, (State.PUBLISHED, State.UNDOING), "undone")
        with open_lake(settings) as lake, console.status("undoing"):
            _refuse_touched(opened, lake, found)
            if found.plan.rules in handover.running_rules(settings) and rules() != found.plan.rules:
                handover.hand_over(settings)
            store.go(opened, replay, State.UNDOING)
            apply(settings, found.plan, Step.UNDO)
            for table in tables_of(found.plan):
                untag(lake, table, found.plan.tag)
            drop_all(lake, found.plan.namespace)
        shutil.rmtree(places.folder_of(settings, replay))
        store.go(opened, replay, State.UNDONE)
    return found.plan.rules in handover.running_rules(settings)


def _refuse_touched(opened: connection, lake: Catalog, found: Replay) -> None:
    assert found.published_at is not None
    ours = touched(read_changes(lake, found.plan))
    later = [
        each.id
        for each in store.changed_since(opened, found.published_at, found.id)
        if each.state in CHANGED
        and each.published_at > found.published_at  # type: ignore[operator]
        and not ours.isdisjoint(touched(read_changes(lake, each.plan)))
    ]
    if later:
        raise SetupError(
            f"later replays touched the same numbers: {', '.join(later)}; undo those first, the newest first"
        )
