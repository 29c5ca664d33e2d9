"""All loops of the observer over one watch."""

from contextlib import nullcontext
from functools import partial

from catalog.settings import Settings
from catalog.tables import open_lake
from observe import figures, kafka, live, store
from observe.history import History
from observe.loop import Loop
from observe.metrics import Measures, registry
from observe.watch import Watch

GOODBYE_SECONDS = 5.0


class Observer:
    """Follow Kafka, look into Postgres and Iceberg, and write down what was measured."""

    def __init__(self, settings: Settings) -> None:
        own, postgres, broker = settings.observer, settings.postgres, settings.kafka
        self.watch = Watch(own, settings.flink.checkpoint_seconds)
        self.figures = figures.Figures()
        history = History(self.watch)
        self.loops = (
            Loop("history", partial(history.following, postgres, partial(open_lake, settings)), 0.25),
            Loop("kafka", partial(kafka.following, broker, self.watch), 0),
            Loop("live", partial(live.following, postgres, self.watch), 0.1),
            Loop("store", partial(store.storing, postgres, self.watch, own.keep_days), 5),
            Loop("sample", lambda: nullcontext(self.watch.relax), 30),
            Loop("tables", partial(figures.tables, postgres, self.figures), 30),
            Loop("shares", partial(figures.shares, postgres, self.figures), 60),
            Loop("lag", partial(figures.lag, broker, self.figures), 10),
        )
        self.registry = registry(Measures(self.watch, self.figures, settings, self._waits))

    @property
    def away(self) -> list[str]:
        """Name the loops that wait for something."""
        return [loop.name for loop in self.loops if not loop.is_well]

    def _waits(self) -> dict[str, bool]:
        return {loop.name: not loop.is_well for loop in self.loops}

    def start(self) -> None:
        """Begin to measure; whatever is away is waited for."""
        for loop in self.loops:
            loop.start()

    def stop(self) -> None:
        """Stop measuring; what was counted in the last seconds and is not stored is lost."""
        for loop in self.loops:
            loop.stop(GOODBYE_SECONDS)
