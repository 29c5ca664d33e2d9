"""`live.posts` is compared with the newest versions from raw bytes: real Postgres, real Iceberg tables."""

import json
import threading
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from psycopg2.extensions import connection

from catalog.accounts.books import Accounts
from catalog.accounts.closing import close_accounts
from catalog.accounts.files import Place
from catalog.accounts.lake import Lake
from catalog.accounts.live import LiveFault, LivePosts
from catalog.accounts.log import Record
from catalog.accounts.memory import Memory, remembered
from catalog.accounts.written import write
from catalog.names import Stream
from catalog.postgres import connect, migrate
from catalog.recompute.clean import Pin
from catalog.recompute.enrich import enrich
from catalog.recompute.verdict import Accepted, verdict
from catalog.settings import Postgres
from tests.catalog.accounts_rows import (
    RowsLog,
    append,
    event_row,
    lake,
    pin_body,
    pin_row,
    record,
    user_body,
    user_row,
)
from tests.servers.postgres import postgres_server

USERS = [
    record(0, user_body(1)),
    record(1, user_body(2)),
    record(2, user_body(1, age=35)),
    record(3, user_body(3)),
]
NEWEST = {1: USERS[2], 2: USERS[1], 3: USERS[3]}
GEO = record(0, json.dumps(
    {"ind": 1, "timestamp": "2021-04-19 17:37:03", "latitude": -0.0, "longitude": 2, "country": "Albania"}
).encode())  # fmt: skip
PIN = record(0, pin_body(1, "t", poster_name="P"))
LOG = RowsLog({("user", 0): USERS, ("geo", 0): [GEO], ("pin", 0): [PIN]})


@pytest.fixture(scope="module")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Postgres]:
    with postgres_server(tmp_path_factory.mktemp("postgres") / "data") as settings:
        migrate(settings)
        yield settings


@pytest.fixture
def opened(postgres: Postgres) -> Iterator[connection]:
    with connect(postgres) as opened:
        run(opened, "TRUNCATE live.posts")
        yield opened


class House:
    """Hold a lake whose rows are sound, and compare a live table with it."""

    def __init__(self, folder: Path, opened: connection) -> None:
        self._folder, self._opened = folder, opened
        self.lake = lake(folder)
        events = [event_row(each, "user", "kept", ind=json.loads(each.body or b"")["ind"]) for each in USERS]
        rows = [event_row(GEO, "geo", "kept", ind=1), event_row(PIN, "pin", "kept", ind=1)]
        append(self.lake, "events", [*events, *rows])
        ages = [
            user_row(USERS[0], 1),
            user_row(USERS[1], 2),
            user_row(USERS[2], 1, age=35),
            user_row(USERS[3], 3),
        ]
        append(self.lake, "users", ages)
        append(self.lake, "pins", [pin_row(PIN, 1, "t", poster="P")])
        place = {
            name: value
            for name, value in rows[0].items()
            if name.startswith(("kafka", "acc", "own", "ev", "ru"))
        }
        where = {"country": "Albania", "country_code": "AL", "continent": "Europe", "post_year": 2021}
        at = datetime(2021, 4, 19, 17, 37, 3, tzinfo=UTC)
        append(self.lake, "geos", [{"ind": 1, "coordinates": [0.0, 2.0], "timestamp": at, **where, **place}])

    def close(self, patience: float = 0, rules: str | None = None) -> Accounts:
        with remembered(self._folder / "closed.sqlite") as memory:
            lake, check = Lake(self.lake, 0), partial(self._check, memory, patience)
            return close_accounts(LOG, lake, memory, check, rules=rules)

    def _check(self, memory: Memory, patience: float, closed: Mapping[Place, int]) -> list[LiveFault]:
        return LivePosts(self._opened, memory, closed).faults(patience)


@pytest.fixture
def house(tmp_path: Path, opened: connection) -> Iterator[House]:
    for ind, newest in NEWEST.items():
        show(opened, ind, user=newest)
    show(opened, 1, geo=GEO, pin=PIN)
    made = House(tmp_path, opened)
    yield made
    made.lake.close()


def run(opened: connection, statement: str, *values: Any) -> None:
    with opened.cursor() as cursor:
        cursor.execute(statement, values)
    opened.commit()


def show(opened: connection, ind: int, **parts: Record) -> None:
    """Write parts of a post as the live job does."""
    run(opened, "INSERT INTO live.posts (ind) VALUES (%s) ON CONFLICT DO NOTHING", ind)
    for part, of in parts.items():
        columns = part_columns(Stream(part), of)
        assignments = ", ".join(f"{name} = %s" for name in columns)
        run(opened, f"UPDATE live.posts SET {assignments} WHERE ind = %s", *columns.values(), ind)


def part_columns(stream: Stream, of: Record) -> dict[str, Any]:
    found = verdict(stream, of.body)
    assert isinstance(found, Accepted)
    columns = {**found.cleaned._asdict(), **enrich(found.cleaned)._asdict()}
    if "coordinates" in columns:
        columns["latitude"], columns["longitude"] = columns.pop("coordinates")
        columns["posted_at"] = columns.pop("timestamp")
    for name in ("ind", "tags"):
        columns.pop(name, None)
    accepted = datetime.fromtimestamp(of.accepted_us / 1_000_000, UTC).replace(tzinfo=None)
    times = {
        name: value.replace(tzinfo=None) for name, value in columns.items() if isinstance(value, datetime)
    }
    place = {"partition": 0, "offset": of.offset, "accepted_at": accepted}
    return {**columns, **times, **{f"{stream}_{name}": value for name, value in place.items()}}


