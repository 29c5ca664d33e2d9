import json
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import requests
from hypothesis import given
from hypothesis import settings as effort
from hypothesis import strategies as st
from kafka.partitioner.default import murmur2

from catalog.names import Stream
from catalog.settings import Ingest, Kafka
from tests.ingest.log_reader import ends, read
from tests.servers.kafka_broker import Broker

TYPE = {"Content-Type": "application/vnd.kafka.json.v2+json"}


def post(url: str, topic: str, body: bytes | object, headers: dict[str, str] = TYPE) -> requests.Response:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    return requests.post(f"{url}/topics/{topic}", data=data, headers=headers, timeout=10)


def record_at(kafka: Kafka, topic: str, place: dict[str, int]) -> Any:
    found = read(kafka, topic, ends(kafka, topic) | {place["partition"]: place["offset"]})
    return found[0]


def test_an_answer_names_the_place_of_every_record_in_order(url: str, broker: Broker) -> None:
    values = [{"ind": number, "country": "Côte"} for number in range(50)]
    before = ends(broker.settings, "geo")
    answer = post(url, "126ca3664fbb.geo", {"records": [{"value": value} for value in values]})
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/vnd.kafka.v2+json"
    body = answer.json()
    assert (body["key_schema_id"], body["value_schema_id"]) == (None, None)
    assert all(
        list(each) == ["partition", "offset", "error_code", "error"]
        and (each["error_code"], each["error"]) == (None, None)
        for each in body["offsets"]
    )
    stored = {(r.partition, r.offset): json.loads(r.value) for r in read(broker.settings, "geo", before)}
    assert [stored[each["partition"], each["offset"]] for each in body["offsets"]] == values


def test_a_record_has_key_headers_and_the_bytes_that_were_sent(url: str, broker: Broker) -> None:
    value = b'{ "index"\t: 7528 , "title":"\\u2026 \xe2\x80\xa6\\ud83d",\n"x":[1.50, 1e3] }'
    body = b'{"records": [ {"key": {"k" : 1}, "partition": 3, "value": %b } ]}' % value
    answer = post(url, "126ca3664fbb.pin", body, {"Content-Type": TYPE["Content-Type"] + "; charset=utf-8"})
    record = record_at(broker.settings, "pin", answer.json()["offsets"][0])
    assert record.value == value
    assert record.key == b"7528"
    headers = dict(record.headers)
    assert list(headers) == ["event_id", "owner", "door", "client_key"]
    assert headers["event_id"][14:15] == b"7"
    assert (headers["owner"], headers["door"]) == (b"126ca3664fbb", b"rest")
    assert headers["client_key"] == b'{"k" : 1}'


def test_a_record_without_whole_number_has_no_key(url: str, broker: Broker) -> None:
    answer = post(url, "pin", {"records": [{"value": {"index": 7.5}}]})
    record = record_at(broker.settings, "pin", answer.json()["offsets"][0])
    assert record.key is None
    assert dict(record.headers)["owner"] == b""


def test_a_post_meets_in_the_partition_that_java_would_choose(url: str) -> None:
    for number in (0, 1, 7528, 2863, 2**31 - 1, -1):
        places = [
            post(url, f"me.{stream}", {"records": [{"value": {field: number}}]}).json()["offsets"][0]
            for stream, field in ((Stream.PIN, "index"), (Stream.GEO, "ind"), (Stream.USER, "ind"))
        ]
        expected = (murmur2(str(number).encode()) & 0x7FFFFFFF) % 4
        assert {place["partition"] for place in places} == {expected}


def test_many_clients_at_once_lose_and_mix_nothing(url: str, broker: Broker) -> None:
    def client(number: int) -> list[tuple[dict[str, Any], dict[str, int]]]:
        sent = []
        for turn in range(10):
            values = [{"ind": number * 1000 + turn * 10 + i, "client": number} for i in range(10)]
            answer = post(url, f"c{number}.user", {"records": [{"value": value} for value in values]})
            sent += list(zip(values, answer.json()["offsets"], strict=True))
        return sent

    with ThreadPoolExecutor(20) as pool:
        sent = [each for group in pool.map(client, range(20)) for each in group]
    stored = {(r.partition, r.offset): r for r in read(broker.settings, "user")}
    places = [(place["partition"], place["offset"]) for _, place in sent]
    assert len(set(places)) == len(sent) == 2000
    for (value, _), place in zip(sent, places, strict=True):
        assert json.loads(stored[place].value) == value
        assert dict(stored[place].headers)["owner"] == b"c%d" % value["client"]


