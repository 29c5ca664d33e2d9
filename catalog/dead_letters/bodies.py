"""Find the bytes of dead letters: in Kafka as long as it has them, then in `history.events`."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Any

from pyiceberg.catalog import Catalog
from pyiceberg.expressions import And, BooleanExpression, EqualTo, In

from catalog.accounts.closing import RECORD_COLUMNS
from catalog.accounts.log import NOTHING, Extent, Log, Record
from catalog.columns import NAMESPACE
from catalog.dead_letters.ids import LetterId

NEAR = 20_000
"""Records that lie between two letters are read over rather than sought past, up to this many."""


def records(ids: Iterable[LetterId], log: Log, catalog: Catalog) -> Iterator[tuple[LetterId, Record]]:
    """Give the record of each letter, by topic and partition in the order of their offsets."""
    for (topic, partition), some in groupby(sorted(ids), key=lambda each: (each.topic, each.partition)):
        offsets = [each.offset for each in some]
        low = log.extents(topic).get(partition, NOTHING).low
        older = [offset for offset in offsets if offset < low]
        found = (
            *_from_events(catalog, topic, partition, older),
            *_from_kafka(log, topic, partition, offsets, low),
        )
        yield from ((LetterId(topic, partition, record.offset), record) for record in found)


def outcomes(ids: Sequence[LetterId], catalog: Catalog) -> dict[LetterId, str]:
    """Give the outcome of each record that `history.events` holds."""
    found: dict[LetterId, str] = {}
    for (topic, partition), some in groupby(sorted(ids), key=lambda each: (each.topic, each.partition)):
        offsets = [each.offset for each in some]
        for offset, outcome in _rows(catalog, topic, partition, offsets, ("kafka_offset", "outcome")):
            found[LetterId(topic, partition, offset)] = outcome
    return found


def _from_kafka(log: Log, topic: str, partition: int, offsets: list[int], low: int) -> Iterator[Record]:
    wanted = [offset for offset in offsets if offset >= low]
    for run in _runs(wanted):
        held = set(run)
        for batch in log.batches(topic, partition, Extent(run[0], run[-1] + 1)):
            yield from (record for record in batch if record.offset in held)


def _from_events(catalog: Catalog, topic: str, partition: int, offsets: list[int]) -> Iterator[Record]:
    for offset, accepted_at, *others in _rows(catalog, topic, partition, offsets, tuple(RECORD_COLUMNS)):
        yield Record(offset, round(accepted_at.timestamp() * 1000) * 1000, *others)


def _rows(
    catalog: Catalog, topic: str, partition: int, offsets: list[int], columns: tuple[str, ...]
) -> list[tuple[Any, ...]]:
    if not offsets:
        return []
    here = And(EqualTo(term="kafka_topic", value=topic), EqualTo(term="kafka_partition", value=partition))
    these: BooleanExpression = And(here, In(term="kafka_offset", literals=offsets))
    rows = catalog.load_table((NAMESPACE, "events")).scan(these, selected_fields=columns).to_arrow()
    return list(zip(*(rows[name].to_pylist() for name in columns), strict=True))


def _runs(offsets: Sequence[int]) -> Iterator[list[int]]:
    run: list[int] = []
    for offset in offsets:
        if run and offset - run[-1] > NEAR:
            yield run
            run = []
        run.append(offset)
    if run:
        yield run
