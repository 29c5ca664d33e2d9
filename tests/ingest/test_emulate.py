import json
import socket
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner, Result

from catalog.names import Stream
from ingest.emulator.clients import Form, RestClient
from ingest.emulator.connection import Connection
from ingest.emulator.dirt import Dirt, Shares
from ingest.emulator.events import Event, Post, Tally
from ingest.emulator.pace import paced
from ingest.emulator.posts import Maker, posts
from ingest.emulator.rows import read_rows
from ingest.emulator.send import Sender
from stack.verbs.emulate import emulate
from tests.ingest.log_reader import ends, read
from tests.servers.kafka_broker import Broker

APP = typer.Typer()
APP.command()(emulate)


def run(*arguments: str) -> Result:
    return CliRunner().invoke(APP, list(arguments))


class Log:
    """Give what arrived since this was made, and whose it is."""

    def __init__(self, broker: Broker) -> None:
        self._kafka = broker.settings
        self._before = {stream: ends(self._kafka, stream) for stream in Stream}

    def bodies(self, stream: Stream) -> list[bytes]:
        return [record.value for record in read(self._kafka, stream, self._before[stream])]

    def by_number(self, stream: Stream) -> dict[bytes | None, list[bytes]]:
        found: dict[bytes | None, list[bytes]] = {}
        for record in read(self._kafka, stream, self._before[stream]):
            found.setdefault(record.key, []).append(record.value)
        return found


@pytest.mark.parametrize("shape", [(1, 1), (7, 3), (100, 4)])
def test_every_record_arrives_once_and_in_the_order_of_its_number(
    url: str, broker: Broker, shape: tuple[int, int]
) -> None:
    size, lanes = shape
    log = Log(broker)
    shares = ["--bad", "0.1", "--repeat", "0.2", "--missing", "0.1", "--late", "0.1", "--newer", "0.2"]
    lots = ["--records-per-request", str(size), "--lanes", str(lanes), "--url", url]
    done = run("--count", "60", "--seed", "9", *shares, *lots, "--json")
    assert done.exit_code == 0, done.output
    dirt = Dirt(Shares(0.1, 0.2, 0.1, 0.1, 0.2), Maker(9), 9)
    made = list(dirt.events(posts(Maker(9), 9, count=60)))
    for stream in Stream:
        mine = [event.body for event in made if event.stream is stream]
        assert Counter(log.bodies(stream)) == Counter(mine)
        for key, bodies in log.by_number(stream).items():
            if key is not None:
                assert bodies == [body for body in mine if body in set(bodies)]
    figures = json.loads(done.stdout)
    assert figures["sent"] == figures["acknowledged"] == len(made)
    assert figures["failed"] == 0
    assert {name: figures[name] for name in ("made", "bad_by_reason")} == dirt.tally.as_dict()


@pytest.mark.parametrize(
    ("form", "size"),
    [(form, size) for form in Form for size in (1, 50) if (form, size) != (Form.FLAT, 50)],
)
def test_every_form_brings_the_rows_and_counts_what_was_refused(
    url: str, broker: Broker, form: Form, size: int
) -> None:
    log = Log(broker)
    lots = ["--form", form, "--records-per-request", str(size), "--url", url]
    done = run("--count", "60", "--seed", "9", "--bad", "0.2", "--repeat", "0.2", *lots, "--json")
    figures = json.loads(done.stdout)
    made = list(Dirt(Shares(0.2, 0.2), Maker(9), 9).events(posts(Maker(9), 9, count=60)))
    bodies = Counter(body for stream in Stream for body in log.bodies(stream))
    objects = Counter(event.body for event in made if event.body.startswith(b"{"))
    assert figures["sent"] == len(made)
    assert figures["acknowledged"] == bodies.total()
    assert (figures["refused"], figures["unknown"]) == (len(made) - bodies.total(), 0)
    assert done.exit_code == (1 if figures["refused"] else 0)
    good = [body for stream in Stream for body in log.bodies(stream) if body in objects]
    if form == "flat":
        assert 0 < figures["refused"] <= figures["made"]["pin"]["bad"] * 3 + len(made) - len(good)
        assert set(bodies) <= set(objects)
    else:
        assert Counter(good) == objects
        assert figures["refused"] == (len(made) - objects.total() if form == "events" else 0)


def test_more_records_than_a_form_takes_are_a_mistake_of_the_caller() -> None:
    for form, most in {"flat": 1, "kinesis": 500, "gateway": 500}.items():
        assert run("--form", form, "--records-per-request", str(most + 1)).exit_code == 2


def test_rows_of_a_folder_arrive_as_they_are(url: str, broker: Broker, tmp_path: Path) -> None:
    (tmp_path / "pin.jsonl").write_bytes(b'{"index": 1 }\n\n{"index" :2}\n')
    (tmp_path / "user.jsonl").write_bytes(b'{"ind":1,"first_name":"\xc3\xa9\\u00e9"}\r\n')
    (tmp_path / "geo_variants.jsonl").write_bytes(b'{"how": "x", "record": {"ind": 1,  "a":[ ]}}\n')
    (tmp_path / "malformed.jsonl").write_bytes(b'{"stream": "user", "record": "eyJ9"}\n')
    log = Log(broker)
    done = run("--rows", str(tmp_path), "--url", url, "--owner", "files")
    assert done.exit_code == 0, done.output
    assert sorted(log.bodies(Stream.PIN)) == [b'{"index" :2}', b'{"index": 1 }']
    assert log.bodies(Stream.GEO) == [b'{"ind": 1,  "a":[ ]}']
    assert sorted(log.bodies(Stream.USER)) == [b'"eyJ9"', b'{"ind":1,"first_name":"\xc3\xa9\\u00e9"}']


