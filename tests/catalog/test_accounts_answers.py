from pathlib import Path

from catalog.accounts.answers import newest_versions
from catalog.accounts.lake import Lake
from catalog.accounts.log import Record
from catalog.names import Stream
from tests.catalog.accounts_rows import RowsLog, append, event_row, lake, record, user_body


def later(of: Record, body: bytes) -> Record:
    return of._replace(body=body, accepted_us=of.accepted_us + 1)


def ages(folder: Path, log: RowsLog, remembered: list[Record] | None = None) -> dict[int, int]:
    with lake(folder) as catalog:
        if remembered:
            append(catalog, "events", [event_row(each, "user", "kept") for each in remembered])
        newest = newest_versions(log, Lake(catalog, patience_seconds=0), Stream.USER)
    return {ind: user.age for ind, user in newest.items()}


def test_a_repeat_of_an_older_version_does_not_become_the_newest(tmp_path: Path) -> None:
    bodies = [user_body(7, age=20), user_body(7, age=21), user_body(7, age=20)]
    held = [record(offset, body) for offset, body in enumerate(bodies)]
    assert ages(tmp_path, RowsLog({("user", 0): held})) == {7: 21}


def test_the_later_acceptance_wins_over_the_higher_partition(tmp_path: Path) -> None:
    first = record(5, user_body(7, age=20))
    held = {("user", 0): [later(first, user_body(7, age=30))], ("user", 1): [first]}
    assert ages(tmp_path, RowsLog(held)) == {7: 30}


def test_records_that_kafka_dropped_still_count(tmp_path: Path) -> None:
    held = [record(0, user_body(7, age=20)), record(1, user_body(8, age=30)), record(2, b"broken")]
    assert ages(tmp_path, RowsLog({("user", 0): held}, low=1), remembered=held[:1]) == {7: 20, 8: 30}
