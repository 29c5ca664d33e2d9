import json
from typing import Any

import pytest
import requests

from catalog.names import Reason, Stream
from ingest.forms.describe import ROWS
from tests.hostile.cases import Case, cases
from tests.ingest.log_reader import ends, read
from tests.servers.kafka_broker import Broker


def post(url: str, path: str, body: bytes) -> requests.Response:
    return requests.post(f"{url}/{path}", data=body, headers={"Content-Type": "application/json"}, timeout=10)


def stored(broker: Broker, topic: str, answer: requests.Response) -> Any:
    partition, offset = (int(answer.headers[f"kafka-{name}"]) for name in ("partition", "offset"))
    return read(broker.settings, topic, ends(broker.settings, topic) | {partition: offset})[0]


@pytest.mark.parametrize("path", ["pin/", "pin", "geo/", "geo", "user/", "user"])
def test_a_row_is_answered_and_stored_as_it_was_sent(url: str, broker: Broker, path: str) -> None:
    stream = Stream(path.rstrip("/"))
    body = json.dumps(ROWS[stream] | {"more": "…"}, indent=1, ensure_ascii=False).encode()
    answer = post(url, path, body)
    assert (answer.status_code, answer.content) == (200, body)
    record = stored(broker, stream, answer)
    assert (record.value, record.key) == (body, b"7528")
    assert dict(record.headers)["door"] == b"flat"


def test_an_older_client_sends_no_poster(url: str, broker: Broker) -> None:
    older = {name: value for name, value in ROWS[Stream.PIN].items() if name != "poster_name"}
    assert post(url, "pin/", json.dumps(older).encode()).json() == older


def test_a_poster_is_not_lost(url: str, broker: Broker) -> None:
    answer = post(url, "pin/", json.dumps(ROWS[Stream.PIN]).encode())
    assert answer.json()["poster_name"] == "Ann"
    assert json.loads(stored(broker, "pin", answer).value)["poster_name"] == "Ann"


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"index": "36"}, (["body", "index"], "int_type")),
        ({"index": 36.0}, (["body", "index"], "int_type")),
        ({"index": None}, (["body", "index"], "int_type")),
        ({"index": 2**31}, (["body", "index"], "out_of_range")),
        ({"title": 1}, (["body", "title"], "string_type")),
        ({"title": ["x"]}, (["body", "title"], "string_type")),
        ({"poster_name": 1}, (["body", "poster_name"], "string_type")),
        ({"title": "\0"}, (["body", "title"], "forbidden_character")),
    ],
)
def test_a_field_that_breaks_the_contract_is_named(
    url: str, broker: Broker, change: dict[str, Any], fault: tuple[list[str], str]
) -> None:
    before = ends(broker.settings, "pin")
    answer = post(url, "pin/", json.dumps(ROWS[Stream.PIN] | change).encode())
    ((detail,),) = answer.json().values()
    assert (answer.status_code, detail["loc"], detail["type"]) == (422, *fault)
    assert ends(broker.settings, "pin") == before


def test_a_missing_field_is_named(url: str) -> None:
    row = {name: value for name, value in ROWS[Stream.GEO].items() if name != "country"}
    answer = post(url, "geo/", json.dumps(row).encode())
    expected = {"loc": ["body", "country"], "msg": "Field required", "type": "missing"}
    assert answer.json() == {"detail": [expected]}


@pytest.mark.parametrize(
    ("body", "kind"),
    [(b"", "missing"), (b"{", "json_invalid"), (b"[]", "dict_type"), (b'"\xff"', "json_invalid")],
)
def test_a_body_that_is_no_object_is_refused(url: str, body: bytes, kind: str) -> None:
    (detail,) = post(url, "user/", body).json()["detail"]
    assert (detail["loc"], detail["type"]) == (["body"], kind)


def test_every_hostile_row_has_the_verdict_of_the_contract(url: str) -> None:
    with requests.Session() as session:
        for case in cases():
            answer = session.post(f"{url}/{case.stream}/", data=case.body or b"", timeout=10)
            assert answer.status_code == _status(case), case.name


def _status(case: Case) -> int:
    if case.reason is None:
        return 413 if case.body and len(case.body) > 999_000 else 200
    return 422


def test_every_reason_of_the_decoder_has_an_answer(url: str) -> None:
    seen = {case.reason for case in cases() if case.reason}
    assert {Reason.NOT_JSON, Reason.DUPLICATE_FIELD, Reason.WRONG_TYPE, Reason.OUT_OF_RANGE} <= seen
