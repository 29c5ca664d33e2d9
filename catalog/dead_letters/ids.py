"""Name a dead letter by its place in the log, as people write it."""

import re
from typing import NamedTuple

from catalog.errors import SetupError
from catalog.names import TOPICS

_ID = re.compile(r"([a-z]+)/([0-9]{1,9})/([0-9]{1,18})", re.ASCII)


class LetterId(NamedTuple):
    """Name one record of the log."""

    topic: str
    partition: int
    offset: int

    def __str__(self) -> str:
        return f"{self.topic}/{self.partition}/{self.offset}"


def read_id(text: str) -> LetterId:
    """Read topic/partition/offset; raises SetupError for any other text and for topics that are not ours."""
    match = _ID.fullmatch(text)
    if match is None or match[1] not in tuple(TOPICS):
        raise SetupError(
            f"{text!r} names no dead letter; one is written like pin/0/4711, see ./pinflow dead list"
        )
    return LetterId(match[1], int(match[2]), int(match[3]))
