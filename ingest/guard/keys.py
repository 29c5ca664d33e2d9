"""API keys: whose a key is, and how many requests a second it may make.

The file has one line a key, `owner:sha256 of the key in hexadecimal`, then perhaps a colon and its own rate.
"""

import hmac
import os
import re
import secrets
from collections.abc import Mapping
from hashlib import blake2b, sha256
from pathlib import Path

import structlog

from catalog.errors import SetupError
from ingest.errors import Refusal
from ingest.guard.rates import Bucket

LOOK_SECONDS = 1.0
"""How often the file is held against what is known of it."""

_LINE = re.compile(r"(?P<owner>[A-Za-z0-9_.-]+):(?P<hash>[0-9a-f]{64})(?::(?P<rate>\d+(?:\.\d+)?))?")
_AMAZON = re.compile(rb"AWS4-HMAC-SHA256 +Credential=([^/,\s]+)/")
_BEARER = re.compile(rb"[Bb]earer +(\S+)")

log = structlog.get_logger()


class Key:
    """Hold what is known of a key: its owner, the hash of its text, its rate."""

    def __init__(self, owner: str, digest: bytes, rate: float) -> None:
        self.owner = owner
        self.digest = digest
        self.bucket = Bucket(rate) if rate else None


class Keys:
    """Know every key of a file, and notice when the file changes."""

    def __init__(self, file: Path, default_rate: float) -> None:
        self._file = file
        self._default_rate = default_rate
        self._pepper = secrets.token_bytes(32)
        self._changed_at = 0
        self._look_at = 0.0
        self._keys = self._read()

    def holder(self, headers: Mapping[bytes, bytes], now: float) -> Key:
        """Give the key that a request shows; raises Refusal (401) when it shows none or an unknown one."""
        if now >= self._look_at:
            self._look_at = now + LOOK_SECONDS
            self._look()
        shown = _shown(headers)
        if shown is None:
            raise Refusal(401, "An API key is required", "MissingAuthenticationTokenException")
        digest = sha256(shown).digest()
        key = self._keys.get(self._place(digest))
        if key is None or not hmac.compare_digest(key.digest, digest):
            raise Refusal(401, "The API key is not known")
        return key

    def _place(self, digest: bytes) -> bytes:
        """Hide from clocks which hash is looked up: nobody outside can choose or guess its place."""
        return blake2b(digest, key=self._pepper, digest_size=16).digest()

    def _look(self) -> None:
        try:
            if self._file.stat().st_mtime_ns != self._changed_at:
                self._keys = self._read()
        except (OSError, SetupError) as fault:
            log.error("keys", fault=str(fault), still_known=len(self._keys))

    def _read(self) -> dict[bytes, Key]:
        try:
            self._changed_at = self._file.stat().st_mtime_ns
            lines = self._file.read_text().splitlines()
        except OSError as fault:
            raise SetupError(f"{self._file} cannot be read; make a key with: ./pinflow keys") from fault
        keys = [
            self._key(number, line)
            for number, line in enumerate(lines, 1)
            if line and not line.startswith("#")
        ]
        return {self._place(key.digest): key for key in keys}

    def _key(self, number: int, line: str) -> Key:
        parts = _LINE.fullmatch(line.strip())
        if parts is None:
            raise SetupError(f"{self._file} line {number} is not owner:hash or owner:hash:rate")
        rate = float(parts["rate"]) if parts["rate"] else self._default_rate
        return Key(parts["owner"], bytes.fromhex(parts["hash"]), rate)


def _shown(headers: Mapping[bytes, bytes]) -> bytes | None:
    """Give the key that a request shows: X-Api-Key, a bearer token, or Amazon's access key id."""
    if b"x-api-key" in headers:
        return headers[b"x-api-key"]
    said = headers.get(b"authorization", b"")
    found = _AMAZON.match(said) or _BEARER.fullmatch(said)
    return found[1] if found else None


def add_key(file: Path, owner: str, rate: float | None = None) -> str:
    """Make a key, write its hash into the file and give its text, which is known nowhere else.

    Raises SetupError when the owner's name has other characters than letters, digits, `_`, `.` and `-`.
    """
    text = f"pk{secrets.token_hex(20)}"
    line = f"{owner}:{sha256(text.encode()).hexdigest()}" + ("" if rate is None else f":{rate:.3f}")
    if not _LINE.fullmatch(line):
        raise SetupError("an owner's name has letters, digits, _ . and - only")
    file.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    with os.fdopen(descriptor, "a") as lines:
        lines.write(line + "\n")
    return text
