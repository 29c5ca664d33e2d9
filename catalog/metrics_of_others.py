"""What others measure and rules and boards use: Flink, Postgres' exporter, Trino, SeaweedFS, Prometheus."""

from enum import Enum

from catalog.metrics import COUNTER, GAUGE, Metric

_JOB = ("job_name",)
_TASK = ("job_name", "task_name", "subtask_index")
_BASE = ("datname",)


class FlinkMetric(Enum):
    """List what Flink's reporter shows and somebody uses."""

    RUNNING = Metric("flink_jobmanager_job_runningState", GAUGE, "1 or 0", "whether a job runs", _JOB)
    RESTARTS = Metric(
        "flink_jobmanager_job_numRestarts", GAUGE, "restarts",
        "of a job since it was submitted", _JOB,
    )  # fmt: skip
    FAILED_CHECKPOINTS = Metric(
        "flink_jobmanager_job_numberOfFailedCheckpoints", GAUGE, "checkpoints",
        "failed since the job was submitted", _JOB,
    )  # fmt: skip
    CHECKPOINTED = Metric(
        "flink_jobmanager_job_lastCheckpointCompletedTimestamp", GAUGE, "milliseconds",
        "since 1970, when the newest checkpoint was complete; -1 before the first", _JOB,
    )  # fmt: skip
    CHECKPOINT_MILLISECONDS = Metric(
        "flink_jobmanager_job_lastCheckpointDuration", GAUGE, "milliseconds",
        "that the newest checkpoint took", _JOB,
    )  # fmt: skip
    STATE_BYTES = Metric(
        "flink_jobmanager_job_lastCheckpointFullSize", GAUGE, "bytes",
        "of the newest checkpoint", _JOB,
    )  # fmt: skip
    RECORDS_IN = Metric(
        "flink_taskmanager_job_task_numRecordsIn", COUNTER, "records",
        "a task has read", _TASK,
    )  # fmt: skip
    BUSY = Metric(
        "flink_taskmanager_job_task_busyTimeMsPerSecond", GAUGE, "milliseconds",
        "a second that a task works", _TASK,
    )  # fmt: skip
    BACK_PRESSURED = Metric(
        "flink_taskmanager_job_task_backPressuredTimeMsPerSecond", GAUGE, "milliseconds",
        "a second that a task waits for those after it", _TASK,
    )  # fmt: skip
    HEAP = Metric(
        "flink_taskmanager_Status_JVM_Memory_Heap_Used", GAUGE, "bytes",
        "of the TaskManager's heap in use",
    )  # fmt: skip


class PostgresMetric(Enum):
    """List what Postgres' exporter shows and somebody uses."""

    UP = Metric("pg_up", GAUGE, "1 or 0", "whether the exporter reaches Postgres")
    CONNECTIONS = Metric("pg_stat_database_numbackends", GAUGE, "connections", "to a database", _BASE)
    MOST_CONNECTIONS = Metric("pg_settings_max_connections", GAUGE, "connections", "that Postgres takes")
    HITS = Metric("pg_stat_database_blks_hit", COUNTER, "blocks", "found in memory", _BASE)
    READS = Metric("pg_stat_database_blks_read", COUNTER, "blocks", "read from the disk", _BASE)
    INSERTED = Metric("pg_stat_database_tup_inserted", COUNTER, "rows", "inserted", _BASE)
    UPDATED = Metric("pg_stat_database_tup_updated", COUNTER, "rows", "updated", _BASE)
    DELETED = Metric("pg_stat_database_tup_deleted", COUNTER, "rows", "deleted", _BASE)
    FETCHED = Metric("pg_stat_database_tup_fetched", COUNTER, "rows", "fetched through an index", _BASE)
    COMMITS = Metric("pg_stat_database_xact_commit", COUNTER, "transactions", "committed", _BASE)
    ROLLBACKS = Metric("pg_stat_database_xact_rollback", COUNTER, "transactions", "rolled back", _BASE)
    DEADLOCKS = Metric("pg_stat_database_deadlocks", COUNTER, "deadlocks", "found", _BASE)
    LOCKS = Metric("pg_locks_count", GAUGE, "locks", "held or waited for", ("datname", "mode"))
    LONGEST = Metric(
        "pg_stat_activity_max_tx_duration", GAUGE, "seconds",
        "that the longest open transaction has taken", ("datname", "state"),
    )  # fmt: skip
    SIZE = Metric("pg_database_size_bytes", GAUGE, "bytes", "that a database takes on the disk", _BASE)


class TrinoMetric(Enum):
    """List what Trino shows and somebody uses."""

    RUNNING = Metric("trino_execution_name_QueryManager_RunningQueries", GAUGE, "queries", "that run")
    QUEUED = Metric("trino_execution_name_QueryManager_QueuedQueries", GAUGE, "queries", "that wait")


class OtherMetric(Enum):
    """List what everybody shows who is asked by Prometheus, and what is left."""

    UP = Metric("up", GAUGE, "1 or 0", "whether Prometheus was answered", ("job",))


OTHERS: tuple[type[Enum], ...] = (FlinkMetric, PostgresMetric, TrinoMetric, OtherMetric)
"""Every list of measures that others make."""
