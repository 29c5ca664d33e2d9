"""Run changed texts against the present ones over recent history, and publish nothing."""

import re
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

from rich.console import Console

from catalog.errors import SetupError
from catalog.names import Stream
from catalog.replay.diffs import TableDiff, diff
from catalog.replay.plans import Plan, new_id
from catalog.replay.request import Request, Source
from catalog.replay.tables import drop_all
from catalog.settings import Settings
from catalog.tables import open_lake
from stack.replay import places, texts
from stack.replay.plan import prepare
from stack.replay.run import fill

UNITS = {"m": "minutes", "h": "hours", "d": "days"}
CHANGED = "changed"


def read_span(text: str) -> timedelta:
    """Read how long back, like 90m, 24h or 7d; raises SetupError for anything else."""
    found = re.fullmatch(r"([1-9][0-9]{0,4})([mhd])", text, re.ASCII)
    if found is None:
        raise SetupError(f"{text!r} is no span of time: give minutes, hours or days, like 90m, 24h or 7d")
    return timedelta(**{UNITS[found[2]]: int(found[1])})


def whatif(
    settings: Settings, sql: Path, last: timedelta, streams: str | None, console: Console
) -> list[TableDiff]:
    """Give what the texts of a folder would make different of the records of the last time."""
    start = (datetime.now(UTC) - last).isoformat(timespec="seconds").replace("+00:00", "Z")
    streams = streams or ",".join(Stream)
    request = Request.read(**{"streams": streams, "source": str(Source.HISTORY), "from": start})
    replay = new_id()
    folder = places.folder_of(settings, replay)
    with console.status("planning") as status, open_lake(settings) as lake:
        try:
            texts.copy_folder(sql, folder / CHANGED)
            plan = prepare(settings, request, replay)
            other = f"{plan.namespace}_{CHANGED}"
            with places.in_turn(settings, "run"):
                for namespace, name in ((plan.namespace, texts.SQL), (other, CHANGED)):
                    status.update(_told(plan, name))
                    fill(settings, plan, namespace, name)
            status.update("comparing")
            return diff(lake, plan, plan.namespace, other, lambda *_: None)
        finally:
            for namespace in (f"replay_{replay}", f"replay_{replay}_{CHANGED}"):
                drop_all(lake, namespace)
            shutil.rmtree(folder, ignore_errors=True)


def _told(plan: Plan, name: str) -> str:
    which = "present" if name == texts.SQL else "changed"
    return f"running the {which} texts over {plan.records + plan.follow_on} records"
