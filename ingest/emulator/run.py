"""Run the emulator: make or read posts, dirty them, pace them, send them."""

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

from ingest.emulator.database import read_database
from ingest.emulator.dirt import Dirt, Shares
from ingest.emulator.events import Posts, Tally
from ingest.emulator.pace import paced
from ingest.emulator.posts import Maker, posts
from ingest.emulator.rows import read_rows
from ingest.emulator.send import Sender
from ingest.emulator.summary import Summary


@dataclass(frozen=True)
class Plan:
    """Say what to post; without a count it never ends.

    Rows of a folder or of a database, which is an address of SQLAlchemy's form, are posted as they are.
    """

    count: int | None = None
    posts_per_second: float = 0.0
    seed: int = 1
    start: int = 0
    shares: Shares = field(default_factory=Shares)
    rows: Path | None = None
    database: str | None = None


@dataclass(frozen=True)
class Run:
    """Hold what was made and what became of it."""

    tally: Tally
    summary: Summary

    def as_dict(self) -> dict[str, Any]:
        """Give every figure of the run."""
        return self.summary.as_dict() | self.tally.as_dict()


def run(plan: Plan, sender: Sender, watch: Callable[[Posts], Posts] = lambda posts: posts) -> Run:
    """Send what is planned and wait for every answer; `watch` sees each post as it is taken."""
    tally, given = Tally(), None
    if plan.rows:
        given = read_rows(plan.rows, tally)
    elif plan.database:
        given = read_database(plan.database, plan.seed, tally)
    if given:
        taken = watch(paced(islice(given, plan.count), plan.posts_per_second, sender.flush))
        return Run(tally, sender.send(event for post in taken for event in post))
    maker = Maker(plan.seed)
    dirt = Dirt(plan.shares, maker, plan.seed)
    made = posts(maker, plan.seed, plan.start, plan.count)
    taken = watch(paced(made, plan.posts_per_second, sender.flush))
    return Run(dirt.tally, sender.send(dirt.events(taken)))
