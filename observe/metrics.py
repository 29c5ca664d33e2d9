"""What Prometheus is told; each name is written once."""

import time
from collections.abc import Iterator
from enum import Enum

from prometheus_client import CollectorRegistry, ProcessCollector
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

from catalog.names import Stage, Stream
from observe.figures import Figures
from observe.watch import Watch


class Measure(Enum):
    """Name every measure, with its unit at the end, and say what it means."""

    FRESHNESS = (
        "pinflow_freshness_seconds",
        "Seconds from acceptance until a record is visible, estimated from a sample, by stage and stream",
    )
    OBJECTIVE = ("pinflow_freshness_objective_seconds", "Seconds that 99 of 100 records may take, by stage")
    WAITING = ("pinflow_waiting_records", "Records not visible yet, estimated, by stage and stream")
    OLDEST = ("pinflow_oldest_waiting_seconds", "Age of the oldest record drawn that is not visible yet")
    NEWEST = ("pinflow_newest_accepted_age_seconds", "Seconds since Kafka took its newest record, by stream")
    MISSED = (
        "pinflow_missed_records",
        "Records drawn that could not be measured, because the observer was away",
    )
    LAG = (
        "pinflow_job_lag_records",
        "Records above the offsets of a job's last checkpoint, by job and topic",
    )
    ACCOUNTS = ("pinflow_accounts_records", "Records of the accounts last computed, by topic and column")
    ACCOUNTS_AGE = ("pinflow_accounts_age_seconds", "Seconds since the oldest of the accounts was computed")
    REJECTED = ("pinflow_rejected_records", "Rejected records, by reason and state")
    REJECTED_SHARE = (
        "pinflow_rejected_share",
        "Share of rejected records of the last five minutes, by stream and commonest reason",
    )
    REJECTED_ALERT = ("pinflow_rejected_alert", "1 when that share is above its limit, else 0")

    @property
    def text(self) -> tuple[str, str]:
        """Give the name and what it means."""
        name, meaning = self.value
        return name, meaning


class Measures(Collector):
    """Give every measure as it is when Prometheus asks."""

    def __init__(self, watch: Watch, figures: Figures) -> None:
        self._watch = watch
        self._figures = figures

    def collect(self) -> Iterator[Metric]:
        """Give each measure with its samples."""
        yield self._freshness()
        yield from self._waiting()
        yield from self._kafka()
        yield from self._tables()

    def _freshness(self) -> Metric:
        family = HistogramMetricFamily(*Measure.FRESHNESS.text, labels=["stage", "stream"])
        for stage in Stage:
            for stream in Stream:
                sums, seconds = self._watch.tally.ever(stage, stream)
                ends = [("+Inf" if end == float("inf") else str(float(end)), count) for end, count in sums]
                family.add_metric([stage, stream], ends, seconds)
        return family

    def _waiting(self) -> Iterator[Metric]:
        objective = GaugeMetricFamily(*Measure.OBJECTIVE.text, labels=["stage"])
        waiting = GaugeMetricFamily(*Measure.WAITING.text, labels=["stage", "stream"])
        oldest = GaugeMetricFamily(*Measure.OLDEST.text, labels=["stage", "stream"])
        for stage, seconds in self._watch.objectives.items():
            objective.add_metric([stage], seconds)
            for stream in Stream:
                state = self._watch.state(stage, stream)
                waiting.add_metric([stage, stream], state.records)
                oldest.add_metric([stage, stream], state.oldest_seconds or 0)
        yield from (objective, waiting, oldest)

    def _kafka(self) -> Iterator[Metric]:
        newest = GaugeMetricFamily(*Measure.NEWEST.text, labels=["stream"])
        for stream, accepted in self._watch.newest_accepted.items():
            newest.add_metric([stream], time.time() - accepted)
        lag = GaugeMetricFamily(*Measure.LAG.text, labels=["job", "topic"])
        for labels, records in self._figures.lag.items():
            lag.add_metric(labels, records)
        missed = CounterMetricFamily(*Measure.MISSED.text)
        missed.add_metric([], self._watch.missed)
        yield from (newest, lag, missed)

    def _tables(self) -> Iterator[Metric]:
        accounts = GaugeMetricFamily(*Measure.ACCOUNTS.text, labels=["topic", "column"])
        for labels, records in self._figures.accounts.items():
            accounts.add_metric(labels, records)
        age = GaugeMetricFamily(*Measure.ACCOUNTS_AGE.text)
        if self._figures.accounts_checked:
            age.add_metric([], time.time() - self._figures.accounts_checked)
        rejected = GaugeMetricFamily(*Measure.REJECTED.text, labels=["reason", "state"])
        for labels, records in self._figures.rejected.items():
            rejected.add_metric(labels, records)
        share = GaugeMetricFamily(*Measure.REJECTED_SHARE.text, labels=["stream", "reason"])
        for labels, part in self._figures.rejected_share.items():
            share.add_metric(labels, part)
        alert = GaugeMetricFamily(*Measure.REJECTED_ALERT.text, labels=["stream", "reason"])
        for labels, is_alert in self._figures.rejected_alert.items():
            alert.add_metric(labels, is_alert)
        yield from (accounts, age, rejected, share, alert)


def registry(watch: Watch, figures: Figures) -> CollectorRegistry:
    """Collect the measures, and what the process itself takes."""
    collected = CollectorRegistry()
    collected.register(Measures(watch, figures))
    ProcessCollector(registry=collected)
    return collected
