import json
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
import requests

from ingest.forms.consumer_instances import MAX_INSTANCES

V2 = {"Content-Type": "application/vnd.kafka.v2+json"}
JSON = "application/vnd.kafka.json.v2+json"


class Client:
    """Speak the calls as clients of the REST Proxy do."""

    def __init__(self, url: str, group: str) -> None:
        self.url = f"{url}/consumers/{group}"
        self.session = requests.Session()
        self.base = ""

    def make(self, **settings: str) -> requests.Response:
        asked = {"format": "json", "auto.offset.reset": "earliest"} | settings
        answer = self.session.post(self.url, json=asked, headers=V2, timeout=10)
        if answer.ok:
            self.base = answer.json()["base_uri"]
        return answer

    def call(self, method: str, path: str = "", body: object = None, **headers: str) -> requests.Response:
        data = None if body is None else json.dumps(body)
        return self.session.request(method, self.base + path, data=data, headers=V2 | headers, timeout=15)

    def fetch(self, count: int) -> list[dict[str, Any]]:
        records: list[dict[str, Any]] = []
        for _ in range(20):
            answer = self.call("GET", "/records?timeout=1000", Accept=JSON)
            assert answer.status_code == 200, answer.text
            records += answer.json()
            if len(records) >= count:
                break
        return records


@pytest.fixture
def client(url: str) -> Iterator[Client]:
    client = Client(url, f"group-{uuid4()}")
    yield client
    if client.base:
        client.call("DELETE")
    client.session.close()


def produce(url: str, topic: str, *records: dict[str, Any]) -> list[dict[str, Any]]:
    body = {"records": list(records)}
    answer = requests.post(f"{url}/topics/{topic}", json=body, headers={"Content-Type": JSON}, timeout=10)
    offsets: list[dict[str, Any]] = answer.json()["offsets"]
    return offsets


def test_a_consumer_lives_from_its_making_to_its_deletion(url: str, client: Client) -> None:
    owner = f"o{uuid4().hex}"
    produce(url, f"other{owner}.pin", {"value": {"index": 0}})
    rows = [{"key": "k", "value": {"index": 7, "title": "…"}}, {"value": {"index": 7, "n": 2}}]
    placed = produce(url, f"{owner}.pin", *rows)
    made = client.make(name="reader")
    assert made.json()["instance_id"] == "reader"
    assert made.headers["content-type"] == V2["Content-Type"]
    assert client.call("POST", "/subscription", {"topics": [f"{owner}.pin"]}).status_code == 204
    assert client.call("GET", "/subscription").json() == {"topics": [f"{owner}.pin"]}
    assert client.fetch(2) == [
        {"topic": f"{owner}.pin", "key": row.get("key"), "value": row["value"]}
        | {name: place[name] for name in ("partition", "offset")}
        for row, place in zip(rows, placed, strict=True)
    ]
    assert client.call("POST", "/offsets").status_code == 200
    assert client.call("DELETE").status_code == 204
    assert client.call("DELETE").json()["error_code"] == 40403


def test_a_group_goes_on_after_what_it_committed(url: str, client: Client) -> None:
    owner = f"o{uuid4().hex}"
    topic = f"{owner}.user"
    placed = produce(url, topic, *({"value": {"ind": 7, "n": number}} for number in range(4)))
    client.make(**{"auto.commit.enable": "false"})
    client.call("POST", "/subscription", {"topics": [topic]})
    assert len(client.fetch(4)) == 4
    commit = {
        "offsets": [{"topic": topic, "partition": placed[1]["partition"], "offset": placed[1]["offset"]}]
    }
    assert client.call("POST", "/offsets", commit).status_code == 200
    assert client.call("DELETE").status_code == 204
    client.make(**{"auto.commit.enable": "false"})
    client.call("POST", "/subscription", {"topics": [topic]})
    assert [record["value"]["n"] for record in client.fetch(2)] == [2, 3]


def test_faults_have_the_codes_of_the_proxy(url: str, client: Client) -> None:
    assert client.make(format="avro").json()["error_code"] == 42204
    assert client.make(**{"auto.offset.reset": "now"}).json()["error_code"] == 422
    assert client.make(name="twice").status_code == 200
    assert client.make(name="twice").json()["error_code"] == 40902
    assert client.call("GET", "/records").json()["error_code"] == 40903
    wrong = client.call("GET", "/records", Accept="application/vnd.kafka.avro.v2+json")
    assert wrong.json()["error_code"] == 40601
    assert client.call("GET", "/records?timeout=x").json()["error_code"] == 422
    assert client.call("POST", "/subscription", {"topics": ["none"]}).json()["error_code"] == 40401
    assert client.call("POST", "/subscription", {}).json()["error_code"] == 422
    assert client.call("DELETE", "/subscription").status_code == 204
    wrong_type = requests.post(client.url, data="{}", headers={"Content-Type": "text/plain"}, timeout=5)
    assert wrong_type.json()["error_code"] == 415


def test_a_value_that_is_no_json_is_given_as_text(url: str, client: Client) -> None:
    owner = f"o{uuid4().hex}"
    records = {"records": [{"data": "not json", "partition-key": "k"}]}
    requests.put(f"{url}/streams/streaming-{owner}-geo/records", json=records, timeout=5)
    client.make()
    client.call("POST", "/subscription", {"topics": [f"{owner}.geo"]})
    (record,) = client.fetch(1)
    assert (record["key"], record["value"]) == ("k", "not json")


def test_consumers_are_few(url: str) -> None:
    clients = [Client(url, f"many-{uuid4()}") for _ in range(MAX_INSTANCES + 1)]
    answers = [client.make().status_code for client in clients]
    for client in clients:
        if client.base:
            assert client.call("DELETE").status_code == 204
        client.session.close()
    assert answers[-1] == 429
    assert set(answers[:-1]) == {200}
