from collections.abc import Iterator

import pytest

from catalog.postgres import connect, migrate
from catalog.settings import Postgres
from stack.verbs.measured import accounts_last_closed, freshness_by_stream
from tests.servers.kafka_broker import free_port
from tests.servers.postgres import postgres_server

STREAMS = {f"{stage}.{stream}" for stage in ("live", "history") for stream in ("pin", "geo", "user")}


@pytest.fixture(scope="module")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Postgres]:
    with postgres_server(tmp_path_factory.mktemp("measured") / "data") as server:
        migrate(server)
        yield server


def run(postgres: Postgres, statement: str) -> None:
    with connect(postgres) as connection, connection.cursor() as cursor:
        cursor.execute(statement)


def test_without_postgres_all_is_unknown() -> None:
    away = Postgres(port=free_port())
    assert {name: row["state"] for name, row in freshness_by_stream(away).items()} == dict.fromkeys(
        STREAMS, "unknown"
    )
    assert accounts_last_closed(away)["all"]["state"] == "unknown"


def test_what_was_never_measured_is_unknown(postgres: Postgres) -> None:
    assert {row["state"] for row in freshness_by_stream(postgres).values()} == {"unknown"}
    assert accounts_last_closed(postgres)["all"]["state"] == "unknown"


@pytest.mark.parametrize(
    ("overdue", "measured", "state"),
    [(0, "now()", "met"), (9, "now()", "missed"), (0, "now() - interval '2 minutes'", "unknown")],
)
def test_an_objective_is_met_missed_or_unknown(
    postgres: Postgres, overdue: int, measured: str, state: str
) -> None:
    run(
        postgres,
        "TRUNCATE live.freshness, live.freshness_waiting; INSERT INTO live.freshness VALUES"
        " (now(), 'live', 'pin', 0.5, 600), (now(), 'live', 'pin', 1.5, 395), (now(), 'live', 'pin', 2, 5);"
        f"INSERT INTO live.freshness_waiting VALUES ('live', 'pin', 1.5, 20, {overdue}, 0.3, {measured})",
    )
    row = freshness_by_stream(postgres)["live.pin"]
    assert (row["state"], row["records"], row["p50_seconds"], row["p99_seconds"]) == (state, 1000, 0.5, 1.5)


def test_accounts_are_closed_unless_something_is_wrong(postgres: Postgres) -> None:
    run(
        postgres,
        "INSERT INTO live.accounts VALUES ('pin', 0, now(), 9, 8, 1, 0, 0, 0, 0, 0),"
        " ('geo', 0, now(), 9, 9, 0, 0, 0, 0, 0, 0)",
    )
    row = accounts_last_closed(postgres)["all"]
    assert (row["state"], row["accepted"], row["kept"]) == ("closed", 18, 17)
    run(postgres, "UPDATE live.accounts SET missing = 1 WHERE kafka_topic = 'pin'")
    assert accounts_last_closed(postgres)["all"]["state"] == "not closed"
