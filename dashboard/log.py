"""How far the log has grown, and when its newest record came."""

from dataclasses import dataclass
from datetime import UTC, datetime

from confluent_kafka import IsolationLevel, TopicPartition
from confluent_kafka.admin import AdminClient, OffsetSpec  # type: ignore[attr-defined]

from catalog.names import TOPICS
from catalog.settings import Kafka

TIMEOUT_SECONDS = 2.0


@dataclass(frozen=True)
class Log:
    """Say how many offsets Kafka has given out, over every topic, and the time of the newest record."""

    accepted: int
    newest_at: datetime | None


class LogReader:
    """Ask the broker for offsets only, never for records."""

    def __init__(self, kafka: Kafka) -> None:
        self._client = AdminClient({"bootstrap.servers": kafka.bootstrap, "log_level": 0})
        self._places = [TopicPartition(topic, each) for topic in TOPICS for each in range(kafka.partitions)]

    def read(self) -> Log:
        """Give the ends of all partitions; raises KafkaException when the broker does not answer."""
        ends = self._offsets(OffsetSpec.latest())  # type: ignore[no-untyped-call]
        newest = max(time for _, time in self._offsets(OffsetSpec.max_timestamp()))  # type: ignore[no-untyped-call]
        at = datetime.fromtimestamp(newest / 1000, UTC) if newest > 0 else None
        return Log(sum(offset for offset, _ in ends), at)

    def _offsets(self, wanted: OffsetSpec) -> list[tuple[int, int]]:
        asked = self._client.list_offsets(
            dict.fromkeys(self._places, wanted),
            isolation_level=IsolationLevel.READ_COMMITTED,
            request_timeout=TIMEOUT_SECONDS,
        )
        answers = [future.result(TIMEOUT_SECONDS + 1) for future in asked.values()]
        return [(answer.offset, answer.timestamp) for answer in answers]
