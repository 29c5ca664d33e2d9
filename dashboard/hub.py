"""Send each state to every viewer: encoded once, one message a second, the slow ones dropped."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Any

from starlette.responses import StreamingResponse
from starlette.types import Send

from dashboard.now import Panels, changed, whole
from dashboard.values import encode

WAITING = 5
"""Messages that may wait for a viewer; one that lags further behind is dropped."""
SLOW_SECONDS = 5.0


class Hub:
    """Hold the newest state and the viewers that wait for the next."""

    def __init__(self) -> None:
        self.panels: Panels = {}
        self._viewers: set[asyncio.Queue[bytes | None]] = set()

    @property
    def viewers(self) -> int:
        """Count who is listening."""
        return len(self._viewers)

    def publish(self, panels: Panels) -> None:
        """Take a new state and send what changed, the moment itself at least."""
        frame = _frame("change", changed(self.panels, panels)) if self._viewers else b""
        self.panels = panels
        for viewer in list(self._viewers):
            if viewer.full():
                self._drop(viewer)
            else:
                viewer.put_nowait(frame)

    def close(self) -> None:
        """Let every viewer go."""
        for viewer in list(self._viewers):
            self._drop(viewer)

    async def listen(self) -> AsyncIterator[bytes]:
        """Give the whole state, then every change, until the viewer is dropped."""
        viewer: asyncio.Queue[bytes | None] = asyncio.Queue(WAITING)
        self._viewers.add(viewer)
        try:
            yield b"retry: 1000\n" + _frame("state", self.panels)
            while (frame := await viewer.get()) is not None:
                yield frame
        finally:
            self._viewers.discard(viewer)

    def _drop(self, viewer: "asyncio.Queue[bytes | None]") -> None:
        self._viewers.discard(viewer)
        while not viewer.empty():
            viewer.get_nowait()
        viewer.put_nowait(None)


class Events(StreamingResponse):
    """Send server-sent events, and give up on a viewer that does not read them."""

    media_type = "text/event-stream"

    async def stream_response(self, send: Send) -> None:
        """Send message after message; each must be taken within some seconds."""

        async def send_soon(message: Any) -> None:
            async with asyncio.timeout(SLOW_SECONDS):
                await send(message)

        with suppress(TimeoutError):
            await super().stream_response(send_soon)


def _frame(event: str, panels: Panels) -> bytes:
    return f"event: {event}\ndata: ".encode() + encode(whole(panels)) + b"\n\n"
