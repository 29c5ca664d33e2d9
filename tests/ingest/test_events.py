from typing import Any

import pytest
import requests
from hypothesis import given
from hypothesis import settings as effort
from hypothesis import strategies as st

from ingest.bodies import MAX_RECORDS
from tests.hostile.cases import cases
from tests.ingest.log_reader import ends, read
from tests.ingest.test_rest_body import documents
from tests.servers.kafka_broker import Broker

LINES = "application/x-ndjson"
ARRAY = "application/json"


def post(url: str, body: bytes, kind: str = LINES, path: str = "pin?owner=126ca3664fbb") -> requests.Response:
    headers = {"Content-Type": kind}
    return requests.post(f"{url}/events/{path}", data=body, headers=headers, timeout=10)


def places(answer: requests.Response) -> list[tuple[int, int]]:
    return [(each["partition"], each["offset"]) for each in answer.json()["receipts"] if "offset" in each]


def stored(broker: Broker, topic: str = "pin") -> dict[tuple[int, int], Any]:
    return {(record.partition, record.offset): record for record in read(broker.settings, topic)}


@pytest.mark.parametrize("kind", [LINES, ARRAY])
def test_every_record_has_a_receipt_in_order_that_kafka_keeps(url: str, broker: Broker, kind: str) -> None:
    rows = [b'{"index" : %d, "title":"\xe2\x80\xa6"}' % number for number in range(1000)]
    body = b"\n".join(rows) if kind == LINES else b"[%b]" % b" , ".join(rows)
    answer = post(url, body, kind)
    assert (answer.status_code, answer.json()["stored"]) == (200, 1000)
    kept = stored(broker)
    assert [kept[place].value for place in places(answer)] == rows
    assert [kept[place].key for place in places(answer)] == [b"%d" % number for number in range(1000)]
    headers = [dict(kept[place].headers) for place in places(answer)]
    assert {(each["owner"], each["door"]) for each in headers} == {(b"126ca3664fbb", b"events")}
    assert len({each["event_id"] for each in headers}) == 1000


def test_lines_may_end_as_clients_end_them(url: str, broker: Broker) -> None:
    answer = post(url, b'{"ind":1}\r\n\n  \n{"ind":2}\r\n', path="geo")
    kept = stored(broker, "geo")
    assert [kept[place].value for place in places(answer)] == [b'{"ind":1}', b'{"ind":2}']
    assert dict(kept[places(answer)[0]].headers)["owner"] == b""


def test_a_line_that_is_no_object_is_refused_alone(url: str, broker: Broker) -> None:
    lines = [b'{"index":1}', b"{bad", b"5", b'{"a":"\xff"}', b'{"index":"x"}', b'{"index":2,"t":"\\ud800"}']
    answer = post(url, b"\n".join(lines)).json()
    reasons = [each.get("reason") for each in answer["receipts"]]
    assert reasons == [None, "not_json", "not_an_object", "invalid_utf8", None, None]
    assert answer["stored"] == 3
    kept = stored(broker)
    assert [
        kept[each["partition"], each["offset"]].value for each in answer["receipts"] if "offset" in each
    ] == [
        lines[0],
        lines[4],
        lines[5],
    ]


def test_a_record_that_is_too_large_fails_alone(url: str) -> None:
    answer = post(url, b'{"index":1}\n{"index":2,"t":"%b"}\n{"index":3}' % (b"x" * 1_000_000)).json()
    assert ["offset" in each for each in answer["receipts"]] == [True, False, True]
    assert "larger" in answer["receipts"][1]["reason"]
    assert not answer["receipts"][1]["retriable"]


def test_the_longest_batch_is_stored(url: str) -> None:
    assert post(url, b'{"index":1}\n' * MAX_RECORDS).json()["stored"] == MAX_RECORDS


@pytest.mark.parametrize(
    ("body", "kind", "path", "status"),
    [
        (b"{}", "text/plain", "pin", 415),
        (b"{}", LINES, "pins", 404),
        (b"{}", LINES, "unreadable", 404),
        (b"{}", LINES, "pin?owner=a/b", 422),
        (b"", LINES, "pin", 422),
        (b"\n \n", LINES, "pin", 422),
        (b"[]", ARRAY, "pin", 422),
        (b"[1]", ARRAY, "pin", 422),
        (b"{}", ARRAY, "pin", 422),
        (b"[{}", ARRAY, "pin", 400),
        (b'[{"a":"\xff"}]', ARRAY, "pin", 400),
        (b"[" * 100_000, ARRAY, "pin", 422),
        (b"{}\n" * (MAX_RECORDS + 1), LINES, "pin", 413),
        (b"\n" * 1_000_000, LINES, "pin", 413),
        (b"[%b]" % b",".join([b"{}"] * (MAX_RECORDS + 1)), ARRAY, "pin", 413),
        (b"[%b]" % b",".join([b"{}"] * 1_000_000), ARRAY, "pin", 413),
    ],
)
def test_a_request_that_cannot_be_read_stores_nothing(
    url: str, broker: Broker, body: bytes, kind: str, path: str, status: int
) -> None:
    before = ends(broker.settings, "pin")
    answer = post(url, body, kind, path)
    assert (answer.status_code, list(answer.json())) == (status, ["detail"])
    assert ends(broker.settings, "pin") == before


@effort(max_examples=40, deadline=None)
@given(
    st.lists(documents().filter(lambda row: b"\n" not in row and b"\r" not in row), min_size=1, max_size=5)
)
def test_every_json_line_that_is_an_object_is_stored(url: str, rows: list[bytes]) -> None:
    receipts = post(url, b"\n".join(rows)).json()["receipts"]
    assert ["offset" in each for each in receipts] == [row.lstrip().startswith(b"{") for row in rows]


@effort(max_examples=40, deadline=None)
@given(st.binary(max_size=300), st.sampled_from([LINES, ARRAY]))
def test_no_body_breaks_the_service(url: str, body: bytes, kind: str) -> None:
    answer = post(url, body, kind)
    assert answer.status_code in (200, 400, 422)


def test_hostile_rows_are_stored_to_the_byte_or_named(url: str, broker: Broker) -> None:
    rows = [case.body for case in cases() if case.body and b"\n" not in case.body and not case.body.isspace()]
    rows = [row for row in rows if len(row) < 900_000 and not row.endswith(b"\r")]
    receipts = post(url, b"\n".join(rows)).json()["receipts"]
    kept = stored(broker)
    for row, receipt in zip(rows, receipts, strict=True):
        if "offset" in receipt:
            assert kept[receipt["partition"], receipt["offset"]].value == row
        else:
            assert receipt["reason"] in {"not_json", "not_an_object", "invalid_utf8"}
