"""What is measured: every name once, with its unit and what it means."""

from enum import Enum, StrEnum
from typing import NamedTuple


class Kind(StrEnum):
    """Name the kinds of measures that Prometheus has."""

    COUNTER = "counter"
    GAUGE = "gauge"
    HISTOGRAM = "histogram"


COUNTER, GAUGE, HISTOGRAM = Kind


class Metric(NamedTuple):
    """Hold one measure as Prometheus shows it; a share is between 0 and 1."""

    name: str
    kind: Kind
    unit: str
    meaning: str
    labels: tuple[str, ...] = ()

    @property
    def help(self) -> str:
        """Say what is measured, the unit first."""
        return f"{self.unit} {self.meaning}"


class DoorMetric(Enum):
    """List what the door measures."""

    RECORDS = Metric(
        "pinflow_ingest_records_total", COUNTER, "records",
        "given to Kafka; `outcome` is `placed` or `refused`", ("door", "stream", "outcome"),
    )  # fmt: skip
    RECORD_BYTES = Metric(
        "pinflow_ingest_record_bytes_total", COUNTER, "bytes",
        "of placed records, about 100 each for headers included", ("door", "stream"),
    )  # fmt: skip
    REQUESTS = Metric(
        "pinflow_ingest_requests_total", COUNTER, "requests",
        "answered; status 499 is a client that went away", ("form", "method", "status"),
    )  # fmt: skip
    CONNECTIONS_CUT = Metric(
        "pinflow_ingest_connections_cut_total", COUNTER, "connections",
        "cut off before there was a request to read", ("status",),
    )  # fmt: skip
    REQUEST_SECONDS = Metric(
        "pinflow_ingest_request_seconds", HISTOGRAM, "seconds",
        "from a request's head to the end of its answer", ("form",),
    )  # fmt: skip
    WAITING_BYTES = Metric(
        "pinflow_ingest_waiting_bytes", GAUGE, "bytes",
        "that records take in memory until their request is answered, roughly",
    )  # fmt: skip
    WAITING_MESSAGES = Metric(
        "pinflow_ingest_waiting_messages", GAUGE, "records",
        "and reports of their delivery that the Kafka client holds",
    )  # fmt: skip
    BODY_BYTES = Metric(
        "pinflow_ingest_body_bytes", GAUGE, "bytes", "of request bodies in memory, expanded"
    )  # fmt: skip
    RUNNING_REQUESTS = Metric(
        "pinflow_ingest_running_requests", GAUGE, "requests", "that are not answered yet"
    )  # fmt: skip


class ObserverMetric(Enum):
    """List what the observer measures."""

    FRESHNESS = Metric(
        "pinflow_freshness_seconds", HISTOGRAM, "seconds",
        "from acceptance until a record is visible, estimated from a sample", ("stage", "stream"),
    )  # fmt: skip
    OBJECTIVE = Metric(
        "pinflow_freshness_objective_seconds", GAUGE, "seconds",
        "that 99 of 100 records may take", ("stage",),
    )  # fmt: skip
    WAITING = Metric(
        "pinflow_waiting_records", GAUGE, "records", "not visible yet, estimated", ("stage", "stream")
    )  # fmt: skip
    OLDEST = Metric(
        "pinflow_oldest_waiting_seconds", GAUGE, "seconds",
        "since the oldest record drawn that is not visible yet was accepted", ("stage", "stream"),
    )  # fmt: skip
    NEWEST = Metric(
        "pinflow_newest_accepted_age_seconds", GAUGE, "seconds",
        "since Kafka took its newest record", ("stream",),
    )  # fmt: skip
    MISSED = Metric(
        "pinflow_missed_records_total", COUNTER, "records",
        "drawn that could not be measured, because the observer was away",
    )  # fmt: skip
    AWAY = Metric(
        "pinflow_observer_waiting", GAUGE, "1 or 0",
        "whether a loop waits for what it reads: Kafka, Postgres, the object store", ("loop",),
    )  # fmt: skip
    LAG = Metric(
        "pinflow_job_lag_records", GAUGE, "records",
        "above the offsets of a job's newest checkpoint", ("job_name", "topic", "partition"),
    )  # fmt: skip
    INTERVAL = Metric(
        "pinflow_checkpoint_interval_seconds", GAUGE, "seconds", "between checkpoints of a job", ("job_name",)
    )  # fmt: skip
    ACCOUNTS = Metric(
        "pinflow_accounts_records", GAUGE, "records",
        "of the accounts last computed; `column` is `accepted`, `kept`, `missing` and so on",
        ("topic", "column"),
    )  # fmt: skip
    ACCOUNTS_AGE = Metric(
        "pinflow_accounts_age_seconds", GAUGE, "seconds", "since the oldest of the accounts was computed"
    )  # fmt: skip
    RECENT = Metric(
        "pinflow_recent_records", GAUGE, "records",
        "accepted in the last five minutes: `kept`, `repeat` or `rejected`", ("stream", "outcome"),
    )  # fmt: skip
    REJECTED = Metric(
        "pinflow_rejected_records", GAUGE, "records", "rejected and not forgotten", ("reason", "state")
    )  # fmt: skip
    REJECTED_SHARE = Metric(
        "pinflow_rejected_share", GAUGE, "share",
        "of the last five minutes' records that were rejected, with the commonest reason",
        ("stream", "reason"),
    )  # fmt: skip
    REJECTED_ALERT = Metric(
        "pinflow_rejected_alert", GAUGE, "1 or 0",
        "whether that share is above its limit", ("stream", "reason"),
    )  # fmt: skip
    UNKNOWN_SHARE = Metric(
        "pinflow_unknown_share", GAUGE, "share",
        "of the last minutes' posts in which a column is unknown: a placeholder, empty or null",
        ("stream", "column"),
    )  # fmt: skip
    COMPLETE_SHARE = Metric(
        "pinflow_complete_share", GAUGE, "share",
        "of the last minutes' pins whose place and user are there too",
    )  # fmt: skip
    DISK_FREE = Metric(
        "pinflow_disk_free_bytes", GAUGE, "bytes", "free on the disk that PINFLOW_HOME lies on"
    )  # fmt: skip
    DISK_SIZE = Metric("pinflow_disk_size_bytes", GAUGE, "bytes", "size of that disk")


OURS: tuple[type[Enum], ...] = (DoorMetric, ObserverMetric)
"""Every list of measures that Pinflow itself makes."""
