import json
from datetime import datetime
from decimal import Decimal
from itertools import islice
from pathlib import Path

import pytest
from sqlalchemy import Column as SqlColumn
from sqlalchemy import DateTime, Double, Integer, MetaData, Numeric, Table, Text, create_engine, insert

from catalog.contracts import contract
from catalog.decode import decode
from catalog.errors import SetupError
from catalog.names import Stream
from ingest.emulator.database import TABLES, read_database
from ingest.emulator.events import Tally
from ingest.emulator.posts import Maker, posts

NUMBERS_OF_SEED_100 = [7528, 2863, 5730, 8304, 8731, 1313, 4315, 10794]
KINDS = {"INT": Integer, "DOUBLE": Double, "STRING": Text}


def database(path: Path, numbers: range) -> str:
    """Fill the three tables with made-up rows whose numbers are those."""
    engine = create_engine(f"sqlite:///{path}")
    metadata = MetaData()
    tables = {
        stream: Table(
            name, metadata, *(SqlColumn(field.name, KINDS[field.type]) for field in contract(stream).fields)
        )
        for stream, name in TABLES.items()
    }
    metadata.create_all(engine)
    rows: dict[Stream, list[dict[str, object]]] = {stream: [] for stream in Stream}
    for post in posts(Maker(1), 1, numbers.start, len(numbers)):
        for event in post:
            rows[event.stream].append({"poster_name": None} | json.loads(event.body))
    with engine.begin() as connection:
        for stream, table in tables.items():
            kept = [{column.name: row[column.name] for column in table.c} for row in rows[stream]]
            if kept:
                connection.execute(insert(table), kept)
    engine.dispose()
    return f"sqlite:///{path}"


def test_a_seed_draws_the_numbers_that_clients_draw(tmp_path: Path) -> None:
    tally = Tally()
    given = read_database(database(tmp_path / "all.db", range(11_001)), 100, tally)
    for number, post in zip(NUMBERS_OF_SEED_100, given, strict=False):
        assert [(event.stream, event.number) for event in post] == [(stream, number) for stream in Stream]
        for event in post:
            assert decode(event.body, contract(event.stream)).error is None
    assert tally.as_dict()["made"]["pin"] == {"given": len(NUMBERS_OF_SEED_100)}


def test_numbers_that_no_table_has_are_passed_over(tmp_path: Path) -> None:
    given = read_database(database(tmp_path / "few.db", range(7000, 8000)), 100, Tally())
    numbers = [post[0].number for post in islice(given, 5)]
    assert numbers[0] == 7528
    assert all(7000 <= number < 8000 for number in numbers)


def test_moments_and_decimals_are_written_as_clients_do(tmp_path: Path) -> None:
    address = database(tmp_path / "typed.db", range(0))
    engine = create_engine(address)
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE geolocation_data")
        metadata = MetaData()
        columns = [SqlColumn("ind", Integer), SqlColumn("timestamp", DateTime)]
        columns += [SqlColumn(name, Numeric(8, 4)) for name in ("latitude", "longitude")]
        table = Table("geolocation_data", metadata, *columns, SqlColumn("country", Text))
        metadata.create_all(connection)
        row = {"ind": 3, "timestamp": datetime(2021, 4, 19, 17, 37, 3), "country": "Albania"}
        connection.execute(insert(table), row | {"latitude": Decimal("-28.4"), "longitude": Decimal("129.8")})
    engine.dispose()
    ((event,),) = islice(read_database(address, 1, Tally()), 1)
    assert json.loads(event.body) == {
        "ind": 3, "timestamp": "2021-04-19 17:37:03", "latitude": -28.4, "longitude": 129.8,
        "country": "Albania",
    }  # fmt: skip


@pytest.mark.parametrize(
    "address", ["nonsense", "nosuch://host/db", "sqlite:///{}/none/x.db", "sqlite:///{}/empty.db"]
)
def test_a_wrong_address_is_a_mistake_of_the_caller(tmp_path: Path, address: str) -> None:
    with pytest.raises(SetupError, match="--database"):
        read_database(address.format(tmp_path), 1, Tally())


def test_tables_without_a_number_that_is_ever_drawn_are_refused(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match="11000"):
        read_database(database(tmp_path / "far.db", range(11_001, 11_003)), 1, Tally())
