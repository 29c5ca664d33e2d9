"""Send records over HTTP: records of one number in order, everything else side by side."""

import time
from collections import defaultdict
from collections.abc import Iterable
from queue import Queue
from threading import Lock, Thread

import msgspec
import urllib3

from catalog.names import Stream
from ingest.emulator.clients import Client, Refused
from ingest.emulator.events import Event
from ingest.emulator.summary import Summary

TIMEOUT_SECONDS = 10.0
RETRY_SECONDS = 0.5
WAITING_BATCHES = 4


class Sender:
    """Hold one connection a stream and lane; a number always takes the same lane."""

    def __init__(
        self, url: str, client: Client, lanes: int = 1, records_per_request: int = 1, retry: bool = False
    ) -> None:
        self._pool = urllib3.connection_from_url(
            url, maxsize=lanes * len(Stream), block=True, timeout=TIMEOUT_SECONDS, retries=False
        )
        self._client = client
        self._lanes = lanes
        self._size = records_per_request
        self._retry = retry
        self._batches: dict[tuple[Stream, int], list[bytes]] = defaultdict(list)
        self._queues: dict[tuple[Stream, int], Queue[list[bytes] | None]] = {}
        self._threads: list[Thread] = []
        self._lock = Lock()
        self.summary = Summary()

    def send(self, events: Iterable[Event]) -> Summary:
        """Send all events and wait for every answer."""
        began = time.monotonic()
        try:
            self._take(events)
        except KeyboardInterrupt:
            pass  # What was taken is still sent and counted.
        finally:
            self.flush()
            self._close()
        self.summary.seconds = time.monotonic() - began
        return self.summary

    def _take(self, events: Iterable[Event]) -> None:
        for stream, number, body in events:
            lane = (stream, number % self._lanes)
            batch = self._batches[lane]
            batch.append(body)
            if len(batch) >= self._size:
                self._hand_over(lane)

    def flush(self) -> None:
        """Let go of requests that are not full yet."""
        for lane in list(self._batches):
            self._hand_over(lane)

    def _hand_over(self, lane: tuple[Stream, int]) -> None:
        if lane not in self._queues:
            self._queues[lane] = Queue(WAITING_BATCHES)
            thread = Thread(target=self._work, args=(lane[0], self._queues[lane]), daemon=True)
            self._threads.append(thread)
            thread.start()
        self._queues[lane].put(self._batches.pop(lane))

    def _close(self) -> None:
        for queue in self._queues.values():
            queue.put(None)
        for thread in self._threads:
            thread.join()
        self._pool.close()

    def _work(self, stream: Stream, queue: "Queue[list[bytes] | None]") -> None:
        path = self._client.path(stream)
        while (batch := queue.get()) is not None:
            with self._lock:
                self.summary.sent += len(batch)
            self._deliver(path, batch)

    def _deliver(self, path: str, batch: list[bytes]) -> None:
        while batch:
            refused = self._post(path, batch)
            again = [each for each in refused if each.retriable and self._retry]
            with self._lock:
                self.summary.acknowledged += len(batch) - len(refused)
                self.summary.errors.update(each.message for each in refused if each not in again)
            batch = [batch[each.place] for each in again]
            if batch:
                time.sleep(RETRY_SECONDS)

    def _post(self, path: str, batch: list[bytes]) -> list[Refused]:
        client = self._client
        try:
            answer = self._pool.urlopen("POST", path, client.body(batch), headers=client.headers)
            return client.refused(answer.status, answer.data, len(batch))
        except (urllib3.exceptions.HTTPError, msgspec.DecodeError) as fault:
            return [Refused(place, True, type(fault).__name__) for place in range(len(batch))]
