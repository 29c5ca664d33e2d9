"""Carry escaped surrogates past msgspec, which refuses documents where one has no partner."""

import re
import secrets

# A letter first, so that a mask outside of a text is never taken for a number.
_MASK = b"x" + secrets.token_hex(16).encode()
_ESCAPE = re.compile(rb"\\(?:(u)(?=[dD][89a-fA-F])|.)", re.DOTALL)


def mask(body: bytes) -> bytes:
    """Hide the escapes of surrogates; every other byte stays."""
    return _ESCAPE.sub(lambda found: _MASK if found[1] else found[0], body)


def unmask(part: bytes) -> bytes:
    """Give a part of a masked body its bytes back."""
    return part.replace(_MASK, b"\\u")
