"""Titles, descriptions, tags and posters as JSON texts, made once from the seed."""

from random import Random

from faker import Faker
from faker.providers.lorem.en_US import Provider as Lorem

from ingest.emulator.draws import as_json

TITLES, DESCRIPTIONS, TAGS, POSTERS = 2000, 3000, 2000, 2500
MAX_DESCRIPTION = 178
ACCENTED = ("café", "naïve", "décor", "jalapeño", "crème brûlée", "Ñandú", "“cozy”", "½", "it\u2019s", "30°")
EMOJI = ("😍", "🎄", "✨", "🌿", "❤️", "👨‍👩‍👧")


class Texts:
    """Hold the pools that pins draw from."""

    def __init__(self, rng: Random, fake: Faker) -> None:
        self._rng = rng
        self._fake = fake
        self._words = sorted(set(Lorem.word_list))
        self.titles = [self._title() for _ in range(TITLES)]
        self.descriptions = [self._description() for _ in range(DESCRIPTIONS)]
        self.tags = [self._tags() for _ in range(TAGS)]
        self.posters = [self._poster() for _ in range(POSTERS)]

    def _phrase(self, length: int) -> str:
        words = " ".join(self._rng.choices(self._words, k=length // 3))
        return words[:length].rpartition(" ")[0].capitalize()

    def _by_chance(self, share: float, text: str) -> str:
        return text if self._rng.random() < share else ""

    def _title(self) -> bytes:
        accent = self._by_chance(0.1, " " + self._rng.choice(ACCENTED))
        edge = self._by_chance(0.003, " ")
        return self._json(self._phrase(self._rng.randint(20, 84)).title() + accent + edge)

    def _description(self) -> bytes:
        if self._rng.random() < 0.37:
            return self._json(self._phrase(MAX_DESCRIPTION) + "…\u00a0")
        accent = self._by_chance(0.15, " " + self._rng.choice(ACCENTED))
        emoji = self._by_chance(0.015, " " + self._rng.choice(EMOJI))
        return self._json(self._phrase(self._rng.randint(35, MAX_DESCRIPTION)) + accent + emoji)

    def _tags(self) -> bytes:
        return self._json(",".join(self._phrase(self._rng.randint(14, 24)).title() for _ in range(9)))

    def _poster(self) -> bytes:
        slogan = self._by_chance(0.2, " | " + self._fake.catch_phrase())
        return self._json(self._fake.company() + slogan + self._by_chance(0.016, " "))

    def _json(self, text: str) -> bytes:
        return as_json(text, self._rng)
