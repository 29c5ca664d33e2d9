"""The tables of the memory of the accounts, their rows, and the code that these rest on."""

import hashlib
from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

from catalog.settings import ROOT

TABLES = """
CREATE TABLE IF NOT EXISTS facts (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS marks (
    topic TEXT, partition INTEGER, closed_upto INTEGER NOT NULL, accepted INTEGER NOT NULL,
    kept INTEGER NOT NULL, repeat INTEGER NOT NULL, rejected INTEGER NOT NULL, PRIMARY KEY (topic, partition)
);
CREATE TABLE IF NOT EXISTS held (
    topic TEXT, partition INTEGER, first INTEGER, last INTEGER NOT NULL, PRIMARY KEY (topic, partition, first)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS files (
    name TEXT, file TEXT, topic TEXT, partition INTEGER, first INTEGER NOT NULL, last INTEGER NOT NULL,
    rows INTEGER NOT NULL, began_us INTEGER NOT NULL, PRIMARY KEY (name, file, topic, partition)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS contents (
    topic TEXT, digest BLOB, partition INTEGER, place INTEGER NOT NULL, kept INTEGER NOT NULL,
    PRIMARY KEY (topic, digest, partition)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS bares (
    topic TEXT, digest BLOB, partition INTEGER, place INTEGER NOT NULL, kept INTEGER NOT NULL,
    PRIMARY KEY (topic, digest, partition)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS newest (
    ind INTEGER, topic TEXT, accepted_us INTEGER NOT NULL, partition INTEGER NOT NULL, place INTEGER NOT NULL,
    digest BLOB, PRIMARY KEY (ind, topic)
) WITHOUT ROWID;
CREATE TEMPORARY TABLE touched (ind INTEGER PRIMARY KEY);
"""
VERDICTS = ("facts", "marks", "files", "contents", "bares", "newest")


class Mark(NamedTuple):
    """Say up to which offset a place was closed, and what became of its records so far."""

    upto: int
    accepted: int
    kept: int
    repeat: int
    rejected: int


NO_MARK = Mark(-1, 0, 0, 0, 0)


class Seen(NamedTuple):
    """Say where a content was met first in a partition, and whether that record was kept."""

    partition: int
    offset: int
    kept: bool


class Newest(NamedTuple):
    """Name the newest kept record of a number in a topic; no digest when other rules made it."""

    ind: int
    topic: str
    accepted_us: int
    partition: int
    offset: int
    digest: bytes | None


@cache
def code() -> str:
    """Hash everything that verdicts rest on: the catalog's code, contracts and countries."""
    folder = ROOT / "catalog"
    files = sorted(path for kind in ("py", "yaml", "csv") for path in folder.rglob(f"*.{kind}"))
    return hashlib.sha256(b"\0".join(path.read_bytes() for path in files)).hexdigest()


def runs(offsets: Sequence[int]) -> list[tuple[int, int]]:
    """Give the first and last of each row of offsets without a gap; they come in order."""
    if offsets and offsets[-1] - offsets[0] == len(offsets) - 1:
        return [(offsets[0], offsets[-1])]
    found: list[tuple[int, int]] = []
    for offset in offsets:
        follows = found and found[-1][1] + 1 == offset
        found[-1:] = [(found[-1][0], offset)] if follows else [*found[-1:], (offset, offset)]
    return found
