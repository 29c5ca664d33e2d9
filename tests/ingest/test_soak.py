import json
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from stack.door.ledger import ROW, Findings, Ledger, row
from stack.door.load import Answer, Schedule, offer
from tests.ingest.log_reader import read
from tests.servers.door import running_door, wait_ready
from tests.servers.kafka_broker import kafka_broker

SIZE = 20
SECONDS = 15.0
LATER = 10_000
"""Number of the first request after Kafka came back."""


def answer(number: int, status: int, body: object = None, seconds: float = 0.1, retry: bool = True) -> Answer:
    return Answer(number, 0.0, 0.0, seconds, status, retry, json.dumps(body).encode())


def stored(*places: tuple[int, int]) -> dict[str, object]:
    receipts = [{"partition": partition, "offset": offset} for partition, offset in places]
    return {"stored": len(receipts), "receipts": receipts}


def findings(answers: list[Answer], log: list[tuple[int, int, bytes]]) -> Findings:
    ledger = Ledger(1)
    for each in answers:
        ledger.take(each)
    return ledger.compare(log)


def test_true_receipts_are_found_good() -> None:
    answers = [
        answer(0, 200, stored((1, 5))),
        answer(2, 503, {"detail": "nothing was stored"}),
        answer(1, 503, {"detail": "may be stored or not"}),
    ]
    found = findings(answers, [(1, 5, row(0)), (0, 0, row(1))])
    assert found.is_good
    assert (found.acknowledged, found.refused, found.unknown, found.unknown_but_stored) == (1, 1, 1, 1)


@pytest.mark.parametrize(
    ("name", "answers", "log"),
    [
        ("lost", [answer(0, 200, stored((0, 0)))], []),
        ("lost", [answer(0, 200, stored((0, 0)))], [(0, 1, row(0))]),
        ("lost", [answer(0, 200, stored((0, 0)))], [(0, 0, row(0) + b" ")]),
        ("lost", [answer(0, 200, stored((0, 0))), answer(1, 200, stored((0, 0)))], [(0, 0, row(1))]),
        ("doubled", [answer(0, 200, stored((0, 0)))], [(0, 0, row(0)), (0, 1, row(0))]),
        ("doubled", [answer(0, 503, "may be stored")], [(0, 0, row(0)), (0, 1, row(0))]),
        ("refused_but_stored", [answer(0, 503, "nothing was stored")], [(0, 0, row(0))]),
        ("foreign", [], [(0, 0, ROW % (1, 2))]),
        ("late_answers", [answer(0, 503, "nothing", seconds=2.1)], []),
        ("wrong_answers", [answer(0, 503, "nothing", retry=False)], []),
        ("wrong_answers", [answer(0, 500)], []),
        ("wrong_answers", [answer(0, 0)], []),
        ("wrong_answers", [answer(0, 200, stored())], []),
    ],
)
def test_every_broken_promise_is_found(
    name: str, answers: list[Answer], log: list[tuple[int, int, bytes]]
) -> None:
    found = findings(answers, log)
    assert getattr(found, name) > 0
    assert not found.is_good


@pytest.mark.timeout(150)
def test_every_receipt_is_true_while_kafka_is_killed_under_load(tmp_path: Path) -> None:
    ledger, statuses = Ledger(SIZE), []

    def request(number: int) -> bytes:
        body = b"\n".join(map(row, range(number * SIZE, (number + 1) * SIZE)))
        head = b"POST /events/pin HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-ndjson\r\n"
        return b"%bContent-Length: %d\r\n\r\n%b" % (head, len(body), body)

    def answered(each: Answer) -> None:
        statuses.append(each.status)
        ledger.take(each)

    with kafka_broker(tmp_path / "kafka") as broker, running_door(broker.settings, tmp_path) as door:
        with ThreadPoolExecutor(1) as pool:
            load = pool.submit(offer, door.url, Schedule(50, SECONDS, 32), request, answered)
            time.sleep(SECONDS / 5)
            broker.kill()
            time.sleep(2)
            broker.start()
            load.result()
        wait_ready(door.url)
        offer(
            door.url,
            Schedule(50, 1, 4),
            lambda number: request(LATER + number),
            lambda each: answered(each._replace(number=LATER + each.number)),
        )
        time.sleep(3)
        found = ledger.compare(
            (each.partition, each.offset, each.value) for each in read(broker.settings, "pin")
        )
    assert found.is_good, found
    assert set(statuses) == {200, 503}
    assert 200 in statuses[-20:]
    assert 0 < found.acknowledged <= SIZE * statuses.count(200), "an answer may hold rows that wait still"
