"""Judge one record from its bytes: decode and clean."""

from typing import NamedTuple

from catalog.contracts import contract
from catalog.decode import decode
from catalog.names import Reason, Stream
from catalog.recompute.clean import Cleaned, Rejected, clean


class Accepted(NamedTuple):
    """Hold a record that passed every check, before repeats are judged."""

    cleaned: Cleaned
    older_form: bool


def verdict(stream: Stream | None, body: bytes | None) -> Accepted | Rejected:
    """Decode and clean the bytes of one record; no stream means that they fit none."""
    if stream is None:
        return Rejected(Reason.NO_STREAM, None, None)
    decoded = decode(body, contract(stream))
    if decoded.error is not None:
        return Rejected(decoded.error, decoded.field, decoded.value)
    cleaned = clean(stream, decoded.row)
    if isinstance(cleaned, Rejected):
        return cleaned
    return Accepted(cleaned, not decoded.row.get("poster_name_present", True))
