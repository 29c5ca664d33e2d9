"""Bound how many requests a second a key or an address may make."""

from collections import OrderedDict
from math import ceil

from ingest.errors import Refusal

MAX_ADDRESSES = 10_000
"""Addresses that are remembered; the one that was seen longest ago goes first."""


class Bucket:
    """Hold tokens that come back at a rate; a full bucket is worth one second, and at least one request."""

    __slots__ = ("_at", "_most", "_rate", "_tokens")

    def __init__(self, rate: float) -> None:
        self._rate = rate
        self._most = self._tokens = max(rate, 1.0)
        self._at = 0.0

    def take(self, now: float) -> None:
        """Take one token; raises Refusal (429) that says in how many seconds there will be one."""
        self._tokens = min(self._most, self._tokens + (now - self._at) * self._rate)
        self._at = now
        if self._tokens < 1:
            seconds = ceil((1 - self._tokens) / self._rate)
            raise Refusal(429, "Too many requests", headers={"Retry-After": str(seconds)})
        self._tokens -= 1


class Addresses:
    """Keep one bucket for each address of late."""

    def __init__(self, rate: float) -> None:
        self._rate = rate
        self._buckets: OrderedDict[str, Bucket] = OrderedDict()

    def take(self, address: str, now: float) -> None:
        """Take one token of an address; raises Refusal (429)."""
        bucket = self._buckets.get(address)
        if bucket is None:
            bucket = self._buckets[address] = Bucket(self._rate)
            if len(self._buckets) > MAX_ADDRESSES:
                self._buckets.popitem(last=False)
        self._buckets.move_to_end(address)
        bucket.take(now)
