"""Posts with dirt that go on while things break."""

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from catalog.settings import ROOT

POSTS_PER_SECOND = 20
DIRT = ["--bad", "0.02", "--repeat", "0.05", "--missing", "0.02", "--late", "0.02", "--newer", "0.02"]


class Traffic:
    """Hold the emulator that runs until it is ended."""

    def __init__(self, seed: int, posts_per_second: float, records_per_request: int) -> None:
        start = 1_000_000 + 100_000 * (seed % 1000)
        words = ["emulate", "--rate", str(posts_per_second), "--retry", "--json", *DIRT]
        words += ["--records-per-request", str(records_per_request)]
        words += ["--seed", str(seed), "--start", str(start)]
        self._process = subprocess.Popen([str(ROOT / "pinflow"), *words], stdout=subprocess.PIPE, text=True)
        self.result: dict[str, Any] = {}

    def end(self) -> None:
        """Let it send what it has begun, and keep what became of everything."""
        self._process.terminate()
        try:
            answer, _ = self._process.communicate(timeout=120)
        finally:
            self._process.kill()
        self.result = json.loads(answer)


@contextmanager
def traffic(
    seed: int, posts_per_second: float = POSTS_PER_SECOND, records_per_request: int = 1
) -> Iterator[Traffic]:
    """Send until the block ends."""
    running = Traffic(seed, posts_per_second, records_per_request)
    try:
        yield running
    finally:
        running.end()
