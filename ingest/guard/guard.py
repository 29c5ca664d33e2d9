"""The guard: every request passes it before a form sees it, and every answer after."""

import time
from itertools import chain
from pathlib import Path

from starlette.types import ASGIApp, Receive, Scope, Send

from catalog.settings import Ingest
from ingest import metrics
from ingest.errors import Form, Refusal, answer
from ingest.guard.bodies import Body, GoneError, Room, read_body
from ingest.guard.keys import Keys
from ingest.guard.log import RequestLog, where
from ingest.guard.rates import Addresses
from ingest.guard.visit import Visit, strip_stage


class Guard:
    """Hold every request against the limits, hand it on with its whole body, and take its measure."""

    def __init__(self, app: ASGIApp, limits: Ingest) -> None:
        self._app = app
        self._limits = limits
        self._stages = frozenset(limits.stages.lower().split(","))
        self._keys = Keys(Path(limits.keys_file), limits.key_rate) if limits.keys_file else None
        self._addresses = Addresses(limits.address_rate) if limits.address_rate else None
        self._room = Room(limits.max_bodies_bytes)
        self._running = 0
        self._log = RequestLog()
        metrics.body_bytes.set_function(lambda: self._room.taken_bytes)
        metrics.running_requests.set_function(lambda: self._running)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request; whatever the server asks beside requests goes through."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        strip_stage(scope, self._stages)
        visit = Visit(scope, send)
        self._running += 1
        try:
            await self._serve(visit, receive)
        except GoneError:
            pass
        finally:
            self._running -= 1
            self._close(visit)

    async def _serve(self, visit: Visit, receive: Receive) -> None:
        body: Body | None = None
        try:
            self._admit(visit)
            if b"content-length" in visit.headers or b"transfer-encoding" in visit.headers:
                encoding = visit.headers.get(b"content-encoding", b"")
                body = Body(encoding, self._limits.max_body_bytes, self._room)
                visit.scope["state"]["body"] = await read_body(receive, visit.headers, body)
            await self._app(visit.scope, receive, visit.send)
        except Refusal as refusal:
            await answer(visit.form, refusal)(visit.scope, receive, visit.send)
        except GoneError:
            raise
        except Exception as error:
            await self._break(visit, receive, error)
        finally:
            if body is not None:
                self._room.give_back(body.size)

    def _admit(self, visit: Visit) -> None:
        """Refuse by head alone; raises Refusal."""
        _check_head(visit.scope, self._limits)
        if visit.form is Form.SERVICE:
            return
        if self._running > self._limits.max_requests:
            raise Refusal(503, "Too many requests at once; send it again")
        now = time.monotonic()
        if self._addresses is not None and visit.scope["client"]:
            self._addresses.take(visit.scope["client"][0], now)
        if self._keys is not None:
            key = self._keys.holder(visit.headers, now)
            visit.scope["state"]["owner"] = key.owner
            if key.bucket is not None:
                key.bucket.take(now)

    async def _break(self, visit: Visit, receive: Receive, error: Exception) -> None:
        visit.error = error
        if not visit.is_started:
            fault = Refusal(500, "The service failed; the log has the request's id")
            await answer(visit.form, fault)(visit.scope, receive, visit.send)

    def _close(self, visit: Visit) -> None:
        seconds = time.perf_counter() - visit.began
        scope, status = visit.scope, visit.status
        metrics.count_request(visit.form, scope["method"], status, seconds)
        if status >= 400 or seconds > self._limits.slow_seconds or visit.error is not None:
            self._log.write(
                time.monotonic(),
                status,
                scope["path"],
                method=scope["method"],
                form=visit.form,
                request_id=visit.request_id.decode(),
                seconds=round(seconds, 4),
                owner=scope["state"].get("owner"),
                fault=where(visit.error) if visit.error else None,
            )


def _check_head(scope: Scope, limits: Ingest) -> None:
    if len(scope["raw_path"]) + len(scope["query_string"]) > limits.max_target_bytes:
        raise Refusal(414, f"Path and query may not exceed {limits.max_target_bytes} bytes")
    headers = scope["headers"]
    if len(headers) > limits.max_headers:
        raise Refusal(431, f"A request may not have more than {limits.max_headers} headers")
    if sum(map(len, chain.from_iterable(headers))) > limits.max_head_bytes:
        raise Refusal(431, f"The headers may not exceed {limits.max_head_bytes} bytes")
