"""Read records back as the AWS Kinesis API does: iterators and pages."""

from base64 import b64encode, urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from typing import Any

from confluent_kafka import Message

from catalog.names import Header
from ingest.errors import Refusal, owner_of
from ingest.forms.kinesis_body import GetRecords, GetShardIterator
from ingest.forms.stream_names import sequence_number, sequence_place, shard_number, stream_address
from ingest.forms.streams import Streams
from ingest.reader import Place, Reader, header

Scope = Mapping[str, Any]


class StreamReader:
    """Hand out iterators, which are self-contained texts, and read pages from their places."""

    def __init__(self, streams: Streams, reader: Reader) -> None:
        self._streams = streams
        self._reader = reader

    async def iterator(self, scope: Scope, asked: GetShardIterator) -> dict[str, Any]:
        """Give the iterator of a place in a shard; raises Refusal and AwayError."""
        self._streams.names.check(asked.name)
        shard = shard_number(asked.shard_id)
        place, _ = self._place(scope, asked.name, shard)
        return {"ShardIterator": _token(asked.name, shard, await self._offset(asked, shard, place))}

    async def records(self, scope: Scope, asked: GetRecords) -> dict[str, Any]:
        """Read the page of an iterator; raises Refusal and AwayError."""
        name, shard, offset = _read_token(asked.shard_iterator)
        place, owner = self._place(scope, name, shard)
        page = await self._reader.page(place, offset, asked.limit, owner)
        return {
            "Records": [_record(shard, message) for message in page.messages],
            "NextShardIterator": _token(name, shard, page.next_offset),
            "MillisBehindLatest": page.behind_milliseconds,
        }

    def _place(self, scope: Scope, name: str, shard: int) -> tuple[Place, str]:
        address = stream_address(name)
        owner = owner_of(scope, address.owner)
        return Place(*self._streams.place_of_shard(address, shard)), owner

    async def _offset(self, asked: GetShardIterator, shard: int, place: Place) -> int:
        match asked.shard_iterator_type:
            case "TRIM_HORIZON":
                return 0
            case "LATEST":
                return (await self._reader.ends(place))[1]
            case "AT_TIMESTAMP":
                return await self._reader.offset_at(place, asked.timestamp)
            case "AT_SEQUENCE_NUMBER":
                return _offset_of(asked.starting_sequence_number, shard)
            case "AFTER_SEQUENCE_NUMBER":
                return _offset_of(asked.starting_sequence_number, shard) + 1
        raise Refusal(400, "Value at 'shardIteratorType' is none of the five kinds", "ValidationException")


def _offset_of(number: str, shard: int) -> int:
    of_shard, offset = sequence_place(number)
    if of_shard != shard:
        raise Refusal(400, "The sequence number is of another shard", "InvalidArgumentException")
    return offset


def _record(shard: int, message: Message) -> dict[str, Any]:
    key = header(message, Header.CLIENT_KEY) or message.key() or b"-"
    return {
        "SequenceNumber": sequence_number(shard, message.offset() or 0),
        "ApproximateArrivalTimestamp": message.timestamp()[1] / 1000,
        "Data": b64encode(message.value() or b"").decode(),
        "PartitionKey": key.decode(errors="replace"),
        "EncryptionType": "NONE",
    }


def _token(name: str, shard: int, offset: int) -> str:
    return urlsafe_b64encode(f"{name} {shard} {offset}".encode()).decode()


def _read_token(token: str) -> tuple[str, int, int]:
    try:
        name, shard, offset = urlsafe_b64decode(token.encode()).decode("ascii").split(" ")
        numbers = int(shard), int(offset)
    except ValueError as fault:
        raise Refusal(400, "Invalid ShardIterator", "InvalidArgumentException") from fault
    if not (0 <= numbers[0] < 10**12 and 0 <= numbers[1] < 2**63):
        raise Refusal(400, "Invalid ShardIterator", "InvalidArgumentException")
    return name, *numbers
