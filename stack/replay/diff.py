"""Compare what a replay has made with what history holds."""

import time
from collections.abc import Iterable

from pyiceberg.catalog import Catalog
from rich.console import Console

from catalog.columns import NAMESPACE
from catalog.contracts import contract
from catalog.errors import SetupError, TransientError
from catalog.names import Stream
from catalog.postgres import connect
from catalog.replay import store
from catalog.replay.answers import changed_answers
from catalog.replay.diffs import diff as compared
from catalog.replay.plans import Plan, Span
from catalog.replay.store import State
from catalog.settings import Settings
from catalog.tables import open_lake

PATIENCE_SECONDS = 60.0


def diff(settings: Settings, replay: str, console: Console) -> list[dict[str, object]]:
    """Give one object a table; compared anew until the replay is published, then as it was published."""
    with connect(settings.postgres) as opened:
        found = store.get(opened, replay)
        if found.state != State.RAN:
            if found.diff is not None:
                return found.diff
            store.demand(found, (State.RAN,), "compared")
        with open_lake(settings) as lake, console.status("comparing") as status:
            await_cleaned(lake, found.plan)
            told = compared(
                lake,
                found.plan,
                NAMESPACE,
                found.plan.namespace,
                lambda table, done, of: status.update(f"comparing {table} ({done + 1} of {of})"),
            )
        rows = [table.as_row() for table in told]
        store.keep_diff(opened, replay, rows)
    return rows


def answers(settings: Settings, replay: str, console: Console) -> list[dict[str, object]]:
    """Give one object a question whose answer would differ; raises SetupError when nothing was compared."""
    with (
        connect(settings.postgres) as opened,
        open_lake(settings) as lake,
        console.status("answering"),
    ):
        found = store.get(opened, replay)
        store.demand(found, (State.RAN,), "answered")
        if found.diff is None:
            raise SetupError(f"compare it first: ./pinflow replay diff {replay}")
        return changed_answers(lake, found.plan)


def await_cleaned(lake: Catalog, plan: Plan, patience_seconds: float = PATIENCE_SECONDS) -> None:
    """Wait until the cleaned tables hold what `events` called kept when the plan was made.

    One checkpoint's commits reach the tables one after another. Raises TransientError after the patience:
    rows that were published in place of those still to come would stand there twice.
    """
    deadline = time.monotonic() + patience_seconds
    for stream in plan.request.streams:
        spans = [span for span in plan.spans if span.topic == stream and span.newest_kept >= 0]
        while not _holds(lake, stream, spans):
            if time.monotonic() > deadline:
                raise TransientError(
                    f"history.{contract(stream).cleaned_table} lacks rows that events calls kept; "
                    "see ./pinflow status and ./pinflow accounts"
                )
            time.sleep(1)


def _holds(lake: Catalog, stream: Stream, spans: Iterable[Span]) -> bool:
    table = lake.load_table((NAMESPACE, contract(stream).cleaned_table))
    for span in spans:
        here = f"kafka_partition = {span.partition} AND kafka_offset = {span.newest_kept}"
        if not table.scan(here, selected_fields=("kafka_offset",), limit=1).to_arrow().num_rows:
            return False
    return True
