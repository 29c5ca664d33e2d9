from collections.abc import Iterator

import pytest
from confluent_kafka import Producer

from catalog.accounts.log import Extent, KafkaLog
from catalog.errors import TransientError
from catalog.names import UNREADABLE_TOPIC, Stream
from catalog.settings import Kafka
from tests.servers.kafka_broker import kafka_broker


@pytest.fixture(scope="module")
def kafka(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kafka]:
    with kafka_broker(tmp_path_factory.mktemp("kafka") / "broker") as broker:
        yield broker.settings


def bodies(kafka: Kafka, topic: str, partition: int) -> list[tuple[int, bytes | None]]:
    with KafkaLog(kafka) as log:
        extent = log.extents(topic)[partition]
        batches = list(log.batches(topic, partition, extent))
    return [(record.offset, record.body) for batch in batches for record in batch]


def transaction(kafka: Kafka, body: bytes, *, commit: bool) -> None:
    producer = Producer({"bootstrap.servers": kafka.bootstrap, "transactional.id": "test", "log_level": 0})
    producer.init_transactions()
    producer.begin_transaction()
    producer.produce(Stream.GEO, body, partition=1)
    producer.flush()
    if commit:
        producer.commit_transaction()
    else:
        producer.abort_transaction()


def test_every_record_is_read_with_its_bytes_key_headers_and_time(kafka: Kafka) -> None:
    producer = Producer({"bootstrap.servers": kafka.bootstrap})
    for body in (b'{"ind": 1}', b"\xff\x00", b"", None):
        producer.produce(
            Stream.USER, body, key=b"1", partition=2, headers=[("owner", b"me"), ("empty", None)]
        )
    producer.flush()
    assert bodies(kafka, Stream.USER, 2) == [(0, b'{"ind": 1}'), (1, b"\xff\x00"), (2, b""), (3, None)]
    with KafkaLog(kafka) as log:
        first = next(log.batches(Stream.USER, 2, Extent(0, 1)))[0]
    assert (first.key, first.headers) == (b"1", [("owner", b"me"), ("empty", None)])
    assert first.accepted_us % 1000 == 0
    assert first.accepted_us > 1_700_000_000_000_000


def test_aborted_records_and_control_marks_are_left_out(kafka: Kafka) -> None:
    transaction(kafka, b"one", commit=True)
    transaction(kafka, b"two", commit=False)
    transaction(kafka, b"three", commit=True)
    assert [body for _, body in bodies(kafka, Stream.GEO, 1)] == [b"one", b"three"]


def test_an_empty_partition_has_no_records(kafka: Kafka) -> None:
    assert bodies(kafka, UNREADABLE_TOPIC, 0) == []


def test_a_topic_that_is_not_there_has_no_partitions(kafka: Kafka) -> None:
    with KafkaLog(kafka) as log:
        assert log.extents("nothing") == {}


def test_a_broker_that_is_away_is_named_as_such(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("catalog.accounts.log.WAIT_SECONDS", 0.5)
    with (
        KafkaLog(Kafka(bootstrap="127.0.0.1:1")) as log,
        pytest.raises(TransientError, match="does not answer"),
    ):
        log.extents(Stream.PIN)
