"""Everything that is watched, each source in a thread of its own."""

from typing import TypeVar

from catalog.settings import Settings
from dashboard.database import Database
from dashboard.door import read_door, read_links
from dashboard.flink import Flink
from dashboard.log import LogReader
from dashboard.panels import OTHERS, QUICK
from dashboard.seen import Seen
from dashboard.watch import Watch

T = TypeVar("T")
LINK_SECONDS = 10.0


class Sources:
    """Watch the door, Kafka, Flink and Postgres."""

    def __init__(self, settings: Settings) -> None:
        self._quick, self._others = (Database(settings.postgres.as_reader, each) for each in (QUICK, OTHERS))
        self._flink = Flink(settings.flink.url)
        self._postgres_watch = Watch("postgres", self._quick.read)
        self._panels_watch = Watch("panels", self._others.read)
        self._flink_watch = Watch("flink", self._flink.read)
        self._log_watch = Watch("kafka", LogReader(settings.kafka).read)
        self._door_watch = Watch("door", lambda: read_door(settings.ingest.url))
        self._links_watch = Watch("links", lambda: read_links(settings), LINK_SECONDS)
        self._watched = (self._postgres_watch, self._flink_watch, self._log_watch, self._door_watch)

    def start(self) -> None:
        """Begin to watch."""
        for watch in (*self._watched, self._panels_watch, self._links_watch):
            watch.start()

    def stop(self) -> None:
        """Watch no more and close the connections."""
        for watch in (*self._watched, self._panels_watch, self._links_watch):
            watch.stop()
        for source in (self._quick, self._others, self._flink):
            source.close()

    def seen(self) -> Seen:
        """Give what is known now."""
        return Seen(
            door=_answer(self._door_watch),
            log=_answer(self._log_watch),
            jobs=_answer(self._flink_watch),
            database=self._postgres_watch.answers,
            is_known=all(watch.is_known for watch in self._watched),
            panels={**(self._postgres_watch.newest or {}), **(self._panels_watch.newest or {})},
            links=self._links_watch.newest or [],
        )


def _answer(watch: Watch[T]) -> T | None:
    return watch.newest if watch.answers else None
