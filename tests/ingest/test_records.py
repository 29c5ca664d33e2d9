from itertools import islice
from uuid import UUID

from ingest.records import event_ids


def test_ids_of_a_request_are_distinct_ordered_and_of_version_7() -> None:
    ids = list(islice(event_ids(), 10_000))
    assert ids == sorted(set(ids))
    assert {UUID(each).version for each in ids} == {7}
    assert all(str(UUID(each)) == each for each in ids)


def test_no_two_requests_share_an_id() -> None:
    ids = [each for _ in range(1000) for each in islice(event_ids(), 10)]
    assert len(set(ids)) == len(ids)
