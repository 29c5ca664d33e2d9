"""Where a replay keeps its texts and its log, and the locks that let one at a time go on."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from catalog.errors import TransientError
from catalog.settings import Settings
from stack.layout import Layout

PATIENCE_SECONDS = 2 * 3600.0


def home(settings: Settings) -> Path:
    """Name the folder of all replays."""
    folder = Layout.of(settings.home).data("replays")
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def folder_of(settings: Settings, replay: str) -> Path:
    """Name the folder of one replay."""
    folder = home(settings) / replay
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@contextmanager
def in_turn(settings: Settings, what: str, patience_seconds: float = PATIENCE_SECONDS) -> Iterator[None]:
    """Let one process at a time do something; others queue; TransientError when that takes too long."""
    deadline = time.monotonic() + patience_seconds
    with (home(settings) / f"{what}.lock").open("w") as file:
        # A Flink that is still ending holds on to it, so that no other run writes beside it.
        os.set_inheritable(file.fileno(), True)
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > deadline:
                    raise TransientError(
                        f"another replay has been at '{what}' for too long; see ./pinflow replay list"
                    ) from None
                time.sleep(0.5)
        yield
