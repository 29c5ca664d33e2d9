"""Take a step again and again, also after whatever it needs has been away."""

import logging
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from threading import Event, Thread

from tenacity import RetryCallState, Retrying, sleep_using_event, stop_when_event_set, wait_fixed

RETRY_SECONDS = 1.0
LATE_SECONDS = 15.0

Opened = AbstractContextManager[Callable[[], None]]

log = logging.getLogger(__name__)


class Loop:
    """Open what a step needs, take the step at its pace; open anew after any error, and say so."""

    def __init__(self, name: str, opened: Callable[[], Opened], every_seconds: float) -> None:
        self.name = name
        self._opened = opened
        self._every_seconds = every_seconds
        self._stopping = Event()
        self._is_away = False
        self._taken_at = 0.0
        self._thread = Thread(target=self._run, name=name, daemon=True)

    @property
    def is_well(self) -> bool:
        """Say whether the newest step was taken in time."""
        return time.monotonic() - self._taken_at < self._every_seconds + LATE_SECONDS

    def start(self) -> None:
        """Begin to take steps."""
        self._thread.start()

    def stop(self, patience_seconds: float) -> None:
        """Take no further step, and wait for the present one, but not for ever."""
        self._stopping.set()
        self._thread.join(patience_seconds)

    def _run(self) -> None:
        Retrying(
            stop=stop_when_event_set(self._stopping),
            wait=wait_fixed(RETRY_SECONDS),
            sleep=sleep_using_event(self._stopping),
            before_sleep=self._tell,
            retry_error_callback=lambda _: None,
        )(self._steps)

    def _steps(self) -> None:
        with self._opened() as step:
            due = time.monotonic()
            while not self._stopping.wait(max(0.0, due - time.monotonic())):
                step()
                self._taken_at = time.monotonic()
                due = max(due + self._every_seconds, self._taken_at)
                if self._is_away:
                    log.info("%s: goes on", self.name)
                self._is_away = False

    def _tell(self, state: RetryCallState) -> None:
        error = state.outcome.exception() if state.outcome else None
        if not self._is_away:
            said = next(iter(str(error).splitlines()), "")
            log.warning("%s: waits, %s: %s", self.name, type(error).__name__, said)
        self._is_away = True
