"""Replace rows of a lake table in one commit, beside a job that appends."""

import uuid
from collections.abc import Iterator
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc
from pyiceberg.catalog import Catalog
from pyiceberg.exceptions import ValidationException
from pyiceberg.expressions import And, BooleanExpression, GreaterThanOrEqual, LessThanOrEqual
from pyiceberg.io.pyarrow import ArrowScan, _dataframe_to_data_files
from pyiceberg.manifest import DataFile
from pyiceberg.table import FileScanTask, Table
from tenacity import retry, retry_if_exception_type, stop_after_attempt

from catalog.columns import NAMESPACE
from catalog.replay.identity import PLACE_COLUMNS, Keys, Rows, among, as_array, keys, without
from catalog.replay.tables import arrow
from catalog.tables import after_another_commit

MARK = "pinflow.replay"
"""Stands in the summary of a snapshot that a replay has made, with its id and what it did."""
FILES_GONE_TRIES = 20
TAG_AGE_MS = 30 * 24 * 3600 * 1000
"""For so long a published replay can be undone."""


class FilesGoneError(Exception):
    """Say that a file with rows to be replaced was itself replaced, by upkeep for instance."""


class Label(NamedTuple):
    """Name a change: the replay, what it does, and the tag for the snapshot before it, if one is wanted."""

    replay: str
    step: str
    tag: str | None = None

    @property
    def mark(self) -> str:
        """Give what the snapshot carries."""
        return f"{self.step} {self.replay}"


class Rewritten(NamedTuple):
    """Hold the files that go and those that come in their place."""

    gone: list[DataFile]
    written: list[DataFile]


@retry(retry=retry_if_exception_type(FilesGoneError), stop=stop_after_attempt(FILES_GONE_TRIES), reraise=True)
def replace_rows(lake: Catalog, name: str, gone: Rows, rows: Rows, label: Label) -> bool:
    """Let the rows of the records in `gone` be no more, and put `rows` there; say whether anything was done.

    `gone` names records by topic, partition, offset and time of acceptance. What was committed under the same
    label is not done again. Others may append meanwhile; when they replaced the same files, it begins anew.
    """
    table = lake.load_table((NAMESPACE, name))
    if is_done(table, label) or not (gone.num_rows or rows.num_rows):
        return False
    if label.tag:
        _tag(lake, name, label.tag)
    rewritten = _rewritten(table, gone, rows.cast(arrow(table)))
    _commit(lake, name, rewritten, label)
    return True


def is_done(table: Table, label: Label) -> bool:
    """Say whether a snapshot of the table carries the label."""
    found = (each.summary for each in table.metadata.snapshots)
    return any(each and each.additional_properties.get(MARK) == label.mark for each in found)


def _rewritten(table: Table, gone: Rows, rows: Rows) -> Rewritten:
    """Write each file that holds a row to be replaced anew, with the new row in the old one's place."""
    result, unwanted = Rewritten([], []), keys(gone)
    for task, held in _touched(table, gone):
        left = without(_scan(table, "*").to_table([task]).cast(rows.schema), unwanted)
        result.gone.append(task.file)
        result.written.extend(_written(table, pa.concat_tables([left, among(rows, held)])))
        rows = without(rows, held)
    result.written.extend(_written(table, rows))
    return result


def _touched(table: Table, gone: Rows) -> Iterator[tuple[FileScanTask, Keys]]:
    if not gone.num_rows or table.current_snapshot() is None:
        return
    wanted = as_array(keys(gone))
    for task in table.scan(_around(gone)).plan_files():
        held = keys(_scan(table, *PLACE_COLUMNS).to_table([task]))
        found = held.filter(pc.is_in(held, value_set=wanted))
        if len(found):
            yield task, found


def _around(gone: Rows) -> BooleanExpression:
    first, last = (bound.as_py().isoformat() for bound in pc.min_max(gone["accepted_at"]).values())
    return And(
        GreaterThanOrEqual(term="accepted_at", value=first), LessThanOrEqual(term="accepted_at", value=last)
    )


def _scan(table: Table, *names: str) -> ArrowScan:
    scan = table.scan(selected_fields=names)
    return ArrowScan(table.metadata, table.io, scan.projection(), scan.row_filter)


def _written(table: Table, rows: Rows) -> Iterator[DataFile]:
    if rows.num_rows:
        yield from _dataframe_to_data_files(table.metadata, rows, table.io, uuid.uuid4())


@after_another_commit
def _commit(lake: Catalog, name: str, rewritten: Rewritten, label: Label) -> None:
    table = lake.load_table((NAMESPACE, name))
    if is_done(table, label):
        return
    try:
        with (
            table.transaction() as transaction,
            transaction.update_snapshot({MARK: label.mark}).overwrite() as overwrite,
        ):
            for file in rewritten.gone:
                overwrite.delete_data_file(file)
            for file in rewritten.written:
                overwrite.append_data_file(file)
    except ValidationException as error:
        for file in rewritten.written:
            table.io.delete(file.file_path)
        raise FilesGoneError(name) from error


@after_another_commit
def _tag(lake: Catalog, name: str, tag: str) -> None:
    table = lake.load_table((NAMESPACE, name))
    snapshot = table.current_snapshot()
    if snapshot is not None and tag not in table.refs():
        table.manage_snapshots().create_tag(snapshot.snapshot_id, tag, TAG_AGE_MS).commit()


@after_another_commit
def untag(lake: Catalog, name: str, tag: str) -> None:
    """Take a tag from a table that has it."""
    table = lake.load_table((NAMESPACE, name))
    if tag in table.refs():
        table.manage_snapshots().remove_tag(tag).commit()