def faults(accounts: Accounts) -> list[tuple[str, str, int, str]]:
    return [
        (fault.kind, row.topic, fault.offset, fault.where) for row in accounts.rows for fault in row.faults
    ]


def test_sound_live_rows_close_the_accounts(house: House) -> None:
    assert faults(house.close()) == []
    assert faults(house.close()) == []


def test_rows_of_other_rules_are_compared_where_both_rules_agree(house: House, opened: connection) -> None:
    assert house.close(rules="others").closed
    run(opened, "UPDATE live.posts SET age = age + 1 WHERE ind = 1")
    named = ("unequal", "user", 2, "live.posts: user of 1 (cleaned columns)")
    assert faults(house.close(rules="others")) == [named]


@pytest.mark.parametrize("closed_before", [False, True])
@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ("age = 34", ("unequal", "user", 2, "live.posts: user of 1 (cleaned columns)")),
        ("age_group = NULL", ("unequal", "user", 2, "live.posts: user of 1 (age_group)")),
        ("title = 'T'", ("unequal", "pin", 0, "live.posts: pin of 1 (cleaned columns)")),
        ("follower_tier = 'mega'", ("unequal", "pin", 0, "live.posts: pin of 1 (follower_tier)")),
        ("latitude = 1", ("unequal", "geo", 0, "live.posts: geo of 1 (cleaned columns)")),
        ("continent = 'Asia'", ("unequal", "geo", 0, "live.posts: geo of 1 (continent)")),
    ],
)
def test_a_wrong_value_is_named_also_when_its_record_was_closed_long_ago(
    house: House, opened: connection, change: str, expected: tuple[str, str, int, str], closed_before: bool
) -> None:
    if closed_before:
        assert house.close().closed
    run(opened, f"UPDATE live.posts SET {change} WHERE ind = 1")
    assert faults(house.close()) == [expected]
    assert faults(house.close()) == [expected]


def test_an_older_version_is_unequal(house: House, opened: connection) -> None:
    run(opened, "DELETE FROM live.posts WHERE ind = 1")
    show(opened, 1, user=USERS[0], geo=GEO, pin=PIN)
    assert faults(house.close()) == [("unequal", "user", 2, "live.posts: user of 1 (it shows 0/0)")]


@pytest.mark.parametrize("closed_before", [False, True])
def test_a_post_that_is_gone_is_missing(house: House, opened: connection, closed_before: bool) -> None:
    if closed_before:
        assert house.close().closed
    run(opened, "DELETE FROM live.posts WHERE ind = 2")
    assert faults(house.close()) == [("missing", "user", 1, "live.posts: user of 2")]


def test_a_part_that_no_record_demands_is_unequal(house: House, opened: connection) -> None:
    show(opened, 9, user=USERS[1])
    assert faults(house.close()) == [("unequal", "user", 1, "live.posts: user of 9 (it is not kept)")]


def test_a_live_table_that_is_ahead_of_history_is_sound(house: House, opened: connection) -> None:
    ahead = record(7, user_body(3, age=20))
    show(opened, 3, user=ahead)
    show(opened, 8, user=ahead)
    assert faults(house.close()) == []


def test_live_rows_that_come_later_are_waited_for(
    house: House, postgres: Postgres, opened: connection
) -> None:
    run(opened, "DELETE FROM live.posts WHERE ind = 2")

    def come() -> None:
        with connect(postgres) as late:
            show(late, 2, user=USERS[1])

    timer = threading.Timer(0.7, come)
    timer.start()
    accounts = house.close(patience=20)
    timer.join()
    assert faults(accounts) == []


def test_a_table_that_was_made_anew_is_compared_whole(house: House, opened: connection) -> None:
    assert house.close().closed
    run(opened, "CREATE TABLE live.anew (LIKE live.posts INCLUDING ALL)")
    run(opened, "INSERT INTO live.anew (ind) SELECT ind FROM live.posts")
    run(opened, "ALTER TABLE live.posts RENAME TO former")
    run(opened, "ALTER TABLE live.anew RENAME TO posts")
    try:
        assert house.close().total.missing == 5
    finally:
        run(opened, "DROP TABLE live.posts")
        run(opened, "ALTER TABLE live.former RENAME TO posts")


def test_the_accounts_are_written_in_place_of_former_ones(
    house: House, postgres: Postgres, opened: connection
) -> None:
    accounts = house.close()
    for _ in range(2):
        write(postgres, accounts)
    with opened.cursor() as cursor:
        cursor.execute(
            "SELECT kafka_topic, kafka_partition, accepted, kept, checked_at > now() - interval '1 minute'"
            " FROM live.accounts ORDER BY 1, 2"
        )
        assert cursor.fetchall() == [("geo", 0, 1, 1, True), ("pin", 0, 1, 1, True), ("user", 0, 4, 4, True)]


def test_pins_are_rebuilt_from_every_column_of_a_live_row(opened: connection) -> None:
    with opened.cursor() as cursor:
        cursor.execute("SELECT * FROM live.posts LIMIT 0")
        assert set(Pin._fields) <= {column[0] for column in cursor.description or ()}
