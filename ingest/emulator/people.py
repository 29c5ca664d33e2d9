"""The people who post, some of whom do so again and again."""

from datetime import date
from random import Random

from faker import Faker

from ingest.emulator.draws import Draw, Moments, as_json

REGULARS, OTHERS = 40, 20_000
REGULAR_SHARE = 0.25
JOINED = Moments(date(2015, 10, 21), date(2017, 10, 18))


def _age_weight(age: int) -> float:
    """Follow the ages that were seen: most people are 20, few are over 40."""
    return {20: 188, 21: 123}.get(age, max(9, 66 - 3.2 * (age - 22)))


AGES = Draw({b"%d" % age: _age_weight(age) for age in range(20, 61)})


class People:
    """Hold everybody as the fields of a user row without its number."""

    def __init__(self, rng: Random, fake: Faker) -> None:
        self._first = [as_json(fake.first_name(), rng) for _ in range(400)]
        self._last = [as_json(fake.last_name(), rng) for _ in range(600)]
        self._all = [self.somebody_new(rng) for _ in range(REGULARS + OTHERS)]

    def somebody_new(self, rng: Random) -> bytes:
        """Make a person."""
        names = rng.choice(self._first), rng.choice(self._last)
        return b'"first_name": %b, "last_name": %b, "age": %b, "date_joined": "%b"' % (
            *names,
            AGES(rng),
            JOINED(rng),
        )

    def anyone(self, rng: Random) -> bytes:
        """Choose a known person, the regulars more often."""
        bound = REGULARS if rng.random() < REGULAR_SHARE else len(self._all)
        return self._all[int(rng.random() * bound)]
