"""What became of records that were given to Kafka."""

from typing import NamedTuple

from catalog.errors import TransientError


class Placed(NamedTuple):
    """Say where Kafka stored a record."""

    partition: int
    offset: int


class Failure(NamedTuple):
    """Say why a record has no known place, and whether sending it again may help."""

    retriable: bool
    message: str


Outcome = Placed | Failure

UNKNOWN = Failure(True, "Kafka did not acknowledge in time; the record may be stored or not, send it again")
TOO_LARGE = Failure(False, "The record is larger than this service accepts")


class AwayError(TransientError):
    """Say that no record of a request was acknowledged; the message tells whether some may be stored."""


OUT_OF_REACH = "Kafka is not available"
NOTHING_STORED = "Kafka is not available; nothing was stored"
CROWDED = "Too much waits for Kafka; nothing was stored"
MAYBE_STORED = "Kafka is not available; the records may be stored or not, send them again"
