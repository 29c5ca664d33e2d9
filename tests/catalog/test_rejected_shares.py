from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from catalog.dead_letters.alerts import rejected_shares, write_limits
from catalog.postgres import connect, migrate
from catalog.settings import DeadLetters, Postgres
from tests.servers.postgres import postgres_server

NOW = "date_trunc('minute', now() AT TIME ZONE 'UTC')"


@pytest.fixture(scope="module")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Postgres]:
    with postgres_server(tmp_path_factory.mktemp("postgres") / "data") as settings:
        migrate(settings)
        yield settings


@pytest.fixture(autouse=True)
def empty(postgres: Postgres) -> None:
    write_limits(postgres, DeadLetters())
    run(postgres, "TRUNCATE live.activity_by_stream, live.dead_letters")


def run(postgres: Postgres, statement: str, *values: Any) -> None:
    with connect(postgres) as opened, opened.cursor() as cursor:
        cursor.execute(statement, values)


def count(postgres: Postgres, minutes_ago: int, stream: str, outcome: str, records: int) -> None:
    minute = f"{NOW} - make_interval(mins => %s)"
    run(
        postgres,
        f"INSERT INTO live.activity_by_stream VALUES ({minute}, %s, %s, %s)",
        minutes_ago,
        stream,
        outcome,
        records,
    )


def reject(postgres: Postgres, offset: int, stream: str | None, reason: str) -> None:
    run(
        postgres,
        "INSERT INTO live.dead_letters (kafka_topic, kafka_partition, kafka_offset, accepted_at, stream,"
        f" reason) VALUES ('any', 0, %s, {NOW}, %s, %s)",
        offset, stream, reason,
    )  # fmt: skip


def alerts(postgres: Postgres) -> dict[str, tuple[bool, str | None]]:
    return {row["stream"]: (row["is_alert"], row["reason"]) for row in rejected_shares(postgres)}


def test_a_stream_above_the_limit_is_an_alert_with_the_commonest_reason(postgres: Postgres) -> None:
    count(postgres, 1, "pin", "kept", 80)
    count(postgres, 0, "pin", "rejected", 11)
    count(postgres, 0, "geo", "kept", 99)
    count(postgres, 0, "geo", "rejected", 11)
    count(postgres, 0, "", "rejected", 30)
    for offset, (stream, reason) in enumerate(
        [("pin", "b"), ("pin", "a"), ("pin", "b"), (None, "no_stream")]
    ):
        reject(postgres, offset, stream, reason)
    assert alerts(postgres) == {"pin": (True, "b"), "geo": (False, None), "": (True, "no_stream")}


def test_records_of_more_than_five_minutes_ago_do_not_count(postgres: Postgres) -> None:
    count(postgres, 7, "pin", "rejected", 1000)
    count(postgres, 2, "pin", "kept", 100)
    assert alerts(postgres) == {"pin": (False, None)}


def test_one_rejected_among_few_is_no_alert(postgres: Postgres) -> None:
    count(postgres, 0, "pin", "rejected", 19)
    assert alerts(postgres) == {"pin": (False, None)}


def test_the_limit_is_a_setting(postgres: Postgres) -> None:
    count(postgres, 0, "pin", "kept", 50)
    count(postgres, 0, "pin", "rejected", 50)
    write_limits(postgres, DeadLetters(alert_share=0.6))
    assert alerts(postgres) == {"pin": (False, None)}
    assert rejected_shares(postgres)[0]["limit_share"] == 0.6


def test_no_records_are_no_alert(postgres: Postgres, tmp_path: Path) -> None:
    assert alerts(postgres) == {}
