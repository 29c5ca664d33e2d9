"""The life of dead letters, on a real Kafka, a real Postgres and real Iceberg tables."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from confluent_kafka import Producer
from psycopg2.extensions import connection
from pyiceberg.catalog import Catalog

from catalog.accounts.log import Extent, KafkaLog, Record
from catalog.dead_letters import box
from catalog.dead_letters.bodies import records
from catalog.dead_letters.box import Choice, Group, State, letter_id
from catalog.dead_letters.ids import LetterId
from catalog.dead_letters.retry import again, retry_letters, settle_letters, try_letters
from catalog.names import Reason
from catalog.postgres import connect, migrate
from catalog.settings import Kafka, Postgres
from tests.catalog.accounts_rows import append, event_row, lake, record, user_body
from tests.servers.kafka_broker import Broker, kafka_broker
from tests.servers.postgres import postgres_server

HOSTILE = [b"\xff\x00\xfe", b"", b'{"ind": 1, "ind": 2}', '{"ind": "\u00e9\u2028"}'.encode(), b"[" * 5000]
INSERT = (
    "INSERT INTO live.dead_letters (kafka_topic, kafka_partition, kafka_offset, accepted_at, owner, event_id,"
    " stream, reason) VALUES (%s, %s, %s, to_timestamp(%s) AT TIME ZONE 'UTC', 'me', %s, %s, %s)"
    " ON CONFLICT (kafka_topic, kafka_partition, kafka_offset) DO UPDATE SET reason = excluded.reason"
)


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    with kafka_broker(tmp_path_factory.mktemp("kafka") / "broker") as broker:
        yield broker


@pytest.fixture(scope="module")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Postgres]:
    with postgres_server(tmp_path_factory.mktemp("postgres") / "data") as settings:
        migrate(settings)
        yield settings


class Office:
    """Hold everything that letters pass through, and do by hand what Flink does."""

    def __init__(self, kafka: Kafka, opened: connection, log: KafkaLog, history: Catalog) -> None:
        self.kafka, self.opened, self.log, self.history = kafka, opened, log, history

    def accept(self, bodies: list[bytes], partition: int) -> list[LetterId]:
        """Write records to Kafka as the door does, and give their places."""
        producer, places = Producer({"bootstrap.servers": self.kafka.bootstrap}), []
        for number, body in enumerate(bodies):
            headers = [("event_id", b"id-%d-%d" % (partition, number)), ("owner", b"me"), ("door", b"rest")]
            producer.produce(
                "user",
                body,
                b"7",
                partition,
                lambda _, message: places.append(message.offset()),
                headers=headers,
            )
        producer.flush()
        return [LetterId("user", partition, offset) for offset in places]

    def held(self, place: LetterId) -> Record:
        (batch,) = self.log.batches(place.topic, place.partition, Extent(place.offset, place.offset + 1))
        return batch[0]

    def commit(self, place: LetterId, outcome: str) -> None:
        """Let history and live show what became of a record."""
        found, number = self.held(place), None if outcome == "rejected" else 1
        row = event_row(found, place.topic, outcome, place.partition, ind=number)
        event_id = dict(found.headers or ())["event_id"]
        assert event_id is not None
        append(self.history, "events", [row | {"event_id": event_id.decode()}])
        if outcome == "rejected":
            with self.opened.cursor() as cursor:
                seconds = found.accepted_us / 1_000_000
                cursor.execute(INSERT, (*place, seconds, event_id.decode(), "user", "not_json"))
            self.opened.commit()

    def retry(self, *ids: LetterId) -> int:
        return retry_letters(ids, self.opened, self.log, self.history, self.kafka, lambda _: None)

    def settle(self) -> int:
        return settle_letters(self.opened, self.history)

    def row(self, place: LetterId) -> dict[str, Any]:
        (row,) = box.letters(self.opened, Choice(place))
        return row

    def sent_to(self, place: LetterId) -> LetterId:
        row = self.row(place)
        return LetterId("user", row["retried_partition"], row["retried_offset"])


@pytest.fixture
def office(broker: Broker, postgres: Postgres, tmp_path: Path) -> Iterator[Office]:
    with connect(postgres) as opened, KafkaLog(broker.settings) as log, lake(tmp_path) as history:
        with opened.cursor() as cursor:
            cursor.execute("TRUNCATE live.dead_letters")
        opened.commit()
        yield Office(broker.settings, opened, log, history)


def refused(office: Office, bodies: list[bytes], partition: int = 0) -> list[LetterId]:
    places = office.accept(bodies, partition)
    for place in places:
        office.commit(place, "rejected")
    return places


def test_a_retried_record_has_the_bytes_key_owner_and_event_id_of_the_first(office: Office) -> None:
    places = refused(office, HOSTILE)
    assert office.retry(*places) == len(HOSTILE)
    for place in places:
        first, second = office.held(place), office.held(office.sent_to(place))
        assert (second.body, second.key) == (first.body, first.key)
        assert second.headers == [*(first.headers or ()), ("attempt", b"1")]
        assert (office.row(place)["state"], office.row(place)["attempts"]) == (State.RETRIED, 1)


def test_a_letter_is_resolved_when_history_shows_that_its_new_record_is_kept(office: Office) -> None:
    kept, repeated, waiting = refused(office, [user_body(1), user_body(2), user_body(3)], 1)
    office.retry(kept, repeated, waiting)
    assert office.settle() == 3
    office.commit(office.sent_to(kept), "kept")
    office.commit(office.sent_to(repeated), "repeat")
    assert office.settle() == 1
    assert [office.row(each)["state"] for each in (kept, repeated, waiting)] == [
        "resolved",
        "resolved",
        "retried",
    ]


def test_what_was_sent_again_and_is_undecided_is_not_sent_a_second_time(office: Office) -> None:
    places = refused(office, [b"a", b"b"], 2)
    assert office.retry(*places) == 2
    assert office.retry(*places) == 0
    assert len(box.letters(office.opened, Choice(state=State.OPEN))) == 0


def test_a_record_that_is_refused_again_is_a_letter_of_its_own_that_counts_the_attempts(
    office: Office,
) -> None:
    (first,) = refused(office, [b"still broken"], 3)
    office.retry(first)
    second = office.sent_to(first)
    office.commit(second, "rejected")
    assert office.settle() == 0
    assert (office.row(first)["state"], office.row(second)["state"]) == (State.RETRIED, State.OPEN)
    assert (office.row(first)["attempts"], office.row(second)["attempts"]) == (1, 1)
    office.retry(second)
    third = office.sent_to(second)
    assert dict(office.held(third).headers or ())["attempt"] == b"2"
    office.commit(third, "kept")
    office.settle()
    assert {office.row(each)["state"] for each in (first, second)} == {State.RESOLVED}


def test_a_live_job_that_writes_a_letter_again_leaves_what_became_of_it(office: Office) -> None:
    (place,) = refused(office, [b"x"], 3)
    office.retry(place)
    before = office.row(place)
    office.commit(place, "rejected")
    assert office.row(place) == before


def test_trying_says_what_the_present_rules_say_and_changes_nothing(office: Office) -> None:
    places = refused(office, [user_body(1), b"?", user_body(2, age=151)], 1)
    before = box.letters(office.opened, Choice())
    tried = try_letters(places, office.log, office.history, lambda _: None)
    assert tried == {"user": {"accepted": 1, "not_json": 1, "out_of_range": 1}}
    assert box.letters(office.opened, Choice()) == before


def test_bytes_that_kafka_has_dropped_come_from_history(office: Office) -> None:
    (place,) = refused(office, [b"\x00old"], 1)

    class Younger(KafkaLog):
        def extents(self, topic: str) -> dict[int, Extent]:
            return {
                number: Extent(extent.end, extent.end) for number, extent in super().extents(topic).items()
            }

    with Younger(office.kafka) as log:
        ((found, of),) = records([place], log, office.history)
    assert (found, of.body, of.key) == (place, b"\x00old", b"7")
    assert (of.accepted_us, sorted(of.headers or ())) == (
        office.held(place).accepted_us,
        sorted(office.held(place).headers or ()),
    )


def test_waived_letters_are_not_sent_again(office: Office) -> None:
    first, second = refused(office, [b"1", b"2"], 0)
    assert box.waive(office.opened, Choice(first)) == 1
    assert office.retry(first, second) == 1
    assert office.row(first)["state"] == State.WAIVED
    assert box.waive(office.opened, Choice(reason=Reason.NOT_JSON)) == 0


def test_letters_are_counted_by_reason_with_their_states(office: Office) -> None:
    places = refused(office, [b"1", b"2", b"3"], 0)
    office.retry(places[0])
    (row,) = box.counts(office.opened, Choice(owner="me"), Group.REASON)
    assert {name: row[name] for name in ("reason", "letters", "open", "retried", "resolved")} == {
        "reason": "not_json", "letters": 3, "open": 2, "retried": 1, "resolved": 0,
    }  # fmt: skip
    assert box.counts(office.opened, Choice(owner="'; DROP TABLE live.posts --"), Group.STREAM) == []
    assert letter_id(box.letters(office.opened, Choice(), limit=1)[0]) == places[2]


def test_ten_thousand_letters_are_sent_in_batches(office: Office) -> None:
    places = refused_at_once(office, 10_000)
    steps: list[int] = []
    sent = retry_letters(places, office.opened, office.log, office.history, office.kafka, steps.append)
    assert (sent, sum(steps), len(steps)) == (10_000, 10_000, 10)
    assert (
        len({office_row["retried_offset"] for office_row in box.letters(office.opened, Choice())}) == 10_000
    )


def refused_at_once(office: Office, count: int) -> list[LetterId]:
    places = office.accept([b"poison %d" % number for number in range(count)], 2)
    with office.opened.cursor() as cursor:
        cursor.executemany(
            INSERT, [(*place, 1.7e9, f"many-{place.offset}", "user", "not_json") for place in places]
        )
    office.opened.commit()
    return places


def test_an_attempt_is_counted_in_the_header() -> None:
    once = again(record(1, b"x"))
    assert once[-1] == ("attempt", b"1")
    assert again(record(1, b"x")._replace(headers=once))[-1] == ("attempt", b"2")
    assert again(record(1, b"x")._replace(headers=None)) == [("attempt", b"1")]
