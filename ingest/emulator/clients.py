"""Speak the forms of clients: where a record goes, and how records are wrapped."""

from base64 import b64encode
from collections.abc import Sequence
from enum import StrEnum

import msgspec
from typing_extensions import override

from catalog.names import Stream
from ingest.emulator.answers import offsets, puts, receipts
from ingest.emulator.client import Client, Result


class Form(StrEnum):
    """Name the client forms."""

    REST = "rest"
    KINESIS = "kinesis"
    GATEWAY = "gateway"
    FLAT = "flat"
    EVENTS = "events"


class FlatClient(Client):
    """Speak the flat form: one row a request."""

    @override
    def path(self, stream: Stream) -> str:
        """Give the stream's path; the form has no place for an owner."""
        return f"/{stream}/"

    @override
    def body(self, stream: Stream, records: Sequence[bytes]) -> bytes:
        """Give the row as it is."""
        return records[0]

    @override
    def results(self, answer: bytes) -> list[Result] | None:
        """Let the status tell all."""
        return None


class RestClient(Client):
    """Speak the REST Proxy v2 form."""

    content_type = "application/vnd.kafka.json.v2+json"
    most_records = 10_000

    @override
    def path(self, stream: Stream) -> str:
        """Give the topic's path, with the owner before the stream."""
        return f"/topics/{self.owner}.{stream}"

    @override
    def body(self, stream: Stream, records: Sequence[bytes]) -> bytes:
        """Put each record under `value`."""
        return b'{"records":[{"value":%b}]}' % b'},{"value":'.join(records)

    @override
    def results(self, answer: bytes) -> list[Result]:
        """Read the places."""
        return offsets(answer)


class PutClient(Client):
    """Speak of puts, as both ways to Kinesis do: one record a request, or up to 500 with a result each."""

    most_records = 500

    @override
    def results(self, answer: bytes) -> list[Result] | None:
        """Read the results of many; of one, the status tells all."""
        return puts(answer) if self.many else None


class KinesisClient(PutClient):
    """Speak the AWS Kinesis API, as SDKs do: PutRecord for one, PutRecords for many."""

    content_type = "application/x-amz-json-1.1"

    @property
    @override
    def headers(self) -> dict[str, str]:
        """Name the operation."""
        operation = "PutRecords" if self.many else "PutRecord"
        return super().headers | {"X-Amz-Target": f"Kinesis_20131202.{operation}"}

    @override
    def path(self, stream: Stream) -> str:
        """Give the one path of the API."""
        return "/"

    @override
    def body(self, stream: Stream, records: Sequence[bytes]) -> bytes:
        """Put each record under `Data`, in base64."""
        name = msgspec.json.encode(_stream_name(self.owner, stream))
        data = b'","PartitionKey":"partition-1"},{"Data":"'.join(map(b64encode, records))
        if not self.many:
            return b'{"StreamName":%b,"Data":"%b","PartitionKey":"partition-1"}' % (name, data)
        return b'{"StreamName":%b,"Records":[{"Data":"%b","PartitionKey":"partition-1"}]}' % (name, data)


class GatewayClient(PutClient):
    """Speak to Kinesis behind an API gateway: an object for one record, JSON texts for many."""

    method = "PUT"

    @override
    def path(self, stream: Stream) -> str:
        """Give the stream's path for one record or for many."""
        return f"/streams/{_stream_name(self.owner, stream)}/record{'s' if self.many else ''}"

    @override
    def body(self, stream: Stream, records: Sequence[bytes]) -> bytes:
        """Wrap rows; what is no object goes as text, because the form would look into a quoted one."""
        if self.many:
            data = b',"partition-key":"partition-1"},{"data":'.join(map(_text, records))
            return b'{"records":[{"data":%b,"partition-key":"partition-1"}]}' % data
        (row,) = records
        name = msgspec.json.encode(_stream_name(self.owner, stream))
        data = row if row.startswith(b"{") else _text(row)
        return b'{"StreamName":%b,"Data":%b,"PartitionKey":"partition-1"}' % (name, data)


class EventsClient(Client):
    """Speak the batch form, one row a line."""

    content_type = "application/x-ndjson"
    most_records = 10_000

    @override
    def path(self, stream: Stream) -> str:
        """Give the stream's path, with the owner in the query."""
        return f"/events/{stream}?owner={self.owner}"

    @override
    def body(self, stream: Stream, records: Sequence[bytes]) -> bytes:
        """Give one row a line."""
        return b"\n".join(records)

    @override
    def results(self, answer: bytes) -> list[Result]:
        """Read the receipts."""
        return receipts(answer)


CLIENTS: dict[Form, type[Client]] = {
    Form.REST: RestClient,
    Form.KINESIS: KinesisClient,
    Form.GATEWAY: GatewayClient,
    Form.FLAT: FlatClient,
    Form.EVENTS: EventsClient,
}


def _stream_name(owner: str, stream: Stream) -> str:
    return f"streaming-{owner}-{stream}"


def _text(row: bytes) -> bytes:
    try:
        return msgspec.json.encode(row.decode())
    except UnicodeDecodeError:
        return b'"%b"' % b64encode(row)
