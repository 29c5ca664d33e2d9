"""Raw records of history, as objects that sink connectors would have written."""

from collections.abc import Iterator
from typing import Any

import pytest
from lake_rows import TODAY, YESTERDAY, event_row, write
from pyiceberg.catalog import Catalog

from catalog.accounts.limits import read_limits
from catalog.errors import SetupError
from catalog.names import Outcome, Stream
from catalog.objects import open_objects, sizes
from catalog.settings import Settings
from stack.export import OBJECT_OFFSETS, export

PREFIX = "topics/ann.pin/"


@pytest.fixture
def objects(services: Settings) -> Iterator[Any]:
    with open_objects(services.s3) as client:
        yield client
        for key in sizes(client, "lake", "topics/"):
            client.delete_object(Bucket="lake", Key=key)


def _events(lake: Catalog, numbers: range, **values: Any) -> None:
    write(lake, "events", [event_row(Stream.PIN, number, TODAY, **values) for number in reversed(numbers)], 3)


def _objects(client: Any, prefix: str = PREFIX) -> dict[str, bytes]:
    found = {}
    for key in sorted(sizes(client, "lake", prefix)):
        with client.get_object(Bucket="lake", Key=key)["Body"] as body:
            found[key] = body.read()
    return found


def _lines(client: Any) -> list[bytes]:
    return sorted(line for body in _objects(client).values() for line in body.splitlines())


def _bodies(numbers: range) -> list[bytes]:
    return sorted(b'{"index": %d}' % number for number in numbers)


def test_records_lie_where_batch_users_look_in_the_order_of_their_offsets(
    services: Settings, lake: Catalog, objects: Any
) -> None:
    _events(lake, range(40))
    _events(lake, range(2 * OBJECT_OFFSETS, 2 * OBJECT_OFFSETS + 2))
    found = export(services, Stream.PIN, "ann", None)
    assert {each.key: each.records for each in found} == {
        "topics/ann.pin/partition=0/ann.pin+0+0000000000.json": 20,
        "topics/ann.pin/partition=0/ann.pin+0+0000020000.json": 1,
        "topics/ann.pin/partition=1/ann.pin+1+0000000001.json": 20,
        "topics/ann.pin/partition=1/ann.pin+1+0000020001.json": 1,
    }
    assert _objects(objects)[found[0].key].splitlines() == [b'{"index": %d}' % n for n in range(0, 40, 2)]


def test_only_kept_and_repeated_records_of_the_owner_are_written_one_a_line(
    services: Settings, lake: Catalog, objects: Any
) -> None:
    _events(lake, range(0, 2), outcome=str(Outcome.REJECTED))
    _events(lake, range(2, 4), outcome=str(Outcome.REPEAT), body=b'{"index":\r\n 7}')
    _events(lake, range(4, 6), owner="bob")
    export(services, Stream.PIN, "ann", None)
    assert _lines(objects) == [b'{"index":   7}'] * 2
    export(services, Stream.PIN, "bob", None)
    assert len(_objects(objects, "topics/bob.pin/")) == 2


def test_the_same_range_gives_the_same_objects_and_ranges_that_follow_make_no_doubles(
    services: Settings, lake: Catalog, objects: Any
) -> None:
    _events(lake, range(60))
    export(services, Stream.PIN, "ann", read_limits("10", "29"))
    first = _objects(objects)
    export(services, Stream.PIN, "ann", read_limits("10", "29"))
    assert _objects(objects) == first
    export(services, Stream.PIN, "ann", read_limits("30", "59"))
    assert _lines(objects) == _bodies(range(10, 60))
    export(services, Stream.PIN, "ann", read_limits("0", "59"))
    assert _lines(objects) == _bodies(range(60))


def test_a_range_may_be_given_in_times(services: Settings, lake: Catalog, objects: Any) -> None:
    _events(lake, range(20))
    write(lake, "events", [event_row(Stream.PIN, number, YESTERDAY) for number in range(20, 30)])
    export(services, Stream.PIN, "ann", read_limits(f"{TODAY.date()}", None))
    assert _lines(objects) == _bodies(range(20))


@pytest.mark.parametrize(("start", "end"), [("0", "19"), ("20", "39")])
def test_a_range_that_cuts_an_object_of_a_former_export_is_refused(
    services: Settings, lake: Catalog, objects: Any, start: str, end: str
) -> None:
    _events(lake, range(40))
    export(services, Stream.PIN, "ann", read_limits("10", "29"))
    before = _objects(objects)
    with pytest.raises(SetupError, match="both sides of a limit"):
        export(services, Stream.PIN, "ann", read_limits(start, end))
    assert _objects(objects) == before


def test_what_is_no_owner_is_refused(services: Settings) -> None:
    with pytest.raises(SetupError, match="is no owner"):
        export(services, Stream.PIN, "../bob", None)
