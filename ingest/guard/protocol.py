"""Bound what one connection may cost before there is a request: bytes of heads, time, pipelined requests."""

from __future__ import annotations

import asyncio
import logging
from math import inf
from typing import Any

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from catalog.settings import Ingest
from ingest.errors import RETRY_SECONDS
from ingest.metrics import count_unread

LOOK_SECONDS = 1.0
"""How often each connection is held against its deadlines."""
MAX_PIPELINED = 16


def bounded(limits: Ingest) -> type[HttpToolsProtocol]:
    """Make the protocol class that uvicorn gives each connection."""
    return type("Bounded", (BoundedProtocol,), {"limits": limits})


class BoundedProtocol(HttpToolsProtocol):
    """Cut off whoever sends endless heads, trailers or bodies, or nothing, or never reads an answer."""

    limits: Ingest

    def __init__(self, *args: Any, **values: Any) -> None:
        super().__init__(*args, **values)
        # Its messages would be one line for each hostile request; they are counted instead.
        self.logger = logging.getLogger("ingest.connection")
        self._unread_bytes = 0  # since the last head, piece of a body or message was complete
        self._discarded_bytes = 0  # of a body that comes after its answer
        self._is_in_body = False
        self._read_by = inf
        self._answer_by = inf
        self._closing_looks = 0
        self._look_later: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to watch a connection, or refuse it when there are too many."""
        super().connection_made(transport)
        if len(self.connections) > self.limits.max_connections:
            self._cut(503)
            return
        self._read_by = self.loop.time() + self.limits.head_seconds
        self._look_later = self.loop.call_later(LOOK_SECONDS, self._look)

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop watching."""
        if self._look_later is not None:
            self._look_later.cancel()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Read, and cut off what is not a request or grows beyond a limit."""
        self._unread_bytes += len(data)
        if self._read_by == inf:
            self._read_by = self.loop.time() + self.limits.head_seconds
        super().data_received(data)
        if self._unread_bytes > self.limits.max_head_bytes:
            self._cut(431)
        elif self._discarded_bytes > self.limits.max_body_bytes or len(self.pipeline) > MAX_PIPELINED:
            self._cut(None)

    def on_headers_complete(self) -> None:
        """Give the body its time."""
        self._unread_bytes = self._discarded_bytes = 0
        now = self.loop.time()
        self._read_by = now + self.limits.body_seconds
        self._answer_by = now + self.limits.body_seconds + self.limits.answer_seconds
        super().on_headers_complete()
        self._is_in_body = True

    def on_body(self, body: bytes) -> None:
        """Take a piece of a body; what comes after the answer is thrown away."""
        self._unread_bytes = 0
        if self.cycle.response_complete:
            self._discarded_bytes += len(body)
        super().on_body(body)

    def on_message_complete(self) -> None:
        """Await nothing more of the client until it begins another request."""
        self._unread_bytes = 0
        self._is_in_body = False
        self._read_by = inf
        super().on_message_complete()

    def on_response_complete(self) -> None:
        """Give the next pipelined request its time, if there is one."""
        self._answer_by = self.loop.time() + self.limits.answer_seconds if self.pipeline else inf
        super().on_response_complete()

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002
        """Answer what is not HTTP, unless an earlier request is still to be answered."""
        self._cut(400)

    def _look(self) -> None:
        self._look_later = self.loop.call_later(LOOK_SECONDS, self._look)
        now = self.loop.time()
        if self.transport.is_closing():
            self._closing_looks += 1
            if self._closing_looks * LOOK_SECONDS > self.limits.head_seconds:
                self.transport.abort()
        elif now > self._answer_by:
            self._cut(None)
        elif now > self._read_by:
            self._cut(408)

    def _cut(self, status: int | None) -> None:
        """Close the connection: with a status where one can be said, after the answer that is under way."""
        if self.transport.is_closing():
            return
        if status is not None:
            count_unread(status)
        if status is None or self.pipeline or self._is_answered_early():
            self.pipeline.clear()
            self.transport.abort()
        elif self._is_answering() and not self._is_in_body:
            self.cycle.keep_alive = False
            self.flow.pause_reading()
        else:
            self.transport.write(_plain(status))
            self.transport.close()

    def _is_answering(self) -> bool:
        return self.cycle is not None and not self.cycle.response_complete

    def _is_answered_early(self) -> bool:
        return self._is_in_body and self.cycle.response_started


def _plain(status: int) -> bytes:
    retry = b"retry-after: %d\r\n" % RETRY_SECONDS if status == 503 else b""
    return b"%bcontent-length: 0\r\n%bconnection: close\r\n\r\n" % (STATUS_LINE[status], retry)
