"""Tell how fast a growing number grows."""

from collections import deque


class Meter:
    """Remember the last seconds of a count that only grows."""

    def __init__(self, window_seconds: float = 5.0) -> None:
        self.moved_at: float | None = None
        self._window_seconds = window_seconds
        self._seen: deque[tuple[float, float]] = deque()

    def saw(self, at: float, count: float | None) -> None:
        """Note the count at a moment (seconds of any steady clock); None when it is not known."""
        if count is None:
            return
        if self._seen and count < self._seen[-1][1]:
            self._seen.clear()  # whoever counts has started anew
        if self._seen and count > self._seen[-1][1]:
            self.moved_at = at
        self._seen.append((at, count))
        while len(self._seen) > 2 and self._seen[1][0] <= at - self._window_seconds:
            self._seen.popleft()

    def rate(self, at: float) -> float | None:
        """Give the growth a second over the window; None before there are two counts."""
        if len(self._seen) < 2:
            return None
        (began, first), (_, last) = self._seen[0], self._seen[-1]
        return (last - first) / max(at - began, 0.001)
