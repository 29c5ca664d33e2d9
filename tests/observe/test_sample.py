from random import Random

import pytest

from catalog.names import Stream
from observe.records import Record, chance_of
from observe.sample import Sample

MOST = 64


def drawn(offset: int, accepted: float = 0.0) -> Record:
    return Record(Stream.PIN, 0, offset, accepted, offset, chance_of("pin", 0, offset))


def test_few_records_are_all_drawn_and_count_for_themselves() -> None:
    sample = Sample(MOST)
    for offset in range(MOST):
        sample.offer(drawn(offset))
    assert sample.take(list(sample)) == [(drawn(offset), 1) for offset in range(MOST)]


def test_never_more_than_the_bound_wait() -> None:
    sample = Sample(MOST)
    for offset in range(100_000):
        sample.offer(drawn(offset))
        assert len(sample) <= MOST


def test_what_is_counted_is_right_on_average_whatever_the_rate_and_the_age() -> None:
    """A tenth of the records is slow, and a burst in the middle lets the sample thin out."""
    counted = {"slow": 0, "fast": 0}
    for run in range(300):
        sample, slow = Sample(MOST), Random(run)
        for offset in range(run * 10_000, run * 10_000 + 1000):
            sample.offer(drawn(offset, accepted=float(slow.random() < 0.1)))
            is_burst = 400 < offset % 10_000 < 700
            if not is_burst and offset % 10 == 0:
                seen = sample.take([record for record in sample if not record.accepted])
                counted["fast"] += sum(weight for _, weight in seen)
        for record, weight in sample.take(list(sample)):
            counted["slow" if record.accepted else "fast"] += weight
    assert counted["slow"] / 300 == pytest.approx(100, rel=0.06)
    assert counted["fast"] / 300 == pytest.approx(900, rel=0.03)


def test_more_is_drawn_again_when_few_wait() -> None:
    sample = Sample(MOST)
    for offset in range(10_000):
        sample.offer(drawn(offset))
    sample.take(list(sample))
    for _ in range(10):
        sample.relax()
    assert sample.mask == 0
