"""Make posts: three records with one number, in the shapes and shares of the real ones.

The number is a counter from `start`: no two posts of a run share one by accident, and runs with ranges apart
never meet. The same seed gives the same bytes, whatever the pace; a longer run begins with a shorter one.
"""

from datetime import date
from itertools import count as numbers_from
from itertools import islice
from random import Random
from typing import NamedTuple

from faker import Faker
from faker.providers.address.en import Provider as Addresses

from catalog.names import Stream
from ingest.emulator.draws import Draw, Moments, as_json, seeded
from ingest.emulator.events import Event, Posts
from ingest.emulator.people import People
from ingest.emulator.texts import Texts

CATEGORIES = {
    b"christmas": 125, b"tattoos": 111, b"art": 110, b"mens-fashion": 109, b"travel": 109, b"quotes": 99,
    b"education": 98, b"home-decor": 97, b"beauty": 93, b"event-planning": 91, b"diy-and-crafts": 89,
    b"finance": 89, b"vehicles": 82,
}  # fmt: skip
POSTED = Moments(date(2017, 10, 20), date(2022, 10, 16))
COUNTRY_SKEW = 0.9
"""Each country in alphabetical order is that much rarer than the one before, down to a floor."""

NO_TITLE = b'"No Title Data Available"'
NO_DESCRIPTION = b'"No description available"'
NO_STORY = b'"No description available Story format"'
NO_TAGS = b'"N,o, ,T,a,g,s, ,A,v,a,i,l,a,b,l,e"'
NO_IMAGE = b'"Image src error."'
NO_USER = b"User Info Error"


class Look(NamedTuple):
    """Say what a pin shows, and which of its fields are placeholders."""

    media: bytes
    description: bytes | None = None
    no_image: bool = False
    no_tags: bool = False
    no_user: bool = False
    older: bool = False


_STORY = b"multi-video(story page format)"
LOOKS = {
    Look(b"image"): 1140,
    Look(b"image", older=True): 2,
    Look(b"video"): 37,
    Look(_STORY, NO_STORY): 62,
    Look(b"image", NO_DESCRIPTION): 21,
    Look(_STORY, NO_STORY, no_image=True): 18,
    Look(_STORY, NO_STORY, no_image=True, no_tags=True, no_user=True): 14,
    Look(b"image", no_tags=True): 5,
    Look(b"video", no_tags=True): 2,
    Look(b"video", NO_DESCRIPTION): 1,
}
"""Rows of 1302 that look so; where the user is a placeholder the title is one too."""

_PIN = (
    b'{"index": %d, "unique_id": "%b", "title": %b, "description": %b, %b"follower_count": "%b", '
    b'"tag_list": %b, "is_image_or_video": "%b", "image_src": %b, "downloaded": %d, '
    b'"save_location": "Local save in /data/%b", "category": "%b"}'
)
_GEO = b'{"ind": %d, "timestamp": "%b", "latitude": %b, "longitude": %b, "country": %b}'
_USER = b'{"ind": %d, %b}'


class Maker:
    """Make single records for a number, from pools that depend on the seed alone."""

    def __init__(self, seed: int) -> None:
        rng = seeded("pools", seed)
        fake = Faker("en_US")
        fake.seed_instance(seed)
        self._texts = Texts(rng, fake)
        self._people = People(rng, fake)
        self._looks = Draw(LOOKS)
        self._categories = Draw(CATEGORIES)
        self._countries = Draw(_country_weights(rng))

    def pin(self, number: int, rng: Random) -> Event:
        """Make a pin."""
        look, category, texts = self._looks(rng), self._categories(rng), self._texts
        body = _PIN % (
            number,
            _uuid4(rng),
            NO_TITLE if look.no_user else _pick(texts.titles, rng),
            look.description or _pick(texts.descriptions, rng),
            b"" if look.older else b'"poster_name": %b, ' % self._poster(look, rng),
            NO_USER if look.no_user else _follower_count(rng),
            NO_TAGS if look.no_tags else _pick(texts.tags, rng),
            look.media,
            NO_IMAGE if look.no_image else _image_address(rng),
            not look.no_image,
            category,
            category,
        )
        return Event(Stream.PIN, number, body)

    def geo(self, number: int, rng: Random) -> Event:
        """Make a place."""
        latitude, longitude = _degrees(90, rng), _degrees(180, rng)
        body = _GEO % (number, POSTED(rng), latitude, longitude, self._countries(rng))
        return Event(Stream.GEO, number, body)

    def user(self, number: int, rng: Random) -> Event:
        """Make a user: one of those known, the regulars more often."""
        return Event(Stream.USER, number, _USER % (number, self._people.anyone(rng)))

    def newer(self, earlier: Event, rng: Random) -> Event:
        """Make another version of a record, never with the same content."""
        if earlier.stream is Stream.USER:
            body = _USER % (earlier.number, self._people.somebody_new(rng))
            return Event(Stream.USER, earlier.number, body)
        make = self.pin if earlier.stream is Stream.PIN else self.geo
        return make(earlier.number, rng)

    def _poster(self, look: Look, rng: Random) -> bytes:
        return b'"%b"' % NO_USER if look.no_user else _pick(self._texts.posters, rng)


def posts(maker: Maker, seed: int, start: int = 0, count: int | None = None) -> Posts:
    """Make posts with the numbers from start; without a count they never end."""
    rng = seeded("posts", seed)
    for number in islice(numbers_from(start), count):
        yield maker.pin(number, rng), maker.geo(number, rng), maker.user(number, rng)


def _country_weights(rng: Random) -> dict[bytes, float]:
    names = sorted(set(Addresses.countries))
    return {as_json(name, rng): 2.5 + 60 * COUNTRY_SKEW**place for place, name in enumerate(names)}


def _pick(pool: list[bytes], rng: Random) -> bytes:
    return pool[int(rng.random() * len(pool))]


def _uuid4(rng: Random) -> bytes:
    digits = b"%032x" % rng.getrandbits(128)
    parts = digits[:8], digits[8:12], digits[13:16], b"89ab"[digits[0] & 3], digits[17:20], digits[20:]
    return b"%b-%b-4%b-%c%b-%b" % parts


def _image_address(rng: Random) -> bytes:
    digits = b"%032x" % rng.getrandbits(128)
    kind = b"jpg" if rng.random() < 0.84 else b"png"
    place = digits[:2], digits[2:4], digits[4:6], digits, kind
    return b'"https://img.pins.example/originals/%b/%b/%b/%b.%b"' % place


def _follower_count(rng: Random) -> bytes:
    kind = rng.random()
    if kind < 0.731:
        return b"%dk" % 985 ** rng.random()
    return b"%dM" % 9 ** rng.random() if kind > 0.926 else b"%d" % (999 ** rng.random() - 1)


def _degrees(bound: int, rng: Random) -> bytes:
    return repr(round((2 * rng.random() - 1) * bound, 4)).encode()
