import json
import time
from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import requests

from catalog.names import Stream
from ingest.forms.describe import ROWS
from tests.ingest.log_reader import read
from tests.servers.door import MAX_MEMORY_BYTES, Door, running_door, wait_ready
from tests.servers.kafka_broker import Broker, kafka_broker

LIMIT_SECONDS = 2.0
Answer = tuple[int, dict[str, Any], float]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("away")


@pytest.fixture(scope="module")
def mortal(folder: Path) -> Iterator[Broker]:
    """Run a broker that these tests may freeze and kill."""
    with kafka_broker(folder / "kafka") as running:
        yield running


@pytest.fixture(scope="module")
def running(mortal: Broker, folder: Path) -> Iterator[Door]:
    with running_door(mortal.settings, folder) as door:
        yield door


@pytest.fixture(scope="module")
def url(running: Door) -> str:
    return running.url


def send(url: str, mark: str) -> Answer:
    began = time.monotonic()
    answer = requests.post(
        f"{url}/topics/me.pin",
        json={"records": [{"value": {"index": number, "mark": mark}} for number in range(8)]},
        headers={"Content-Type": "application/vnd.kafka.json.v2+json"},
        timeout=10,
    )
    seconds = time.monotonic() - began
    assert answer.status_code != 503 or int(answer.headers["retry-after"]) >= 1
    return answer.status_code, answer.json(), seconds


def send_for(url: str, mark: str, seconds: float) -> dict[str, Answer]:
    """Let four clients send again and again; each request has a mark of its own."""
    ends_at = time.monotonic() + seconds

    def client(number: int) -> dict[str, Answer]:
        answers: dict[str, Answer] = {}
        while time.monotonic() < ends_at:
            own = f"{mark}-{number}-{len(answers)}"
            answers[own] = send(url, own)
            time.sleep(0.02)
        return answers

    with ThreadPoolExecutor(4) as pool:
        return {own: answer for answers in pool.map(client, range(4)) for own, answer in answers.items()}


def stored_marks(broker: Broker) -> dict[str, list[int]]:
    """Give the records that Kafka holds by mark."""
    found: dict[str, list[int]] = defaultdict(list)
    for record in read(broker.settings, "pin"):
        row = json.loads(record.value)
        found[row["mark"]].append(row["index"])
    return found


def check(answers: dict[str, Answer], stored: dict[str, list[int]]) -> None:
    """Compare what clients were told with what Kafka holds."""
    for mark, (status, body, seconds) in answers.items():
        assert seconds < LIMIT_SECONDS
        assert len(stored[mark]) == len(set(stored[mark]))
        if status == 200:
            placed = {number for number, each in enumerate(body["offsets"]) if each["error_code"] is None}
            assert placed <= set(stored[mark])
        else:
            assert (status, body["error_code"]) == (503, 50302)
            assert not stored[mark] or "may be stored" in body["message"]


@pytest.mark.timeout(120)
def test_a_frozen_kafka_is_answered_for_in_time_and_comes_back(url: str, mortal: Broker) -> None:
    assert send(url, "before")[0] == 200
    mortal.freeze()
    try:
        answers = send_for(url, "frozen", 5)
    finally:
        mortal.thaw()
    last = list(answers.values())[-1]
    assert "nothing was stored" in last[1]["message"]
    assert last[2] < 0.5
    assert {status for status, _, _ in answers.values()} == {503}
    wait_ready(url)
    assert send(url, "after")[0] == 200
    time.sleep(2)
    check(answers, stored_marks(mortal))


@pytest.mark.timeout(120)
@pytest.mark.parametrize(("count", "length"), [(9_000, 900), (10_000, 1), (9, 900_000)])
def test_large_requests_fill_no_memory_while_kafka_is_frozen(
    running: Door, mortal: Broker, count: int, length: int
) -> None:
    wait_ready(running.url)
    body = json.dumps({"records": [{"value": {"index": 1, "title": "x" * length}}] * count})
    headers = {"Content-Type": "application/vnd.kafka.json.v2+json"}

    def post(_: int) -> tuple[int, str]:
        answer = requests.post(f"{running.url}/topics/me.geo", data=body, headers=headers, timeout=20)
        return answer.status_code, answer.headers.get("retry-after", "")

    with ThreadPoolExecutor(40) as pool:
        mortal.freeze()
        try:
            answers = list(pool.map(post, range(60)))
        finally:
            mortal.thaw()
        assert set(answers) <= {(503, "1"), (200, "")}
        wait_ready(running.url)
        assert {status for status, _ in pool.map(post, range(60))} <= {200, 503}
    assert running.most_memory() < MAX_MEMORY_BYTES
    wait_ready(running.url)
    assert send(running.url, f"after {count}")[0] == 200


@pytest.mark.timeout(120)
def test_a_killed_kafka_is_answered_for_in_time_and_comes_back(url: str, mortal: Broker) -> None:
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(send_for, url, "killed", 5)
        time.sleep(1)
        mortal.kill()
        assert send(url, "away")[0] == 503
        answers = running.result()
    assert {status for status, _, _ in answers.values()} == {200, 503}
    assert requests.get(f"{url}/ready", timeout=5).status_code == 503
    assert requests.get(f"{url}/health", timeout=5).status_code == 200
    mortal.start()
    wait_ready(url)
    assert send(url, "again")[0] == 200
    time.sleep(2)
    stored = stored_marks(mortal)
    assert len(stored["again"]) == 8
    check(answers, stored)


@pytest.mark.timeout(120)
def test_every_form_says_in_its_shape_that_kafka_is_away(url: str, mortal: Broker) -> None:
    amazon = {"X-Amz-Target": "Kinesis_20131202.PutRecord"}
    calls = [
        ("PUT", "/streams/pin/record", {}, {"Data": {}, "PartitionKey": "k"}, {"message"}),
        ("GET", "/streams/pin", {}, None, {"message"}),
        (
            "POST",
            "/",
            amazon,
            {"StreamName": "pin", "Data": "e30=", "PartitionKey": "k"},
            {"__type", "message"},
        ),
        ("POST", "/geo/", {}, ROWS[Stream.GEO], {"detail"}),
        ("POST", "/events/pin", {}, [{"index": 1}], {"detail"}),
        ("GET", "/topics/pin", {}, None, {"error_code", "message"}),
        ("POST", "/consumers/g", {}, {"format": "json"}, {"error_code", "message"}),
    ]
    mortal.kill()
    try:
        while requests.get(f"{url}/ready", timeout=5).ok:
            time.sleep(0.1)
        for method, path, headers, body, shape in calls:
            answer = requests.request(method, url + path, json=body, headers=headers, timeout=5)
            assert (answer.status_code, set(answer.json())) == (503, shape), path
            assert answer.headers["Retry-After"]
            assert answer.elapsed.total_seconds() < LIMIT_SECONDS
    finally:
        mortal.start()
        wait_ready(url)
