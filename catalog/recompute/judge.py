"""Tell a repeat from a newer version."""

from hashlib import blake2b

from msgspec.msgpack import Encoder

from catalog.names import Outcome
from catalog.recompute.clean import Cleaned, Pin

_ENCODER = Encoder()


def digest(cleaned: Cleaned) -> bytes:
    """Give 16 bytes that are the same for equal cleaned columns only."""
    return blake2b(_ENCODER.encode(tuple(cleaned)), digest_size=16).digest()


def bare_digest(cleaned: Cleaned) -> bytes:
    """Give the digest of all columns but poster_name, which the older form of a pin lacks."""
    return digest(cleaned._replace(poster_name=None) if isinstance(cleaned, Pin) else cleaned)


class Judge:
    """Judge the records of one stream in their order of arrival; each place is remembered as one number."""

    def __init__(self) -> None:
        self.seen: dict[bytes, int | None] = {}
        """Place of the kept record of a content; None when the first of this content was a repeat."""
        self.seen_bare: dict[bytes, int] = {}
        """Place of the first record that has these columns, poster_name aside; it was kept."""

    def judge(self, cleaned: Cleaned, older_form: bool, place: int) -> Outcome:
        """Say whether a record is kept or a repeat; the older form of a pin lacks the field poster_name."""
        content, bare = digest(cleaned), bare_digest(cleaned) if isinstance(cleaned, Pin) else None
        repeat = content in self.seen or (older_form and bare in self.seen_bare)
        self.seen.setdefault(content, None if repeat else place)
        if bare is not None:
            self.seen_bare.setdefault(bare, place)
        return Outcome.REPEAT if repeat else Outcome.KEPT
