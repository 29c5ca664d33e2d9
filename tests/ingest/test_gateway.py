import json
from base64 import b64encode
from contextlib import suppress
from typing import Any

import pytest
import requests
from hypothesis import given
from hypothesis import strategies as st

from ingest.errors import Refusal
from ingest.forms.gateway_body import read_record, read_records, unwrapped
from ingest.forms.stream_names import sequence_place
from tests.hostile.cases import Case, cases
from tests.ingest.log_reader import ends, read
from tests.ingest.test_rest_body import documents
from tests.servers.kafka_broker import Broker

OBJECTS = st.dictionaries(
    st.text(st.characters(exclude_categories=["Cs"])), st.integers() | st.text('aé\\"…\n')
)


def put(url: str, path: str, body: object) -> requests.Response:
    return requests.put(f"{url}/streams/{path}", json=body, timeout=10)


def stored(broker: Broker, topic: str, answer: dict[str, Any]) -> Any:
    partition, offset = sequence_place(answer["SequenceNumber"])
    return read(broker.settings, topic, ends(broker.settings, topic) | {partition: offset})[0]


@pytest.mark.parametrize(
    "data",
    [
        {"ind": 7528, "country": "Côte"},
        json.dumps({"ind": 7528, "country": "Côte"}),
        b64encode(json.dumps({"ind": 7528, "country": "Côte"}).encode()).decode(),
    ],
)
def test_a_row_arrives_without_what_wrapped_it(url: str, broker: Broker, data: object) -> None:
    body = {"StreamName": "ignored", "Data": data, "PartitionKey": "partition-1"}
    answer = put(url, "streaming-126ca3664fbb-geo/record", body)
    assert (answer.status_code, list(answer.json())) == (200, ["SequenceNumber", "ShardId"])
    record = stored(broker, "geo", answer.json())
    assert (json.loads(record.value), record.key) == ({"ind": 7528, "country": "Côte"}, b"7528")
    headers = dict(record.headers)
    assert (headers["owner"], headers["client_key"]) == (b"126ca3664fbb", b"partition-1")


def test_many_records_have_one_result_each(url: str, broker: Broker) -> None:
    rows = [json.dumps({"ind": number}) for number in range(20)]
    body = {"records": [{"data": row, "partition-key": "k"} for row in rows]}
    body["records"].insert(3, {"data": "x" * 1_000_000, "partition-key": "k"})
    answer = put(url, "streaming-me-user/records", body).json()
    assert answer["FailedRecordCount"] == 1
    assert answer["Records"].pop(3)["ErrorCode"] == "InternalFailure"
    assert [stored(broker, "user", each).value.decode() for each in answer["Records"]] == rows


def test_a_row_of_a_shared_stream_tells_where_it_goes(url: str, broker: Broker) -> None:
    before = ends(broker.settings, "user")
    answer = put(url, "posts/record", {"Data": {"ind": 1, "age": 20}, "PartitionKey": "k"})
    (record,) = read(broker.settings, "user", before)
    assert sequence_place(answer.json()["SequenceNumber"]) == (20_000 + record.partition, record.offset)


def test_streams_are_created_listed_described_and_deleted(url: str) -> None:
    path = f"{url}/streams/streaming-gate-pin"
    assert requests.post(path, json={"ShardCount": 1}, timeout=5).status_code == 200
    assert requests.post(path, timeout=5).status_code == 400
    listed = requests.get(f"{url}/streams", timeout=5).json()
    assert "streaming-gate-pin" in listed["StreamNames"]
    assert not listed["HasMoreStreams"]
    described = requests.get(path, timeout=5).json()["StreamDescription"]
    assert (described["StreamName"], described["StreamStatus"]) == ("streaming-gate-pin", "ACTIVE")
    assert requests.delete(path, timeout=5).status_code == 200
    assert requests.get(path, timeout=5).status_code == 400


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("streaming-me-pin/record", b""),
        ("streaming-me-pin/record", b"{"),
        ("streaming-me-pin/record", b"[]"),
        ("streaming-me-pin/record", b'{"PartitionKey":"k"}'),
        ("streaming-me-pin/record", b'{"Data":{}}'),
        ("streaming-me-pin/record", b'{"Data":{},"PartitionKey":1}'),
        ("streaming-me-pin/record", b'{"Data":{},"PartitionKey":""}'),
        ("streaming-me-pin/record", b'{"Data":"\xff","PartitionKey":"k"}'),
        ("streaming-me-pin/records", b'{"records":[]}'),
        ("streaming-me-pin/records", b'{"records":[{"data":"{}"}]}'),
        ("a%20b/record", b'{"Data":{},"PartitionKey":"k"}'),
    ],
)
def test_what_cannot_be_read_is_refused_and_not_stored(
    url: str, broker: Broker, path: str, body: bytes
) -> None:
    before = ends(broker.settings, "pin")
    answer = requests.put(f"{url}/streams/{path}", data=body, timeout=10)
    assert (answer.status_code, list(answer.json())) == (400, ["message"])
    assert ends(broker.settings, "pin") == before


@given(OBJECTS, st.sampled_from(["plain", "text", "base64"]), st.booleans())
def test_an_object_is_found_in_every_wrapping(row: dict[str, Any], wrapping: str, is_ascii: bool) -> None:
    plain = json.dumps(row, ensure_ascii=is_ascii).encode()
    text = {"plain": plain, "text": plain, "base64": b64encode(plain)}[wrapping]
    data = plain if wrapping == "plain" else json.dumps(text.decode(), ensure_ascii=is_ascii).encode()
    assert unwrapped(data) == plain
    body = b'{"Data": %b, "PartitionKey": "k"}' % data
    assert read_record(body).data == plain
    assert read_records(b'{"records":[{"data":%b,"partition-key":"k"}]}' % data)[0].data == plain


@given(documents())
def test_what_is_no_wrapped_object_keeps_its_bytes(document: bytes) -> None:
    body = b'{"PartitionKey":"k","Data":%b}' % document
    kept = read_record(body).data
    assert kept == document or (document.startswith(b'"') and b"{" in kept)


@given(st.binary() | st.text('{}[]",:\\u0d8Data PartitionKey1-').map(str.encode))
def test_any_body_is_read_or_refused(body: bytes) -> None:
    with suppress(Refusal):
        assert read_record(body).data


@pytest.mark.parametrize("case", [case for case in cases() if case.body], ids=lambda case: case.name)
def test_a_hostile_row_in_base64_keeps_its_bytes(case: Case) -> None:
    assert case.body is not None
    kept = unwrapped(json.dumps(b64encode(case.body).decode()).encode())
    is_object = case.body.lstrip(b" \t\r\n").startswith(b"{")
    assert kept == (case.body if is_object else json.dumps(b64encode(case.body).decode()).encode())
