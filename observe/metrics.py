"""What Prometheus is told of all that the observer sees."""

import shutil
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from typing import Any

from prometheus_client import CollectorRegistry, ProcessCollector
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

from catalog.metrics import ObserverMetric
from catalog.names import Stage, Stream
from catalog.settings import Settings
from observe.figures import Figures
from observe.watch import Watch


class Measures(Collector):
    """Give every measure as it is when Prometheus asks; `waits` tells which loops wait."""

    def __init__(
        self, watch: Watch, figures: Figures, settings: Settings, waits: Callable[[], dict[str, bool]]
    ) -> None:
        self._watch = watch
        self._figures = figures
        self._flink = settings.flink
        self._home = settings.home.home
        self._waits = waits

    def collect(self) -> Iterator[Metric]:
        """Give each measure with its samples."""
        yield self._freshness()
        yield from self._waiting()
        yield from self._kafka()
        yield from self._tables()
        yield from self._own()

    def _freshness(self) -> Metric:
        metric = ObserverMetric.FRESHNESS.value
        family = HistogramMetricFamily(metric.name, metric.help, labels=metric.labels)
        for stage in Stage:
            for stream in Stream:
                sums, seconds = self._watch.tally.ever(stage, stream)
                ends = [("+Inf" if end == float("inf") else str(float(end)), count) for end, count in sums]
                family.add_metric([stage, stream], ends, seconds)
        return family

    def _waiting(self) -> Iterator[Metric]:
        places = [(stage, stream) for stage in Stage for stream in Stream]
        states = {(stage, stream): self._watch.state(stage, stream) for stage, stream in places}
        yield _gauge(
            ObserverMetric.OBJECTIVE, {(stage,): most for stage, most in self._watch.objectives.items()}
        )
        yield _gauge(ObserverMetric.WAITING, {place: state.records for place, state in states.items()})
        yield _gauge(
            ObserverMetric.OLDEST, {place: state.oldest_seconds or 0 for place, state in states.items()}
        )

    def _kafka(self) -> Iterator[Metric]:
        now = time.time()
        newest = self._watch.newest_accepted.items()
        yield _gauge(ObserverMetric.NEWEST, {(stream,): now - accepted for stream, accepted in newest})
        yield _gauge(ObserverMetric.LAG, self._figures.lag)
        missed = CounterMetricFamily(ObserverMetric.MISSED.value.name, ObserverMetric.MISSED.value.help)
        missed.add_metric([], self._watch.missed)
        yield missed

    def _tables(self) -> Iterator[Metric]:
        figures = self._figures
        yield _gauge(ObserverMetric.ACCOUNTS, figures.accounts)
        checked = figures.accounts_checked
        yield _gauge(ObserverMetric.ACCOUNTS_AGE, {(): time.time() - checked} if checked else {})
        yield _gauge(ObserverMetric.RECENT, figures.recent)
        yield _gauge(ObserverMetric.REJECTED, figures.rejected)
        yield _gauge(ObserverMetric.REJECTED_SHARE, figures.rejected_share)
        yield _gauge(ObserverMetric.REJECTED_ALERT, figures.rejected_alert)
        yield _gauge(ObserverMetric.UNKNOWN_SHARE, figures.unknown_share)
        complete = figures.complete_share
        yield _gauge(ObserverMetric.COMPLETE_SHARE, {} if complete is None else {(): complete})

    def _own(self) -> Iterator[Metric]:
        history, live = self._flink.checkpoint_seconds, self._flink.live_checkpoint_seconds
        yield _gauge(ObserverMetric.INTERVAL, {("history",): history, ("live",): live})
        yield _gauge(ObserverMetric.AWAY, {(loop,): int(waits) for loop, waits in self._waits().items()})
        with suppress(FileNotFoundError):
            disk = shutil.disk_usage(self._home)
            yield _gauge(ObserverMetric.DISK_FREE, {(): disk.free})
            yield _gauge(ObserverMetric.DISK_SIZE, {(): disk.total})


def _gauge(which: ObserverMetric, samples: Mapping[tuple[str, ...], Any]) -> Metric:
    family = GaugeMetricFamily(which.value.name, which.value.help, labels=which.value.labels)
    for labels, value in samples.items():
        family.add_metric(labels, value)
    return family


def registry(measures: Measures) -> CollectorRegistry:
    """Collect the measures, and what the process itself takes."""
    collected = CollectorRegistry()
    collected.register(measures)
    ProcessCollector(registry=collected)
    return collected
