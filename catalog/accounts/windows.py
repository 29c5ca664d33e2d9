"""Cut the stretch to be compared into windows that fit into memory, so that each file is read once."""

from collections.abc import Iterator, Mapping, Sequence

from catalog.accounts.files import Bounds, File, Place

WINDOW_ROWS = 50_000
ENDLESS = 2**63

Marks = Mapping[Place, int]


def windows(
    files: Sequence[File], after: Marks, upto: Marks, rows: int = WINDOW_ROWS
) -> Iterator[dict[Place, Bounds]]:
    """Give bounds of every place of `upto`, one window after another.

    The job writes the log in order, so that files of one checkpoint end where those of the next begin;
    a window ends only there. Files that were written anew may mix everything: a window much larger than
    wanted is divided by offsets, and its files are read again for each part.
    """
    ordered = sorted(files, key=lambda file: (file.began_us, file.key))
    begins = _later_begins(ordered)
    at = {place: after.get(place, -1) for place in upto}
    ends, held = dict(at), 0
    for file, later in zip(ordered, begins, strict=True):
        held += file.rows
        for place, span in file.spans.items():
            if place in ends:
                ends[place] = max(ends[place], min(span.last, upto[place]))
        if held >= rows and all(end < later.get(place, ENDLESS) for place, end in ends.items()):
            yield from _divided(at, ends, held, rows)
            at, held = dict(ends), 0
    yield from _divided(at, {place: max(end, at[place]) for place, end in upto.items()}, held, rows)


def _later_begins(ordered: Sequence[File]) -> list[dict[Place, int]]:
    """Say for each file where the files after it begin."""
    begins: list[dict[Place, int]] = []
    lowest: dict[Place, int] = {}
    for file in reversed(ordered):
        begins.append(dict(lowest))
        for place, span in file.spans.items():
            lowest[place] = min(span.first, lowest.get(place, ENDLESS))
    return begins[::-1]


def _divided(at: Marks, ends: Marks, held: int, rows: int) -> Iterator[dict[Place, Bounds]]:
    parts = max(1, -(-held // (2 * rows)))
    for part in range(parts):
        yield {
            place: Bounds(
                at[place] + (end - at[place]) * part // parts,
                at[place] + (end - at[place]) * (part + 1) // parts,
            )
            for place, end in ends.items()
        }
