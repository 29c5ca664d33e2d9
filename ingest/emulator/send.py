"""Send records over HTTP: records of one number in order, everything else side by side."""

import time
from collections import defaultdict
from collections.abc import Iterable
from contextlib import closing
from queue import Queue
from threading import Lock, Thread

import msgspec

from catalog.names import Stream
from ingest.emulator.client import Client, Fault, of_all
from ingest.emulator.connection import Connection, NoAnswerError, NotSentError
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
        self._url = url
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

    def _work(self, stream: Stream, queue: "Queue[list[bytes] | None]") -> None:
        with closing(_Lane(self._url, self._client, stream)) as lane:
            while (batch := queue.get()) is not None:
                with self._lock:
                    self.summary.sent += len(batch)
                self._deliver(lane, batch)

    def _deliver(self, lane: "_Lane", batch: list[bytes]) -> None:
        while batch:
            faults = lane.post(batch)
            again = [each for each in faults if each.retriable and self._retry]
            final = [each for each in faults if each not in again] if again else faults
            with self._lock:
                self.summary.add(len(batch) - len(faults), final)
            batch = [batch[each.place] for each in again]
            if batch:
                time.sleep(RETRY_SECONDS)


class _Lane:
    """Post batches of a stream one after the other over a connection of their own."""

    def __init__(self, url: str, client: Client, stream: Stream) -> None:
        self._client = client
        self._stream = stream
        self._connection = Connection(url, TIMEOUT_SECONDS)
        self._head = self._connection.head(client.method, client.path(stream), client.headers)

    def post(self, batch: list[bytes]) -> list[Fault]:
        """Send a batch as one request and name the records that were not acknowledged."""
        client, count = self._client, len(batch)
        try:
            status, answer = self._connection.ask(self._head, client.body(self._stream, batch))
            return client.faults(status, answer, count)
        except NotSentError as fault:
            return of_all(count, str(fault), retriable=True, unknown=False)
        except (NoAnswerError, msgspec.DecodeError) as fault:
            return of_all(count, str(fault), retriable=True, unknown=True)

    def close(self) -> None:
        """Let go of the connection."""
        self._connection.close()
