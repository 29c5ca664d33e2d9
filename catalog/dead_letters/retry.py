"""Try dead letters against the present rules, send them again, and see what became of them."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from confluent_kafka import KafkaError, Message, Producer
from psycopg2.extensions import connection
from pyiceberg.catalog import Catalog

from catalog.accounts.log import Headers, Log, Record
from catalog.dead_letters.bodies import outcomes, records
from catalog.dead_letters.box import Sent, claim, mark_retried, resolve, undecided
from catalog.dead_letters.ids import LetterId
from catalog.errors import TransientError
from catalog.names import Header, Outcome, Stream
from catalog.recompute.verdict import Accepted, verdict
from catalog.settings import Kafka

BATCH = 1_000
SEND_SECONDS = 30.0

Report = Callable[[int], None]
"""Take how many more letters were dealt with."""


def try_letters(
    ids: Sequence[LetterId], log: Log, catalog: Catalog, report: Report
) -> dict[str, Counter[str]]:
    """Say for each topic how many letters the present rules accept, and why they refuse others."""
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for batch in _batches(ids):
        for letter, record in records(batch, log, catalog):
            found[letter.topic][str(present_verdict(letter, record) or "accepted")] += 1
        report(len(batch))
    return dict(found)


def present_verdict(letter: LetterId, record: Record) -> str | None:
    """Give the reason for which the present rules refuse a record, None when they accept it."""
    stream = Stream(letter.topic) if letter.topic in tuple(Stream) else None
    found = verdict(stream, record.body)
    return None if isinstance(found, Accepted) else str(found.reason)


def retry_letters(
    ids: Sequence[LetterId], opened: connection, log: Log, catalog: Catalog, kafka: Kafka, report: Report
) -> int:
    """Send the bytes of open letters again, with their event_id and owner; count those sent.

    A batch is locked, sent, acknowledged by Kafka and then marked in one transaction: what another run
    has sent is passed over, and after a crash a batch may be sent twice, of which one is kept.
    Raises TransientError when Kafka does not acknowledge; letters of that batch stay open.
    """
    producer = Producer(_configuration(kafka))
    count = 0
    for batch in _batches(ids):
        claimed = claim(opened, batch)
        sent = _send(producer, list(records(claimed, log, catalog)))
        mark_retried(opened, sent)
        opened.commit()
        count += len(sent)
        report(len(batch))
    return count


def settle_letters(opened: connection, catalog: Catalog) -> int:
    """Call those letters resolved whose new record `history.events` shows as kept; count the undecided.

    A repeat counts as kept: its content is, under another record.
    """
    waiting = undecided(opened)
    places = {LetterId(sent.id.topic, sent.partition, sent.offset): sent.id for sent in waiting}
    found = outcomes(sorted(places), catalog)
    kept = [places[place] for place, outcome in found.items() if outcome != Outcome.REJECTED]
    for batch in _batches(kept):
        resolve(opened, batch)
    opened.commit()
    return len(waiting) - len(found)


def again(record: Record) -> Headers:
    """Give the headers of a record that is sent again: its own, and the number of the attempt."""
    own = [(name, value) for name, value in record.headers or () if name != Header.ATTEMPT]
    before = dict(record.headers or ()).get(Header.ATTEMPT) or b"0"
    return [*own, (str(Header.ATTEMPT), b"%d" % (int(before) + 1 if before.isdigit() else 1))]


def _send(producer: Producer, chosen: Sequence[tuple[LetterId, Record]]) -> list[Sent]:
    sent: list[Sent] = []
    refused: list[str] = []

    def report(letter: LetterId) -> Callable[[KafkaError | None, Message], None]:
        def delivered(error: KafkaError | None, message: Message) -> None:
            if error is None:
                sent.append(Sent(letter, message.partition() or 0, message.offset() or 0))
            else:
                refused.append(f"{letter}: {error.str()}")

        return delivered

    for letter, record in chosen:
        # To the partition of the first record, so that the post's records stay together, in order.
        producer.produce(
            letter.topic, record.body, record.key, letter.partition, report(letter), headers=_sendable(record)
        )
        producer.poll(0)
    left = producer.flush(SEND_SECONDS)
    if refused or left:
        why = refused[0] if refused else "no answer"
        raise TransientError(
            f"Kafka did not take {len(chosen) - len(sent)} letters ({why}); they stay open, ask again"
        )
    return sent


def _sendable(record: Record) -> list[Any]:
    return list(again(record))


def _batches(ids: Sequence[LetterId]) -> Iterator[list[LetterId]]:
    ordered = sorted(ids)
    return (ordered[at : at + BATCH] for at in range(0, len(ordered), BATCH))


def _configuration(kafka: Kafka) -> dict[str, Any]:
    return {
        "bootstrap.servers": kafka.bootstrap,
        "enable.idempotence": True,
        "acks": "all",
        "linger.ms": 5,
        "compression.type": "lz4",
        "delivery.timeout.ms": round(SEND_SECONDS * 1000),
        "message.max.bytes": 2_000_000,
        "log_level": 2,
    }