def test_partners_of_a_folder_are_posted_side_by_side(tmp_path: Path) -> None:
    for stream, count in {Stream.PIN: 3, Stream.GEO: 2, Stream.USER: 1}.items():
        (tmp_path / f"{stream}.jsonl").write_text("".join(f"{n}\n" for n in range(count)))
    order = [(event.stream, event.body) for post in read_rows(tmp_path, Tally()) for event in post]
    assert order == [
        (Stream.PIN, b"0"), (Stream.GEO, b"0"), (Stream.USER, b"0"),
        (Stream.PIN, b"1"), (Stream.GEO, b"1"), (Stream.PIN, b"2"),
    ]  # fmt: skip


def test_a_folder_without_rows_and_dirty_rows_are_refused(tmp_path: Path) -> None:
    assert run("--rows", str(tmp_path)).exit_code != 0
    (tmp_path / "pin.jsonl").write_text("{}\n")
    assert run("--rows", str(tmp_path), "--bad", "0.1").exit_code == 2


def test_refused_records_are_counted_and_end_in_1(url: str) -> None:
    done = run("--count", "3", "--url", url, "--owner", "no/body", "--json")
    assert done.exit_code == 1
    figures = json.loads(done.stdout)
    assert (figures["sent"], figures["acknowledged"], figures["failed"]) == (9, 0, 9)
    assert sum(figures["errors"].values()) == 9


def test_nobody_listening_is_counted_and_ends_in_1() -> None:
    done = run("--count", "3", "--url", "http://127.0.0.1:9", "--records-per-request", "2")
    assert done.exit_code == 1
    assert "9" in done.stdout


@pytest.mark.parametrize(
    ("answer", "unknown"),
    [
        (b"HTTP/1.1 503 x\r\nContent-Length: 5\r\n\r\nlater", 0),
        (b"HTTP/1.1 503 x\r\nContent-Length: 13\r\n\r\nmay be stored", 3),
        (b"HTTP/1.1 502 x\r\nContent-Length: 0\r\n\r\n", 3),
        (b"HTTP/1.1 200 x\r\nContent-Length: 7\r\n\r\n{}", 3),
        (b'HTTP/1.1 200 x\r\nContent-Length: 14\r\n\r\n{"offsets": []}', 3),
        (b"no HTTP", 3),
        (b"", 3),
    ],
)
def test_what_nobody_told_the_fate_of_is_unknown(answer: bytes, unknown: int) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=answer_once_each, args=(listener, 3, answer))
        thread.start()
        done = run("--count", "1", "--url", f"http://127.0.0.1:{listener.getsockname()[1]}", "--json")
        thread.join()
    figures = json.loads(done.stdout)
    assert (figures["acknowledged"], figures["refused"], figures["unknown"]) == (0, 3 - unknown, unknown)


def answer_once_each(listener: socket.socket, count: int, answer: bytes) -> None:
    for _ in range(count):
        connection, _ = listener.accept()
        with connection:
            connection.recv(100_000)
            connection.sendall(answer)


def test_a_connection_that_was_closed_meanwhile_is_opened_again() -> None:
    answer = b"HTTP/1.1 200 x\r\nContent-Length: 0\r\n\r\n"
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=answer_once_each, args=(listener, 2, answer))
        thread.start()
        with closing(Connection(f"http://127.0.0.1:{listener.getsockname()[1]}/dev", 5)) as connection:
            head = connection.head("POST", "/pin/", {})
            assert head.startswith(b"POST /dev/pin/ HTTP/1.1")
            for _ in range(2):
                assert connection.ask(head, b"{}") == (200, b"")
                time.sleep(0.1)
        thread.join()


def test_records_per_second_follow_the_rate(url: str) -> None:
    began = time.monotonic()
    assert run("--rate", "20", "--count", "20", "--url", url).exit_code == 0
    assert 0.9 < time.monotonic() - began < 4


def test_a_slow_pace_does_not_hold_records_back() -> None:
    flushed: list[int] = []
    post: Post = (Event(Stream.PIN, 0, b""),)
    assert len(list(paced(iter([post] * 3), 20, lambda: flushed.append(1)))) == 3
    assert len(flushed) == 2


class Moody(BaseHTTPRequestHandler):
    """Refuse each record for now the first time it is seen, and each request with many at all."""

    protocol_version = "HTTP/1.1"
    seen: Counter[bytes]

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        type(self).seen[body] += 1
        records = json.loads(body)["records"]
        if self.seen[body] == 1:
            self._answer(503, {"error_code": 50302, "message": "away"})
        elif len(records) > 1 and self.seen[body] == 2:
            placed = [{"error_code": None, "error": None}] * (len(records) - 1)
            self._answer(200, {"offsets": [*placed, {"error_code": 50003, "error": "not yet"}]})
        else:
            self._answer(200, {"offsets": [{"error_code": None, "error": None}] * len(records)})

    def _answer(self, status: int, content: object) -> None:
        data = json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@pytest.fixture
def moody() -> Iterator[str]:
    Moody.seen = Counter()
    with ThreadingHTTPServer(("127.0.0.1", 0), Moody) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.mark.parametrize(("retry", "acknowledged"), [(False, 0), (True, 4)])
def test_only_who_asks_sends_again_what_was_refused_for_now(
    moody: str, retry: bool, acknowledged: int
) -> None:
    sender = Sender(moody, RestClient("me"), records_per_request=4, retry=retry)
    summary = sender.send(Event(Stream.PIN, number, b"%d" % number) for number in range(4))
    assert (summary.sent, summary.acknowledged) == (4, acknowledged)
    assert summary.failed == summary.errors.total() == 4 - acknowledged
    if retry:
        assert Moody.seen[b'{"records":[{"value":3}]}'] == 2
