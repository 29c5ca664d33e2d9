"""Read a source again and again, so that viewers never do, and know when it fell silent."""

import threading
import time
from collections.abc import Callable
from typing import Generic, TypeVar

import structlog

T = TypeVar("T")
SILENT_SECONDS = 3.0
"""A source that has not answered for so long does not answer, even when a question to it is still open."""


class Watch(Generic[T]):
    """Ask one source in a thread of its own and keep its newest answer."""

    def __init__(self, name: str, read: Callable[[], T], every_seconds: float = 1.0) -> None:
        self.name = name
        self.newest: T | None = None
        self._read = read
        self._every_seconds = every_seconds
        self._answered_at: float | None = None
        self._asked_at = time.monotonic()
        self._failed = False
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"watch {name}", daemon=True)

    def start(self) -> None:
        """Begin to ask."""
        self._thread.start()

    def stop(self) -> None:
        """Ask no more, and wait for the last answer."""
        self._ended.set()
        self._thread.join(timeout=5)

    @property
    def is_known(self) -> bool:
        """Say whether the source has answered, or failed to, since the start."""
        return self._failed or self._answered_at is not None or self._silent_seconds() > SILENT_SECONDS

    @property
    def answers(self) -> bool:
        """Say whether the newest question was answered, not too long ago."""
        if self._failed or self._answered_at is None:
            return False
        return self._silent_seconds() <= SILENT_SECONDS + self._every_seconds

    def _silent_seconds(self) -> float:
        since = self._asked_at if self._answered_at is None else self._answered_at
        return time.monotonic() - since

    def _run(self) -> None:
        while not self._ended.is_set():
            began = time.monotonic()
            self._ask()
            self._ended.wait(max(0.05, self._every_seconds - (time.monotonic() - began)))

    def _ask(self) -> None:
        try:
            self.newest = self._read()
        except Exception as error:
            if not self._failed:
                structlog.get_logger("dashboard").warning("away", source=self.name, error=str(error).strip())
            self._failed = True
            return
        if self._failed:
            structlog.get_logger("dashboard").info("back", source=self.name)
        self._answered_at = time.monotonic()
        self._failed = False
