"""The page of all measures, made from their lists: `python -m catalog.metrics_page > docs/metrics.md`."""

import sys
from collections.abc import Iterator
from enum import Enum

from catalog.metrics import OURS, DoorMetric, ObserverMetric
from catalog.metrics_of_others import OTHERS, FlinkMetric, OtherMetric, PostgresMetric, TrinoMetric

TITLES: dict[type[Enum], str] = {
    DoorMetric: "The door (`ingest/`, `/metrics`)",
    ObserverMetric: "The observer (`observe/`, `/metrics`)",
    FlinkMetric: "Flink (its Prometheus reporter, a port each of JobManager and TaskManager)",
    PostgresMetric: "Postgres (`prometheus-postgres-exporter`)",
    TrinoMetric: "Trino (`/metrics`)",
    OtherMetric: "Everybody",
}
HEAD = """\
# Measures

Made from `catalog/metrics.py` and `catalog/metrics_of_others.py` by `python -m catalog.metrics_page`.
Pinflow's own come first, all of them; of what others show only that stands here which an alert rule or a
board uses. A share is between 0 and 1. A histogram has `_bucket`, `_sum` and `_count` behind its name.
"""


def page() -> str:
    """Write the whole page."""
    return "\n".join([HEAD, *(line for group in (*OURS, *OTHERS) for line in _section(group))])


def _section(group: type[Enum]) -> Iterator[str]:
    yield f"## {TITLES[group]}\n"
    yield "| measure | kind | unit | labels | means |"
    yield "|---|---|---|---|---|"
    for each in group:
        metric = each.value
        labels = ", ".join(f"`{label}`" for label in metric.labels)
        yield f"| `{metric.name}` | {metric.kind} | {metric.unit} | {labels} | {metric.meaning} |"
    yield ""


if __name__ == "__main__":
    sys.stdout.write(page())
