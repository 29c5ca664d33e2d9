"""Which answers to the questions a replay would change."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pyiceberg.catalog import Catalog

from catalog.accounts.files import Place
from catalog.columns import NAMESPACE
from catalog.contracts import contract
from catalog.names import Stream
from catalog.recompute.answers import Answer, Post, answers
from catalog.recompute.clean import Geo, Pin, User
from catalog.recompute.enrich import GeoExtras, UserExtras
from catalog.replay.change import numbers, read_changes
from catalog.replay.identity import upto
from catalog.replay.plans import Plan
from catalog.replay.posts import NEWEST

ASKED: dict[Stream, Sequence[str]] = {
    Stream.PIN: ("ind", "follower_count", "poster_name", "category"),
    Stream.GEO: ("ind", "country", "country_code", "continent", "post_year"),
    Stream.USER: ("ind", "user_name", "age", "date_joined", "age_group", "join_year"),
}
"""What the questions ask of each cleaned table."""

Parts = dict[int, dict[str, Any]]


def changed_answers(lake: Catalog, plan: Plan) -> list[dict[str, Any]]:
    """Give one object a question whose answer would differ: its number, the rows that go and those that come.

    Every post of history is taken into memory.
    """
    old, new = {}, {}
    touched = numbers(read_changes(lake, plan), plan)
    for stream in Stream:
        old[stream] = dict(_newest(lake, stream, NAMESPACE))
        new[stream] = old[stream] | _replayed(lake, plan, stream, touched.get(stream, ()), old[stream])
    before, after = answers(_posts(old)), answers(_posts(new))
    pairs = ((number, before[number], rows) for number, rows in after.items())
    return [
        {"question": number, "before": _without(was, will), "after": _without(will, was)}
        for number, was, will in pairs
        if was != will
    ]


def _replayed(lake: Catalog, plan: Plan, stream: Stream, inds: Sequence[int], old: Parts) -> Parts:
    """Give the newest version of each number whose rows change, empty for none; what is later stays."""
    if not inds:
        return {}
    made = dict(_newest(lake, stream, plan.namespace, plan.cut))
    return {ind: made.get(ind, {}) for ind in inds if not _is_later(old.get(ind), plan.cut)}


def _is_later(part: Mapping[str, Any] | None, cut: Mapping[Place, int]) -> bool:
    if not part:
        return False
    return bool(part["kafka_offset"] > cut.get((part["kafka_topic"], part["kafka_partition"]), -1))


def _newest(
    lake: Catalog, stream: Stream, namespace: str, cut: Mapping[Place, int] | None = None
) -> Iterator[tuple[int, dict[str, Any]]]:
    table = lake.load_table((namespace, contract(stream).cleaned_table))
    rows = table.scan(selected_fields=("kafka_topic", *NEWEST, *ASKED[stream])).to_arrow()
    settled = rows if cut is None else upto(rows, cut)
    for row in settled.sort_by([(name, "ascending") for name in NEWEST]).to_pylist():
        yield row["ind"], row


def _posts(parts: Mapping[Stream, Parts]) -> list[Post]:
    pins, geos, users = (parts[stream] for stream in Stream)
    whole = sorted(ind for ind, pin in pins.items() if pin and geos.get(ind) and users.get(ind))
    return [_post(pins[ind], geos[ind], users[ind]) for ind in whole]


def _post(pin: Mapping[str, Any], geo: Mapping[str, Any], user: Mapping[str, Any]) -> Post:
    return Post(
        Pin(**_cells(pin, Pin._fields)),
        Geo(**_cells(geo, Geo._fields)),
        User(**_cells(user, User._fields)),
        GeoExtras(**_cells(geo, GeoExtras._fields)),
        UserExtras(**_cells(user, UserExtras._fields)),
    )


def _cells(row: Mapping[str, Any], names: Sequence[str]) -> dict[str, Any]:
    """Take some cells; what no question asks for was not read and stands as nothing."""
    return {name: row.get(name) for name in names}


def _without(rows: Answer, others: Answer) -> Answer:
    return [row for row in rows if row not in others]
