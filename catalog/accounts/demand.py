"""Say which rows records demand, column by column."""

from collections.abc import Iterable
from typing import Any

from catalog.accounts.log import Record
from catalog.accounts.rehearsal import Judged
from catalog.columns import PLACE, TABLES
from catalog.names import Header, Stream
from catalog.recompute.clean import Cleaned, Rejected
from catalog.recompute.enrich import enrich

VERDICT_COLUMNS = {"outcome", "reason", "reason_detail", "ind"} | {
    name for table in ("pins", "geos", "users") for name in TABLES[table] if name not in PLACE
}
"""What rules decide; everything else of a row is the record itself."""


def event_columns(stream: Stream | None, judged: list[Judged]) -> dict[str, list[Any]]:
    """Give the columns of `events` that records demand, reason_detail and rules aside."""
    records = [each.record for each in judged]
    rejected = [each.found if isinstance(each.found, Rejected) else None for each in judged]
    return {
        "stream": [stream] * len(records),
        "outcome": [each.outcome for each in judged],
        "reason": [None if each is None else each.reason for each in rejected],
        "ind": [None if isinstance(each.found, Rejected) else each.found.cleaned.ind for each in judged],
        "message_key": [record.key for record in records],
        "headers": [list(dict(record.headers or ()).items()) for record in records],
        "body": [record.body for record in records],
        **_place_columns(records),
    }


def cleaned_columns(stream: Stream, of: list[tuple[Record, Cleaned]]) -> dict[str, Any]:
    """Give the columns of a cleaned table that records demand, rules aside."""
    if not of:
        return {}
    records, cleaned = zip(*of, strict=True)
    extras = [enrich(row) for row in cleaned]
    names = (*cleaned[0]._fields, *extras[0]._fields)
    columns = (*zip(*cleaned, strict=True), *zip(*extras, strict=True))
    return {
        **dict(zip(names, columns, strict=True)),
        "kafka_topic": [stream] * len(records),
        **_place_columns(records),
    }


def _place_columns(records: Iterable[Record]) -> dict[str, list[Any]]:
    headers = [dict(record.headers or ()) for record in records]
    return {
        "accepted_at": [record.accepted_us for record in records],
        "owner": [_text(each.get(Header.OWNER)) for each in headers],
        "event_id": [_text(each.get(Header.EVENT_ID)) for each in headers],
    }


def _text(value: bytes | None) -> str | None:
    return None if value is None else value.decode(errors="replace")
