"""One request on its way through the guard: what it is, how it was answered, how long that took."""

import re
import time

from starlette.types import Message, Scope, Send
from uuid_utils import uuid7

from ingest.errors import RETRY_SECONDS, Form, form_of

GONE = 499
"""Status of a request whose client went away, as it is counted."""

_REQUEST_ID = re.compile(rb"[A-Za-z0-9._-]{1,64}")
_AMAZON = {Form.KINESIS, Form.GATEWAY}


class Visit:
    """Hold a request's form, id and status; `send` adds the id to the answer."""

    def __init__(self, scope: Scope, send: Send) -> None:
        self.scope = scope
        self.headers: dict[bytes, bytes] = dict(scope["headers"])
        self.form = form_of(scope["path"])
        self.request_id = self._named() or str(uuid7()).encode()
        self.status = GONE
        self.began = time.perf_counter()
        self.error: BaseException | None = None
        self._send = send
        scope["state"]["request_id"] = self.request_id.decode()

    async def send(self, message: Message) -> None:
        """Send a part of the answer; its start gets the request's id, and Retry-After where that is due."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
            message["headers"] = [*message.get("headers", ()), *self._added(message)]
        await self._send(message)

    @property
    def is_started(self) -> bool:
        """Say whether the answer has begun."""
        return self.status != GONE

    def _named(self) -> bytes | None:
        named = self.headers.get(b"x-request-id")
        return named if named and _REQUEST_ID.fullmatch(named) else None

    def _added(self, message: Message) -> list[tuple[bytes, bytes]]:
        added = [(b"x-request-id", self.request_id)]
        if self.form in _AMAZON:
            added.append((b"x-amzn-requestid", self.request_id))
        if self.status == 503 and not any(name == b"retry-after" for name, _ in message.get("headers", ())):
            added.append((b"retry-after", b"%d" % RETRY_SECONDS))
        return added


def strip_stage(scope: Scope, stages: frozenset[str]) -> None:
    """Take one leading stage prefix, in any case, off a request's path."""
    stage, _, rest = scope["path"][1:].partition("/")
    if stage.lower() in stages:
        scope["path"] = f"/{rest}"
        scope["raw_path"] = b"/" + scope["raw_path"][1:].partition(b"/")[2]
