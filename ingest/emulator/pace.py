"""Keep a pace: so many posts a second, measured from the first."""

import time
from collections.abc import Callable, Iterator

from ingest.emulator.events import Post, Posts

LONG_WAIT_SECONDS = 0.02


def paced(posts: Posts, posts_per_second: float, before_long_wait: Callable[[], None]) -> Iterator[Post]:
    """Give each post when its time has come; 0 means as fast as they are taken."""
    began = time.monotonic()
    for position, post in enumerate(posts):
        if posts_per_second:
            wait = began + position / posts_per_second - time.monotonic()
            if wait > LONG_WAIT_SECONDS:
                before_long_wait()
            if wait > 0:
                time.sleep(wait)
        yield post
