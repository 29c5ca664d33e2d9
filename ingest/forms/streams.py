"""Kinesis streams over Kafka, for the AWS API and for gateways in front of it."""

import time
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from catalog.settings import Settings
from ingest.errors import Refusal, owner_of
from ingest.forms.stream_names import (
    StreamAddress,
    StreamNames,
    no_shard,
    sequence_number,
    shard_id,
    shard_number,
    stream_address,
)
from ingest.outcomes import Failure, Outcome, Placed
from ingest.writer import Writer

MAX_KEY_LENGTH = 256
HASH_KEYS = 2**128


class Put(NamedTuple):
    """Hold what a client puts into a stream: the row's bytes and its partition key."""

    data: bytes
    key: str


class Streams:
    """Serve the operations that both forms have; answers are shaped as the AWS API writes them."""

    def __init__(self, writer: Writer, settings: Settings) -> None:
        self._writer = writer
        self._retention_hours = settings.kafka.retention_ms // 3_600_000
        self._region = settings.s3.region
        self._since = round(time.time(), 3)
        self.names = StreamNames()

    async def put(
        self, scope: Mapping[str, Any], name: str, puts: Sequence[Put]
    ) -> list[tuple[str, Outcome]]:
        """Store records and give the topic of each with what became of it; raises Refusal and AwayError."""
        address = stream_address(name)
        source = address.source(owner_of(scope, address.owner))
        keys = [_checked(put.key).encode() for put in puts]
        records = source.records([put.data for put in puts], keys)
        outcomes = await self._writer.write(records)
        self.names.add(name)
        return list(zip(records.topics, outcomes, strict=True))

    def placed(self, name: str, topic: str, place: Placed) -> dict[str, Any]:
        """Tell a record's place as Kinesis does."""
        shard = stream_address(name).shard(topic, place.partition)
        return {"SequenceNumber": sequence_number(shard, place.offset), "ShardId": shard_id(shard)}

    def results(self, name: str, stored: Sequence[tuple[str, Outcome]]) -> dict[str, Any]:
        """Give one result a record, as PutRecords does."""
        records = [
            _failed(outcome) if isinstance(outcome, Failure) else self.placed(name, topic, outcome)
            for topic, outcome in stored
        ]
        failed = sum(isinstance(outcome, Failure) for _, outcome in stored)
        return {"FailedRecordCount": failed, "Records": records}

    def listed(self, after: str = "", limit: int = 100) -> dict[str, Any]:
        """List names, at most `limit` of those that come after one."""
        names = [name for name in self.names.names() if name > after]
        return {"StreamNames": names[:limit], "HasMoreStreams": len(names) > limit}

    def described(self, name: str, after: str = "", limit: int = 10_000) -> dict[str, Any]:
        """Describe a stream with up to `limit` of its shards after one; raises Refusal and AwayError."""
        shards = self.shards(name, after)
        more = {"Shards": shards[:limit], "HasMoreShards": len(shards) > limit}
        return {"StreamDescription": self._common(name) | more}

    def summarized(self, name: str) -> dict[str, Any]:
        """Describe a stream without its shards; raises Refusal and AwayError."""
        return {"StreamDescriptionSummary": self._common(name) | {"OpenShardCount": len(self.shards(name))}}

    def shards(self, name: str, after: str = "") -> list[dict[str, Any]]:
        """Describe the shards of a stream, those after one; raises Refusal and AwayError."""
        self.names.check(name)
        numbers = self.shard_numbers(stream_address(name))
        first = shard_number(after) + 1 if after else 0
        return [
            {
                "ShardId": shard_id(number),
                "HashKeyRange": _hash_range(place, len(numbers)),
                "SequenceNumberRange": {"StartingSequenceNumber": sequence_number(number, 0)},
            }
            for place, number in enumerate(numbers)
            if number >= first
        ]

    def shard_numbers(self, address: StreamAddress) -> list[int]:
        """Number the shards of a stream; raises AwayError while Kafka is away."""
        return [
            address.shard(topic, partition)
            for topic in address.topics
            for partition in range(self._writer.partitions(topic))
        ]

    def place_of_shard(self, address: StreamAddress, shard: int) -> tuple[str, int]:
        """Give the topic and partition of a shard; raises Refusal and AwayError."""
        if shard not in self.shard_numbers(address):
            raise no_shard(shard)
        return address.partition(shard)

    def _common(self, name: str) -> dict[str, Any]:
        return {
            "StreamName": name,
            "StreamARN": f"arn:aws:kinesis:{self._region}:000000000000:stream/{name}",
            "StreamStatus": "ACTIVE",
            "StreamModeDetails": {"StreamMode": "PROVISIONED"},
            "RetentionPeriodHours": self._retention_hours,
            "StreamCreationTimestamp": self._since,
            "EnhancedMonitoring": [{"ShardLevelMetrics": []}],
            "EncryptionType": "NONE",
        }


def _checked(key: str) -> str:
    if not 0 < len(key) <= MAX_KEY_LENGTH:
        raise Refusal(
            400, f"The partition key must have 1 to {MAX_KEY_LENGTH} characters", "ValidationException"
        )
    return key


def _failed(failure: Failure) -> dict[str, Any]:
    code = "ProvisionedThroughputExceededException" if failure.retriable else "InternalFailure"
    return {"ErrorCode": code, "ErrorMessage": failure.message}


def _hash_range(place: int, count: int) -> dict[str, str]:
    """Share the range of hash keys out evenly; records are placed by their number, not by it."""
    first, last = (HASH_KEYS * edge // count for edge in (place, place + 1))
    return {"StartingHashKey": str(first), "EndingHashKey": str(last - 1)}
