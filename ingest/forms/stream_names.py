"""Names of Kinesis streams, shards and sequence numbers, and the places in Kafka that they stand for.

A name whose last part is pin, geo or user (`streaming-<owner>-pin`) stands for that topic; its shards are the
topic's partitions. Any other name is a shared stream: each row tells its stream, and the shards are the
partitions of all topics, the topic's place in `TOPICS` times 10,000 plus the partition. A sequence number is
`49`, the shard in 12 digits and the Kafka offset in 20, so that it grows with the offset.
"""

import re
from typing import NamedTuple

from catalog.names import TOPICS, Door, Stream
from ingest.errors import Refusal
from ingest.records import SharedSource, Source

NAME_PATTERN = "^[a-zA-Z0-9_.-]{1,128}$"
MAX_LISTED = 10_000
"""Most names that are remembered; the oldest go first."""

_NAME = re.compile(NAME_PATTERN.strip("^$"))
_OF_ONE_STREAM = re.compile(r"(?:streaming-)?(?:(.*)[-._])?(pin|geo|user)")
_SHARD = re.compile(r"shardId-([0-9]{12})")
_SEQUENCE = re.compile(r"49([0-9]{12})([0-9]{20})")
_SHARDS_A_TOPIC = 10_000


class StreamAddress(NamedTuple):
    """Say which of the three streams a name stands for, None for a shared one, and whose it is."""

    stream: Stream | None
    owner: str

    @property
    def topics(self) -> tuple[str, ...]:
        """Give the topics whose partitions are the stream's shards."""
        return (self.stream,) if self.stream else TOPICS

    def source(self, owner: str) -> Source | SharedSource:
        """Make records of the stream for an owner."""
        if self.stream is None:
            return SharedSource(owner, Door.KINESIS)
        return Source(self.stream, owner, Door.KINESIS)

    def shard(self, topic: str, partition: int) -> int:
        """Give the number of the shard that stands for a partition."""
        return self.topics.index(topic) * _SHARDS_A_TOPIC + partition

    def partition(self, shard: int) -> tuple[str, int]:
        """Give the topic and partition of a shard; raises Refusal when the stream has no such topic."""
        place, partition = divmod(shard, _SHARDS_A_TOPIC)
        if place >= len(self.topics):
            raise no_shard(shard)
        return self.topics[place], partition


def stream_address(name: str) -> StreamAddress:
    """Read a stream's name; raises Refusal when it is none that Kinesis allows."""
    if not _NAME.fullmatch(name):
        raise Refusal(
            400, f"Value '{name[:200]}' at 'streamName' must match {NAME_PATTERN}", "ValidationException"
        )
    one = _OF_ONE_STREAM.fullmatch(name)
    return StreamAddress(Stream(one[2]), one[1] or "") if one else StreamAddress(None, "")


def shard_id(shard: int) -> str:
    """Write a shard's name."""
    return f"shardId-{shard:012d}"


def shard_number(name: str) -> int:
    """Read a shard's name; raises Refusal when it is none."""
    found = _SHARD.fullmatch(name)
    if not found:
        raise Refusal(400, f"Shard {name[:200]} does not exist", "ResourceNotFoundException")
    return int(found[1])


def no_shard(shard: int) -> Refusal:
    """Say that a stream has no such shard."""
    return Refusal(400, f"Shard {shard_id(shard)} does not exist", "ResourceNotFoundException")


def sequence_number(shard: int, offset: int) -> str:
    """Write the sequence number of a record."""
    return f"49{shard:012d}{offset:020d}"


def sequence_place(number: str) -> tuple[int, int]:
    """Read shard and Kafka offset from a sequence number; raises Refusal when it is none of ours."""
    found = _SEQUENCE.fullmatch(number)
    if not found:
        raise Refusal(400, f"Invalid sequence number {number[:200]}", "InvalidArgumentException")
    return int(found[1]), int(found[2])


class StreamNames:
    """Remember, while the service runs, which names were created, written or deleted.

    A name only needs to be known to be listed: topics are never made or removed by clients, and a name that
    nobody mentioned exists all the same. Deleting one takes it off the list until it is created or written
    again; its records stay.
    """

    def __init__(self) -> None:
        self._listed: dict[str, bool] = {stream.value: True for stream in Stream}

    def names(self) -> list[str]:
        """Give the listed names in order."""
        return sorted(name for name, is_listed in self._listed.items() if is_listed)

    def add(self, name: str) -> None:
        """Put a name on the list."""
        self._set(name, True)

    def create(self, name: str) -> None:
        """Put a new name on the list; raises Refusal when it is there."""
        if self._listed.get(name, False):
            raise Refusal(400, f"Stream {name} already exists", "ResourceInUseException")
        self._set(name, True)

    def delete(self, name: str) -> None:
        """Take a name off the list; raises Refusal when it was deleted before."""
        self.check(name)
        self._set(name, False)

    def check(self, name: str) -> None:
        """Raise Refusal when a name was deleted."""
        if not self._listed.get(name, True):
            raise Refusal(400, f"Stream {name} not found", "ResourceNotFoundException")

    def _set(self, name: str, is_listed: bool) -> None:
        if name not in self._listed and len(self._listed) >= MAX_LISTED:
            del self._listed[next(iter(self._listed))]
        self._listed[name] = is_listed
