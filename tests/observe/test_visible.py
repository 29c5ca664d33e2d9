"""What the observer counts, a step at a time, over real Kafka, Postgres and Iceberg tables."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, nullcontext
from typing import NamedTuple

import pytest

from catalog.names import Stage, Stream
from observe import kafka, live
from observe.history import History
from observe.watch import Watch
from tests.observe.world import World, counted


class Steps(NamedTuple):
    """Take a step of each loop: learn of records, look at Postgres, look at history."""

    learn: Callable[[], None]
    look: Callable[[], None]
    read: Callable[[], None]


@pytest.fixture
def steps(world: World, watch: Watch) -> Iterator[Steps]:
    with ExitStack() as opened:
        history = History(watch).following(world.postgres, lambda: nullcontext(world.lake))
        read = opened.enter_context(history)
        read()
        step = opened.enter_context(kafka.following(world.kafka, watch))
        look = opened.enter_context(live.following(world.postgres, watch))

        def learn() -> None:
            for _ in range(50):
                step()
                if len(watch.waiting(Stage.HISTORY)):
                    return

        yield Steps(learn, look, read)


def test_a_record_is_counted_when_its_part_is_there_and_not_before(
    world: World, watch: Watch, steps: Steps
) -> None:
    offset = world.accept(1)
    steps.learn()
    steps.look()
    assert counted(watch, Stage.LIVE) == 0
    world.show(1, offset)
    steps.look()
    assert counted(watch, Stage.LIVE) == 1
    assert watch.state(Stage.LIVE, Stream.USER).oldest_seconds is None


def test_a_newer_part_shows_an_older_record_too(world: World, watch: Watch, steps: Steps) -> None:
    offset = world.accept(1)
    steps.learn()
    world.show(1, offset + 5)
    steps.look()
    assert counted(watch, Stage.LIVE) == 1


def test_the_number_is_that_of_the_body_whatever_the_key(world: World, watch: Watch, steps: Steps) -> None:
    offset = world.accept(3, key="hostile")
    steps.learn()
    world.show(3, offset)
    steps.look()
    assert counted(watch, Stage.LIVE) == 1


def test_a_repeat_is_never_counted_live_and_is_let_go_when_history_names_it(
    world: World, watch: Watch, steps: Steps
) -> None:
    first = world.accept(1)
    world.show(1, first)
    steps.learn()
    steps.look()
    repeat = world.accept(1)
    steps.learn()
    steps.look()
    assert watch.state(Stage.LIVE, Stream.USER).records == 0
    assert len(watch.waiting(Stage.LIVE)) == 1
    world.commit({first: "kept", repeat: "repeat"})
    steps.read()
    assert watch.waiting(Stage.LIVE) == []
    assert counted(watch, Stage.LIVE) == 1
    assert counted(watch, Stage.HISTORY) == 2


def test_a_late_newer_version_waits_and_is_counted_with_its_age(
    world: World, watch: Watch, steps: Steps
) -> None:
    first = world.accept(1)
    world.show(1, first)
    steps.learn()
    steps.look()
    version = world.accept(1)
    steps.learn()
    steps.look()
    world.commit({first: "kept", version: "kept"})
    steps.read()
    steps.look()
    assert watch.state(Stage.LIVE, Stream.USER).records == 1
    world.show(1, version)
    steps.look()
    assert counted(watch, Stage.LIVE) == 2


def test_a_rejected_record_is_counted_when_its_dead_letter_shows(
    world: World, watch: Watch, steps: Steps
) -> None:
    offset = world.accept(1, b"{broken")
    steps.learn()
    steps.look()
    assert counted(watch, Stage.LIVE) == 0
    world.reject(offset)
    steps.look()
    assert counted(watch, Stage.LIVE) == 1


def test_history_counts_what_lies_at_or_below_the_newest_committed_offset(
    world: World, watch: Watch, steps: Steps
) -> None:
    first, second, third = (world.accept(ind) for ind in (1, 2, 3))
    while len(watch.waiting(Stage.HISTORY)) < 3:
        steps.learn()
        assert watch.missed == 0
    steps.read()
    assert counted(watch, Stage.HISTORY) == 0
    world.commit({first: "kept", second: "kept"})
    steps.read()
    assert counted(watch, Stage.HISTORY) == 2
    assert [record.offset for record in watch.waiting(Stage.HISTORY)] == [third]
    world.commit({third: "kept"})
    steps.read()
    assert counted(watch, Stage.HISTORY) == 3


def test_a_record_learned_of_after_its_commit_is_missed_not_measured(
    world: World, watch: Watch, steps: Steps
) -> None:
    offset = world.accept(1)
    world.commit({offset: "kept"})
    steps.read()
    for _ in range(50):
        steps.learn()
        if watch.missed:
            break
    assert watch.missed == 1
    assert counted(watch, Stage.HISTORY) == 0


def test_compaction_is_not_read_again(world: World, watch: Watch, steps: Steps) -> None:
    world.commit({0: "kept"})
    steps.read()
    world.lake.load_table(("history", "events")).overwrite(
        world.lake.load_table(("history", "events")).scan().to_arrow()
    )
    steps.read()
    offset = world.accept(1)
    steps.learn()
    world.commit({offset: "kept"})
    steps.read()
    assert counted(watch, Stage.HISTORY) == 1
