"""Read rows to post from files named after their stream."""

from collections.abc import Iterator
from itertools import zip_longest
from pathlib import Path

import msgspec

from catalog.errors import SetupError
from catalog.names import Stream
from ingest.emulator.events import Event, Post, Posts, Tally


class _Wrapped(msgspec.Struct):
    record: msgspec.Raw
    stream: Stream | None = None


def read_rows(folder: Path, tally: Tally) -> Posts:
    """Give the lines of `<stream>.jsonl` side by side, then `<stream>_*.jsonl`, then `malformed.jsonl`.

    The latter two hold the row under `record`, the last one its stream too. Bytes are posted as they stand.
    Raises SetupError when the folder holds no such file.
    """
    if not any(any(folder.glob(pattern)) for pattern in _patterns()):
        raise SetupError(f"{folder} holds none of {', '.join(_patterns())}")
    return _counted(_posts(folder), tally)


def _patterns() -> list[str]:
    return [*(f"{stream}{rest}.jsonl" for stream in Stream for rest in ("", "_*")), "malformed.jsonl"]


def _posts(folder: Path) -> Posts:
    plain = [[Event(stream, 0, line) for line in _lines(folder / f"{stream}.jsonl")] for stream in Stream]
    for row in zip_longest(*plain):
        yield [event for event in row if event]
    for stream in Stream:
        for path in sorted(folder.glob(f"{stream}_*.jsonl")):
            yield from ([_unwrapped(line, stream)] for line in _lines(path))
    for line in _lines(folder / "malformed.jsonl"):
        yield [_unwrapped(line, None)]


def _lines(path: Path) -> Iterator[bytes]:
    if path.exists():
        yield from (line.strip() for line in path.read_bytes().splitlines() if line.strip())


def _unwrapped(line: bytes, stream: Stream | None) -> Event:
    wrapped = msgspec.json.decode(line, type=_Wrapped)
    target = stream or wrapped.stream
    if target is None:
        raise SetupError(f"A line of malformed.jsonl does not name its stream: {line[:100]!r}")
    return Event(target, 0, bytes(wrapped.record))


def _counted(posts: Posts, tally: Tally) -> Iterator[Post]:
    for post in posts:
        for event in post:
            tally.add(event.stream, "given")
        yield post
