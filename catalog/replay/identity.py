"""The identity of a record as one number, so that columns of them are compared in one step."""

from collections.abc import Mapping
from typing import TypeAlias

import pyarrow as pa
import pyarrow.compute as pc

from catalog.accounts.files import Place
from catalog.names import TOPICS

Rows: TypeAlias = pa.Table
Keys: TypeAlias = pa.ChunkedArray
PLACE_COLUMNS = ("kafka_topic", "kafka_partition", "kafka_offset")
PARTITION_BITS, OFFSET_BITS = 12, 48


def keys(rows: Rows) -> Keys:
    """Give each row's identity as topic, partition and offset packed into 64 bits."""
    topics = pc.index_in(rows["kafka_topic"].cast("string"), pa.array([str(topic) for topic in TOPICS]))
    place = pc.add(pc.shift_left(topics.cast("int64"), PARTITION_BITS), rows["kafka_partition"].cast("int64"))
    return pc.add(pc.shift_left(place, OFFSET_BITS), rows["kafka_offset"])


def among(rows: Rows, wanted: Keys) -> Rows:
    """Keep the rows whose identity is wanted."""
    return rows.filter(pc.is_in(keys(rows), value_set=as_array(wanted)))


def without(rows: Rows, unwanted: Keys) -> Rows:
    """Keep the rows whose identity is not among the unwanted."""
    return rows.filter(pc.invert(pc.is_in(keys(rows), value_set=as_array(unwanted))))


def upto(rows: Rows, cut: Mapping[Place, int]) -> Rows:
    """Keep the rows of the places of a cut that lie at or below it."""
    inside = pa.chunked_array([pa.array([False] * rows.num_rows, pa.bool_())])
    for (topic, partition), last in cut.items():
        here = pc.and_(pc.equal(rows["kafka_topic"], topic), pc.equal(rows["kafka_partition"], partition))
        inside = pc.or_(inside, pc.and_(here, pc.less_equal(rows["kafka_offset"], last)))
    return rows.filter(inside)


def as_array(column: Keys) -> pa.Array:
    """Give a column as one array, as value sets are taken."""
    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
