"""How much Kafka has accepted, and how much of it the live views have seen."""

from catalog.accounts.log import KafkaLog
from catalog.names import TOPICS
from catalog.postgres import connect
from catalog.settings import Kafka, Postgres


def accepted(kafka: Kafka) -> int:
    """Count the offsets that Kafka has given out, over every topic; raises TransientError when it is away."""
    with KafkaLog(kafka) as log:
        return sum(extent.end for topic in TOPICS for extent in log.extents(topic).values())


def counted_live(postgres: Postgres) -> int:
    """Count the records that the live views have seen."""
    with connect(postgres) as opened, opened.cursor() as cursor:
        cursor.execute("SELECT coalesce(sum(records), 0) FROM live.activity_total")
        (records,) = cursor.fetchone() or (0,)
    return int(records)
