"""Tell a repeat from a newer version."""

from hashlib import blake2b
from typing import Any

from msgspec.msgpack import Encoder

from catalog.names import Outcome
from catalog.recompute.clean import Cleaned, Pin

_encode = Encoder().encode
_POSTER = Pin._fields.index("poster_name")


def digests(cleaned: Cleaned) -> tuple[bytes, bytes]:
    """Give 16 bytes for all columns, and 16 for all but a pin's poster_name, which its older form lacks."""
    if not isinstance(cleaned, Pin):
        return (content := _digest(cleaned)), content
    bare = _digest((*cleaned[:_POSTER], *cleaned[_POSTER + 1 :]))
    return _digest((bare, cleaned.poster_name)), bare


class Judge:
    """Judge the records of one stream in their order of arrival; each place is remembered as one number."""

    def __init__(self) -> None:
        self.seen: dict[bytes, int | None] = {}
        """Place of the kept record of a content; None when the first of this content was a repeat."""
        self.seen_bare: dict[bytes, int] = {}
        """Place of the first pin that has these columns, poster_name aside; it was kept."""

    def judge(self, cleaned: Cleaned, older_form: bool, place: int) -> Outcome:
        """Say whether a record is kept or a repeat; the older form of a pin lacks the field poster_name."""
        content, bare = digests(cleaned)
        repeat = content in self.seen or (older_form and bare in self.seen_bare)
        self.seen.setdefault(content, None if repeat else place)
        if isinstance(cleaned, Pin):
            self.seen_bare.setdefault(bare, place)
        return Outcome.REPEAT if repeat else Outcome.KEPT


def _digest(columns: tuple[Any, ...]) -> bytes:
    return blake2b(_encode(columns), digest_size=16).digest()
