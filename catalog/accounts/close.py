"""Close the accounts of a running stack."""

import gc
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from catalog.accounts.books import Accounts
from catalog.accounts.closing import close_accounts, extents_of
from catalog.accounts.files import Place
from catalog.accounts.lake import Lake
from catalog.accounts.limits import Limits
from catalog.accounts.live import LiveFault, LivePosts
from catalog.accounts.log import KafkaLog
from catalog.accounts.memory import remembered
from catalog.accounts.written import write
from catalog.postgres import connect
from catalog.settings import Settings
from catalog.tables import open_lake

PATIENCE_SECONDS = 60.0


def close(
    settings: Settings,
    patience_seconds: float = PATIENCE_SECONDS,
    *,
    rules: str | None = None,
    everything: bool = False,
    limits: Limits | None = None,
) -> Accounts:
    """Close the accounts of a stack and write them to `live.accounts`.

    Patience is for what commits after `events`: cleaned tables and live rows. `everything` drops what
    was remembered. Limits compare a part of the log alone, which is neither remembered nor written.
    """
    with (
        seldom_collecting(),
        KafkaLog(settings.kafka) as log,
        open_lake(settings) as catalog,
        remembered(memory_file(settings)) as memory,
        connect(settings.postgres) as opened,
    ):
        if everything:
            memory.forget()
        lake = Lake(catalog, patience_seconds)
        within = limits.spans(log, lake, extents_of(log)) if limits else None

        def check_live(closed: Mapping[Place, int]) -> list[LiveFault]:
            posts = LivePosts(opened, memory, closed)
            return posts.faults(patience_seconds, everything=within is None)

        accounts = close_accounts(log, lake, memory, check_live, rules=rules, within=within)
    if within is None:
        write(settings.postgres, accounts)
    return accounts


@contextmanager
def seldom_collecting() -> Iterator[None]:
    """Look for garbage seldom: batches of many small objects, none in a cycle, cost a tenth of all time."""
    before = gc.get_threshold()
    gc.set_threshold(1_000_000, 50, 100)
    try:
        yield
    finally:
        gc.set_threshold(*before)


def memory_file(settings: Settings) -> Path:
    """Name the file of what was closed; it may be deleted, which costs one full run."""
    folder = settings.home.home.resolve() / "data" / "accounts"
    folder.mkdir(parents=True, exist_ok=True)
    return folder / "closed.sqlite"
