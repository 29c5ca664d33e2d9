"""Wait until everything accepted is visible: committed to history, and counted in the live views."""

import time

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from catalog.accounts.progress import Progress as Pending
from catalog.errors import TransientError
from catalog.settings import Settings
from stack.cluster import take_checkpoint
from stack.mender import count_left
from stack.seen import accepted, counted_live

PATIENCE_SECONDS = 300.0


def settle(settings: Settings, console: Console, patience_seconds: float = PATIENCE_SECONDS) -> float:
    """Wait until history and live hold every accepted record; give the seconds until all were counted.

    Counts of posts take another way than the records counted here, and their sinks hold them longer:
    a checkpoint that begins when all is read is complete when every sink has written what came before.

    Raises TransientError when nothing has moved for the seconds of patience.
    """
    began = moved = time.monotonic()
    total, left = accepted(settings.kafka), -1
    columns = (
        TextColumn("records in history and live"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with (
        Pending(settings) as pending,
        Progress(*columns, console=console, disable=not console.is_terminal) as shown,
    ):
        task = shown.add_task("", total=total)
        while left:
            before, left = left, max(pending.pending(), total - counted_live(settings.postgres))
            shown.update(task, completed=total - left)
            moved = time.monotonic() if left != before else moved
            if time.monotonic() - moved > patience_seconds:
                raise TransientError(
                    f"{left} records have not moved for {patience_seconds:.0f} s; see ./pinflow doctor"
                )
            time.sleep(0.5 if left else 0)
    took = time.monotonic() - began
    take_checkpoint(settings, "live")
    count_left(settings.postgres)
    return took
