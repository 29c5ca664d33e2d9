"""Every offset lies in exactly one window, and a file of a checkpoint is read once."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from catalog.accounts.files import File, Span
from catalog.accounts.windows import windows

PLACES = [("user", 0), ("pin", 1)]


def file(number: int, *spans: tuple[int, int], rows: int = 10) -> File:
    return File(
        f"f{number}",
        {place: Span(*span) for place, span in zip(PLACES, spans, strict=False)},
        {},
        rows,
        number,
    )


def test_a_window_ends_where_files_end() -> None:
    files = [file(at, (at * 10, at * 10 + 9), (at * 5, at * 5 + 4)) for at in range(6)]
    ends = {PLACES[0]: 59, PLACES[1]: 29}
    cut = list(windows(files, {}, ends, rows=20))
    assert [window[PLACES[0]] for window in cut] == [(-1, 19), (19, 39), (39, 59), (59, 59)]
    assert [window[PLACES[1]] for window in cut] == [(-1, 9), (9, 19), (19, 29), (29, 29)]


def test_files_that_mix_everything_are_divided_by_offsets() -> None:
    files = [file(at, (at, 90 + at), rows=50) for at in range(4)]
    cut = list(windows(files, {}, {PLACES[0]: 93}, rows=20))
    assert len(cut) >= 5
    assert max(upto - after for after, upto in (window[PLACES[0]] for window in cut)) <= 20


spans = st.tuples(st.integers(0, 40), st.integers(0, 10)).map(lambda pair: (pair[0], pair[0] + pair[1]))


@given(
    st.lists(st.tuples(spans, spans, st.integers(0, 30)), max_size=8),
    st.integers(-1, 20),
    st.integers(1, 40),
)
def test_windows_follow_one_another_from_the_first_to_the_last_offset(
    files: list[tuple[tuple[int, int], tuple[int, int], int]], after: int, rows: int
) -> None:
    made = [file(at, first, second, rows=held) for at, (first, second, held) in enumerate(files)]
    ends = {place: max([after, *(each.spans[place].last for each in made)]) for place in PLACES}
    cut = list(windows(made, dict.fromkeys(PLACES, after), ends, rows))
    for place in PLACES:
        steps = [window[place] for window in cut]
        assert steps[0].after == after
        assert steps[-1].upto == ends[place]
        assert all(step.after <= step.upto for step in steps)
        assert all(one.upto == other.after for one, other in pairwise(steps))
