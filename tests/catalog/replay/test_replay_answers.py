"""A replay tells which answers it would change."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from catalog.replay.answers import changed_answers
from catalog.replay.diffs import diff
from tests.catalog.accounts_rows import (
    append,
    event_row,
    lake,
    pin_body,
    pin_row,
    record,
    user_body,
    user_row,
)
from tests.catalog.replay.replay_rows import planned, stage

PLACE = {"kafka_topic": "geo", "kafka_partition": 0, "kafka_offset": 0, "accepted_at": 1_700_000_000_000_000}
GEO: dict[str, Any] = {
    "ind": 7, "country": "Albania", "country_code": "AL", "continent": "Europe", "post_year": 2021,
    "timestamp": datetime(2021, 1, 1, tzinfo=UTC), "coordinates": [1.0, 2.0], **PLACE,
}  # fmt: skip


def test_a_user_who_is_refused_takes_the_answers_of_the_post_along(tmp_path: Path) -> None:
    held, pin, user = lake(tmp_path), record(0, pin_body(7, "a")), record(0, user_body(7))
    append(held, "events", [event_row(user, "user", "kept", ind=7)])
    append(held, "pins", [pin_row(pin, 7, "a", poster="Ann")])
    append(held, "geos", [GEO])
    append(held, "users", [user_row(user, 7)])
    plan = planned(held)
    stage(held, plan, [event_row(user, "user", "kept", ind=7)], [])
    diff(held, plan, "history", plan.namespace, lambda *_: None)
    found = {row["question"]: row for row in changed_answers(held, plan)}
    assert found["4"]["before"] == [{"country": "Albania", "category": "art", "category_count": 1}]
    assert found["4"]["after"] == []


def test_a_changed_age_moves_the_post_to_another_group(tmp_path: Path) -> None:
    held, pin, user = lake(tmp_path), record(0, pin_body(7, "a")), record(0, user_body(7))
    append(held, "events", [event_row(user, "user", "kept", ind=7)])
    append(held, "pins", [pin_row(pin, 7, "a")])
    append(held, "geos", [GEO])
    append(held, "users", [user_row(user, 7)])
    plan = planned(held)
    stage(
        held,
        plan,
        [event_row(user, "user", "kept", ind=7)],
        [{**user_row(user, 7, age=60), "age_group": "50+"}],
    )
    diff(held, plan, "history", plan.namespace, lambda *_: None)
    found = {row["question"]: row for row in changed_answers(held, plan)}
    assert set(found) == {"7", "8", "11"}
    assert [row["age_group"] for row in found["7"]["after"]] == ["50+"]
