"""Tell a repeat from a newer version."""

from hashlib import blake2b
from typing import Any, NamedTuple

from msgspec.msgpack import Encoder

from catalog.names import Outcome
from catalog.recompute.clean import Cleaned, Pin

_encode = Encoder().encode
_POSTER = Pin._fields.index("poster_name")


class Digests(NamedTuple):
    """Hold 16 bytes for all columns, and 16 for all but a pin's poster_name, which its older form lacks."""

    content: bytes
    bare: bytes
    """The very same object as content where there is no such column."""


def digests(cleaned: Cleaned) -> Digests:
    """Digest the columns that say whether two records are equal."""
    if not isinstance(cleaned, Pin):
        return Digests(content := _digest(cleaned), content)
    bare = _digest((*cleaned[:_POSTER], *cleaned[_POSTER + 1 :]))
    return Digests(_digest((bare, cleaned.poster_name)), bare)


class Judge:
    """Judge the records of one stream in their order of arrival; each place is remembered as one number."""

    def __init__(
        self, seen: dict[bytes, int | None] | None = None, seen_bare: dict[bytes, int | None] | None = None
    ) -> None:
        self.seen: dict[bytes, int | None] = {} if seen is None else seen
        """Place of the kept record of a content; None when the first of this content was a repeat."""
        self.seen_bare: dict[bytes, int | None] = {} if seen_bare is None else seen_bare
        """Place of the first pin that has these columns, poster_name aside; None when it was no kept one."""

    def judge(self, cleaned: Cleaned, older_form: bool, place: int) -> Outcome:
        """Say whether a record is kept or a repeat; the older form of a pin lacks the field poster_name."""
        return self.weigh(digests(cleaned), older_form, place)

    def weigh(self, mark: Digests, older_form: bool, place: int) -> Outcome:
        """Say the same of a record whose columns are digested already."""
        content, bare = mark
        repeat = content in self.seen or (older_form and bare in self.seen_bare)
        self.seen.setdefault(content, None if repeat else place)
        if bare is not content:
            self.seen_bare.setdefault(bare, place)
        return Outcome.REPEAT if repeat else Outcome.KEPT

    def take_back(self, mark: Digests) -> None:
        """Call the record that was just judged kept a repeat of one that was met elsewhere."""
        place, self.seen[mark.content] = self.seen[mark.content], None
        if mark.bare is not mark.content and self.seen_bare[mark.bare] == place:
            self.seen_bare[mark.bare] = None


def _digest(columns: tuple[Any, ...]) -> bytes:
    return blake2b(_encode(columns), digest_size=16).digest()