@pytest.mark.parametrize(
    ("topic", "body", "headers", "status", "code"),
    [
        ("me.pin", {"records": [{"value": 1}]}, {"Content-Type": "application/json"}, 415, 415),
        ("me.pin", {"records": [{"value": 1}]}, {}, 415, 415),
        ("me.pin", {}, {"Content-Type": "application/vnd.kafka.avro.v2+json"}, 415, 415),
        ("me.pins", {"records": [{"value": 1}]}, TYPE, 404, 40401),
        ("unreadable", {"records": [{"value": 1}]}, TYPE, 404, 40401),
        ("me.pin", b"{", TYPE, 400, 400),
        ("me.pin", b"", TYPE, 422, 422),
        ("me.pin", {"record": []}, TYPE, 422, 422),
        ("me.pin", {"records": []}, TYPE, 422, 422),
        ("me.pin", {"records": [{"value": 1, "partition": -1}]}, TYPE, 422, 422),
        ("me.pin", {"records": [{"value": 1}], "x": 1}, TYPE, 422, 422),
    ],
)
def test_a_refusal_names_its_code_and_stores_nothing(
    url: str, broker: Broker, topic: str, body: object, headers: dict[str, str], status: int, code: int
) -> None:
    before = [ends(broker.settings, stream) for stream in Stream]
    answer = post(url, topic, body, headers)
    assert answer.status_code == status
    assert list(answer.json()) == ["error_code", "message"]
    assert answer.json()["error_code"] == code
    assert [ends(broker.settings, stream) for stream in Stream] == before


def test_an_unknown_field_is_named(url: str) -> None:
    answer = post(url, "me.pin", {"records": [{"value": 1}], "recods": []})
    assert answer.json() == {"error_code": 422, "message": "Unrecognized field: recods"}


def test_a_record_that_is_too_large_fails_alone(url: str) -> None:
    values = [{"index": 1}, {"index": 2, "title": "x" * 1_000_000}, {"index": 3}]
    offsets = post(url, "me.pin", {"records": [{"value": value} for value in values]}).json()["offsets"]
    assert [each["error_code"] for each in offsets] == [None, 50002, None]
    assert (offsets[1]["partition"], offsets[1]["offset"]) == (None, None)
    assert "larger" in offsets[1]["error"]


def test_the_largest_record_is_stored(url: str) -> None:
    longest = Ingest().max_record_bytes - 200
    answer = post(url, "me.pin", {"records": [{"value": "x" * longest}]})
    assert answer.json()["offsets"][0]["error_code"] is None


def test_a_body_that_is_too_large_is_refused(url: str) -> None:
    body = b" " * (Ingest().max_body_bytes + 1)
    assert post(url, "me.pin", body).json()["error_code"] == 413
    in_parts = requests.post(
        f"{url}/topics/me.pin", data=iter([body[:6_000_000], body[:6_000_000]]), headers=TYPE, timeout=10
    )
    assert in_parts.json()["error_code"] == 413


def test_a_connection_goes_on_after_a_refusal(url: str) -> None:
    with requests.Session() as session:
        for body in (b"{", b"", b'{"records":[{"value":1}]}'):
            answer = session.post(f"{url}/topics/me.pin", data=body, headers=TYPE, timeout=10)
        assert answer.status_code == 200


@effort(max_examples=30, deadline=None)
@given(st.binary(max_size=300))
def test_no_body_breaks_the_service(url: str, body: bytes) -> None:
    assert post(url, "me.pin", body).status_code in {400, 422}


def test_topics_and_brokers_are_described(url: str) -> None:
    assert requests.get(f"{url}/topics", timeout=5).json() == ["geo", "pin", "user"]
    described = requests.get(f"{url}/topics/me.pin", timeout=5).json()
    assert described["name"] == "me.pin"
    assert [partition["partition"] for partition in described["partitions"]] == [0, 1, 2, 3]
    assert described["partitions"][0]["replicas"] == [{"broker": 1, "leader": True, "in_sync": True}]
    configs = described["configs"]
    assert configs["message.timestamp.type"] == "LogAppendTime"
    assert requests.get(f"{url}/topics/other", timeout=5).json()["error_code"] == 40401
    assert requests.get(f"{url}/brokers", timeout=5).json() == {"brokers": [1]}


def test_a_single_record_is_answered_soon(url: str) -> None:
    with requests.Session() as session:
        began = time.monotonic()
        for number in range(20):
            body = json.dumps({"records": [{"value": {"index": number}}]})
            assert session.post(f"{url}/topics/me.pin", data=body, headers=TYPE, timeout=5).ok
        assert time.monotonic() - began < 2
