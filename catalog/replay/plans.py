"""What is decided before a replay runs: exact offsets, the text, how much there is to do."""

import secrets
import string
from datetime import UTC, datetime
from typing import Annotated, TypeAlias

from pydantic import BaseModel, ConfigDict, Field

from catalog.replay.request import Request

ID = r"^[0-9]{8}_[0-9]{6}_[a-z0-9]{4}$"
LETTERS = string.ascii_lowercase + string.digits

Place: TypeAlias = tuple[str, int]
"""Topic and partition. Not taken from the accounts, whose packages Flink's environment lacks."""
ReplayId = Annotated[str, Field(pattern=ID)]


class Span(BaseModel):
    """Bound one partition: what is read of it, and what of that lies in the range asked for."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    topic: str
    partition: int
    first: int
    """The first offset that is read."""
    last: int
    """The last offset that is read, at or below the cut."""
    cut: int
    """The last offset that `events` held when the plan was made."""
    newest_kept: int
    """The last offset that `events` called kept, -1 for none."""
    records: int
    """How many records lie in the range asked for."""

    @property
    def place(self) -> Place:
        """Name the partition."""
        return self.topic, self.partition


class Plan(BaseModel):
    """Hold a plan. Numbers in the range are replayed for their whole life, up to the cut."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: ReplayId
    request: Request
    revision: str | None
    """The commit that `request.rules` named."""
    rules: str
    """Hash of the text that is run."""
    snapshot: int
    """The snapshot of `events` that the plan was made on."""
    spans: tuple[Span, ...]
    whole: bool
    """Whether every record of the streams up to the cut is replayed."""
    records: int
    """Records in the range."""
    numbers: int
    """Distinct numbers in the range."""
    unnumbered: int
    """Records in the range without a number; each is replayed by its own place."""
    follow_on: int
    """Records outside the range that are replayed because of their numbers."""

    @property
    def namespace(self) -> str:
        """Name the schema of the lake that holds everything of this replay."""
        return namespace_of(self.id)

    @property
    def tag(self) -> str:
        """Name the tag that each table carries on its snapshot before publishing."""
        return f"replay-{self.id}-before"

    @property
    def cut(self) -> dict[Place, int]:
        """Give the cut by topic and partition."""
        return {span.place: span.cut for span in self.spans}


def namespace_of(replay: str) -> str:
    """Name the schema of the lake that belongs to a replay."""
    return f"replay_{replay}"


def new_id(now: datetime | None = None) -> str:
    """Make an id that sorts by time and may stand in the name of a table."""
    moment = now or datetime.now(UTC)
    return f"{moment:%Y%m%d_%H%M%S}_{''.join(secrets.choice(LETTERS) for _ in range(4))}"
