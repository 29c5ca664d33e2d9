"""Close the accounts over every topic."""

from collections.abc import Iterator
from itertools import chain

import pyarrow as pa
import pyarrow.compute as pc

from catalog.accounts.books import Account, Accounts, FaultKind
from catalog.accounts.doubts import Doubts
from catalog.accounts.lake import Lake, Rows, newest, of_partition
from catalog.accounts.log import BATCH, NOTHING, Extent, KafkaLog, Log, Record
from catalog.accounts.partition import PartitionCloser
from catalog.contracts import contract
from catalog.names import TOPICS, Outcome, Stream
from catalog.settings import Settings
from catalog.tables import open_lake

PATIENCE_SECONDS = 60.0
STREAMS = tuple(Stream)
RECORD_COLUMNS = ["kafka_offset", "accepted_at", "message_key", "headers", "body"]


def close(settings: Settings, patience_seconds: float = PATIENCE_SECONDS) -> Accounts:
    """Close the accounts of a stack; patience is for cleaned tables that commit after `events`."""
    with KafkaLog(settings.kafka) as log, open_lake(settings) as lake:
        return close_accounts(log, Lake(lake, patience_seconds))


def close_accounts(log: Log, lake: Lake) -> Accounts:
    """Close the accounts of a log and the lake it went to."""
    return Accounts([account for topic in TOPICS for account in close_topic(topic, log, lake)])


def close_topic(topic: str, log: Log, lake: Lake) -> list[Account]:
    """Close the accounts of a topic's partitions."""
    events = lake.events(topic)
    cleaned = _cleaned(topic, events, lake)
    extents = log.extents(topic)
    closers = {
        partition: _close_partition(
            topic,
            partition,
            log,
            extents.get(partition, NOTHING),
            of_partition(events, partition),
            None if cleaned is None else of_partition(cleaned, partition),
        )
        for partition in sorted({*extents, *newest(events), *(() if cleaned is None else newest(cleaned))})
    }
    _settle(closers)
    return [closer.account for closer in closers.values()]


def records(log: Log, topic: str, partition: int, extent: Extent, events: Rows) -> Iterator[list[Record]]:
    """Give a partition's whole life: what only `events` remembers, then Kafka's extent."""
    return chain(history(events, extent.low), log.batches(topic, partition, extent))


def history(events: Rows, before: int) -> Iterator[list[Record]]:
    """Give the records below an offset as `events` remembers them; rows come sorted by offset."""
    older = events.filter(pc.less(events["kafka_offset"], before)).select(RECORD_COLUMNS)
    last = -1
    for batch in older.to_batches(BATCH):
        columns = (column.cast("int64") if pa.types.is_timestamp(column.type) else column for column in batch)
        rows = zip(*(column.to_pylist() for column in columns), strict=True)
        found = {row[0]: Record(*row) for row in rows if row[0] > last}
        if found:
            yield list(found.values())
            last = max(found)


def _cleaned(topic: str, events: Rows, lake: Lake) -> Rows | None:
    if topic not in STREAMS:
        return None
    kept = events.filter(pc.equal(events["outcome"], Outcome.KEPT))
    return lake.cleaned(contract(Stream(topic)).cleaned_table, reaches=newest(kept))


def _close_partition(
    topic: str, partition: int, log: Log, extent: Extent, events: Rows, cleaned: Rows | None
) -> PartitionCloser:
    closer = PartitionCloser(topic, partition, events, cleaned)
    closer.close(records(log, topic, partition, extent, events))
    return closer


def _settle(closers: dict[int, PartitionCloser]) -> None:
    judges = {partition: closer.judge for partition, closer in closers.items()}
    doubts = Doubts(judges, (doubt for closer in closers.values() for doubt in closer.doubts))
    for doubt in doubts.unexplained():
        note = closers[doubt.partition].account.note
        note(FaultKind.UNEQUAL, doubt.offset, "events: outcome (it repeats nothing)")
    for partition, offset in doubts.kept_again():
        note = closers[partition].account.note
        note(FaultKind.UNEQUAL, offset, "events: outcome (kept in another partition too)")
