"""An open-loop HTTP client: requests fall due on a schedule, whether earlier ones were answered or not.

A request that finds every connection busy waits here, and its latency counts from when it fell due.
"""

import asyncio
import time
from collections import deque
from collections.abc import Callable
from typing import NamedTuple, cast
from urllib.parse import urlsplit

import httptools
import uvloop

TICK_SECONDS = 0.001
LAST_ANSWERS_SECONDS = 5.0


class Answer(NamedTuple):
    """Hold what became of the request of a number; the status is 0 when the connection broke.

    Times are those of time.monotonic; `retry_after` says whether the answer had that header.
    """

    number: int
    due_at: float
    sent_at: float
    ended_at: float
    status: int
    retry_after: bool
    body: bytes


class Schedule(NamedTuple):
    """Say how many requests a second fall due for how long, and over how many connections they go."""

    requests_per_second: float
    seconds: float
    connections: int


def offer(
    url: str, schedule: Schedule, request: Callable[[int], bytes], answered: Callable[[Answer], None]
) -> int:
    """Send `request(0)`, `request(1)`, ... as they fall due; give how many fell due.

    What is not answered some seconds after the end is given as a broken connection when it was sent, and not
    at all when it was not.
    """
    return uvloop.run(_Load(url, schedule, request, answered).run())


class _Load:
    def __init__(
        self,
        url: str,
        schedule: Schedule,
        request: Callable[[int], bytes],
        answered: Callable[[Answer], None],
    ) -> None:
        parts = urlsplit(url)
        self._address = parts.hostname or "", parts.port or 80
        self._schedule = schedule
        self._request = request
        self.answered = answered
        self._due: deque[tuple[int, float]] = deque()
        self._idle: list[_Connection] = []
        self._all: set[_Connection] = set()
        self._opening = 0

    async def run(self) -> int:
        """Keep the schedule, then wait for the last answers."""
        await asyncio.gather(*(self._open() for _ in range(self._schedule.connections)))
        made, began = 0, time.monotonic()
        while (elapsed := time.monotonic() - began) < self._schedule.seconds:
            fallen_due = int(elapsed * self._schedule.requests_per_second)
            self._due += (
                (number, began + number / self._schedule.requests_per_second)
                for number in range(made, fallen_due)
            )
            made = max(made, fallen_due)
            self.send_what_is_due()
            await asyncio.sleep(TICK_SECONDS)
        self._due.clear()
        await self._last_answers()
        return made

    async def _last_answers(self) -> None:
        deadline = time.monotonic() + LAST_ANSWERS_SECONDS
        while time.monotonic() < deadline and len(self._idle) < len(self._all):
            await asyncio.sleep(TICK_SECONDS)
        for connection in list(self._all):
            connection.close()
        await asyncio.sleep(TICK_SECONDS)

    def send_what_is_due(self) -> None:
        """Give requests to connections that are free."""
        while self._due and self._idle:
            number, due_at = self._due.popleft()
            self._idle.pop().send(number, due_at, self._request(number))

    def free(self, connection: "_Connection") -> None:
        """Take a connection that has nothing to do."""
        self._idle.append(connection)
        self.send_what_is_due()

    async def _open(self) -> None:
        loop = asyncio.get_running_loop()
        _, connection = await loop.create_connection(lambda: _Connection(self), *self._address)
        self._all.add(connection)
        self._idle.append(connection)

    def lost(self, connection: "_Connection") -> None:
        """Forget a connection that was closed, and open another."""
        self._all.discard(connection)
        if connection in self._idle:
            self._idle.remove(connection)
        task = asyncio.ensure_future(self._open())
        task.add_done_callback(lambda done: done.cancelled() or done.exception())


class _Connection(asyncio.Protocol):
    def __init__(self, load: _Load) -> None:
        self._load = load
        self._parser = httptools.HttpResponseParser(self)
        self._asked: tuple[int, float, float] | None = None
        self._is_ours_to_close = False
        self._start_over()

    def _start_over(self) -> None:
        self._pieces: list[bytes] = []
        self._retry_after = False

    def send(self, number: int, due_at: float, request: bytes) -> None:
        """Send a request; the connection has nothing else to do."""
        self._asked = number, due_at, time.monotonic()
        self._transport.write(request)

    def close(self) -> None:
        """Close it for good."""
        self._is_ours_to_close = True
        self._transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep what is written to."""
        self._transport = cast(asyncio.Transport, transport)  # uvloop's own is not derived from it.

    def data_received(self, data: bytes) -> None:
        """Read on."""
        self._parser.feed_data(data)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002
        """Give what was asked as unanswered."""
        self._end(0)
        if not self._is_ours_to_close:
            self._load.lost(self)

    def on_header(self, name: bytes, _: bytes) -> None:
        """Note the one header that matters."""
        if name.lower() == b"retry-after":
            self._retry_after = True

    def on_body(self, piece: bytes) -> None:
        """Keep a piece of the body."""
        self._pieces.append(piece)

    def on_message_complete(self) -> None:
        """Hand the answer over and take the next request."""
        self._end(self._parser.get_status_code())
        if self._parser.should_keep_alive():
            self._load.free(self)
        else:
            self._transport.abort()

    def _end(self, status: int) -> None:
        if self._asked is not None:
            number, due_at, sent_at = self._asked
            self._asked = None
            body = b"".join(self._pieces)
            self._load.answered(
                Answer(number, due_at, sent_at, time.monotonic(), status, self._retry_after, body)
            )
        self._start_over()
