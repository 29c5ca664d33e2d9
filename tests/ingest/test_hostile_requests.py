import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests

from tests.hostile import wire
from tests.hostile.wire import CUT, Hostile, Said, built, exchange
from tests.servers.door import MAX_MEMORY_BYTES, Door, running_door
from tests.servers.kafka_broker import Broker

HEAD_SECONDS = 2
BODY_SECONDS = 3
CONNECTIONS = 100
GOOD = '{"records":[{"value":{"index":1}}]}'
TYPE = {"Content-Type": "application/vnd.kafka.json.v2+json"}


@pytest.fixture(scope="module")
def under_fire(broker: Broker, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Door]:
    folder = tmp_path_factory.mktemp("under-fire")
    limits = {"head_seconds": HEAD_SECONDS, "body_seconds": BODY_SECONDS, "max_connections": CONNECTIONS}
    with running_door(broker.settings, folder, **limits) as running:
        yield running


def is_served(url: str) -> bool:
    """Send a good request, again when the door asks for it."""
    ends_at = time.monotonic() + 5
    while True:
        answer = requests.post(f"{url}/topics/me.pin", data=GOOD, headers=TYPE, timeout=5)
        if answer.status_code != 503 or time.monotonic() > ends_at:
            return answer.status_code == 200 and answer.json()["offsets"][0]["error_code"] is None
        time.sleep(int(answer.headers["retry-after"]))


def large(size: int, declared: int | None = None) -> Hostile:
    """Make a body of white space; one that is declared longer never comes to its end."""
    head = b"POST /topics/me.pin HTTP/1.1\r\nHost: door\r\nContent-Type: %b\r\nContent-Length: %d\r\n\r\n"
    kind = TYPE["Content-Type"].encode()
    return Hostile("large", head % (kind, declared or size), b" " * 1_000_000, size // 1_000_000, 0.0, [])


@pytest.mark.timeout(60)
@pytest.mark.parametrize("row", wire.requests(), ids=lambda row: row["name"])
def test_a_hostile_request_is_refused_in_good_order(under_fire: Door, row: dict[str, Any]) -> None:
    hostile = built(row)
    said = exchange(under_fire.url, hostile)
    assert said.status in hostile.answers, said
    assert said.status == CUT or int(said.status) < 500
    assert is_served(under_fire.url)
    assert under_fire.most_memory() < MAX_MEMORY_BYTES


def test_there_are_enough_hostile_requests() -> None:
    names = [row["name"] for row in wire.requests()]
    assert len(names) == len(set(names)) >= 60


@pytest.mark.timeout(60)
def test_many_large_bodies_at_once_are_told_to_wait(under_fire: Door) -> None:
    def send(declared: int) -> Said:
        return exchange(under_fire.url, large(9_000_000, declared))

    with ThreadPoolExecutor(40) as pool:
        answers = list(pool.map(send, [9_000_000, 9_500_000] * 20))
    assert {said.status for said in answers} <= {400, 408, 422, 503, CUT}
    assert {said.headers["retry-after"] for said in answers if said.status == 503} == {"1"}
    assert under_fire.most_memory() < MAX_MEMORY_BYTES
    assert is_served(under_fire.url)


@pytest.mark.timeout(60)
def test_many_compressed_bodies_at_once_stay_in_memory(under_fire: Door) -> None:
    row = {"name": "", "head": "${rest}\nContent-Encoding: gzip", "body": "<<gzip 9000000* >>", "answers": []}
    with ThreadPoolExecutor(40) as pool:
        answers = list(pool.map(lambda _: exchange(under_fire.url, built(row)), range(80)))
    assert {said.status for said in answers} <= {422, 503}
    assert under_fire.most_memory() < MAX_MEMORY_BYTES
    assert is_served(under_fire.url)


@pytest.mark.timeout(60)
def test_connections_that_say_nothing_are_closed(under_fire: Door) -> None:
    address = urlsplit(under_fire.url)
    with ExitStack() as open_lines:
        lines = [
            open_lines.enter_context(wire.socket.create_connection((address.hostname, address.port), 10))
            for _ in range(CONNECTIONS)
        ]
        refused = exchange(under_fire.url, Hostile("", b"GET /health HTTP/1.1\r\n\r\n", b"", 1, 0.0, []))
        assert (refused.status, refused.headers.get("retry-after")) in {(503, "1"), (CUT, None)}
        assert {wire.answered(line).status for line in lines} <= {408, CUT}
        assert is_served(under_fire.url)


@pytest.mark.timeout(60)
def test_an_answer_that_nobody_reads_is_given_up(under_fire: Door) -> None:
    address = urlsplit(under_fire.url)
    asks = b"GET /docs/assets/swagger-ui-bundle.js HTTP/1.1\r\nHost: door\r\n\r\n" * 8
    with ExitStack() as open_lines:
        for _ in range(60):
            line = open_lines.enter_context(
                wire.socket.create_connection((address.hostname, address.port), 10)
            )
            line.sendall(asks)
        assert is_served(under_fire.url)
        assert under_fire.most_memory() < MAX_MEMORY_BYTES
