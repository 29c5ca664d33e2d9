"""Counts that a crash has left behind are mended once the live job has seen everything again."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from catalog.postgres import connect, migrate
from catalog.recounts import drifts
from catalog.settings import Settings
from stack import cluster, mender
from stack.mender import Mender
from tests.ask.post_rows import fill, generated_posts, insert
from tests.servers.postgres import postgres_server

POSTS = generated_posts(5, 60)
LEFT_BEHIND = "INSERT INTO live.best_poster_by_country VALUES ('Zambia', 'Nobody', 7, 1)"
SEEN = 100


@dataclass
class Flink:
    """Stand in for Flink and Kafka: one live job, which has yet to see some records."""

    seen: int = 0
    begun: int = 0
    completed: int = 0
    starts: int = 1

    def running_job(self, _: Settings, name: str) -> dict[str, object]:
        return {"jid": name, "last-modification": self.starts}

    def begin_checkpoint(self, _: Settings, job: str) -> str:
        self.begun += 1
        return str(self.begun)


@pytest.fixture
def filled(tmp_path_factory: pytest.TempPathFactory, settings: Settings) -> Iterator[Settings]:
    with postgres_server(tmp_path_factory.mktemp("postgres") / "data") as address:
        settings.postgres = address  # type: ignore[misc]
        migrate(address)
        with connect(address) as opened, opened.cursor() as cursor:
            insert(cursor, POSTS)
            fill(cursor, POSTS)
        yield settings


@pytest.fixture
def flink(monkeypatch: pytest.MonkeyPatch) -> Flink:
    made = Flink()
    monkeypatch.setattr(cluster, "running_job", made.running_job)
    monkeypatch.setattr(cluster, "begin_checkpoint", made.begin_checkpoint)
    monkeypatch.setattr(cluster, "newest_checkpoint", lambda *_: made.begun)
    monkeypatch.setattr(cluster, "completed_checkpoint", lambda *_: made.completed)
    monkeypatch.setattr(mender, "accepted", lambda _: SEEN)
    monkeypatch.setattr(mender, "counted_live", lambda _: made.seen)
    return made


def look(mending: Mender, times: int) -> int:
    return sum(mending.look() for _ in range(times))


def test_a_count_that_is_left_behind_while_the_job_catches_up_is_mended(
    filled: Settings, flink: Flink
) -> None:
    mending = Mender(filled)
    assert look(mending, 3) == flink.begun == 0, "nothing is compared before all is seen"
    with connect(filled.postgres) as opened, opened.cursor() as cursor:
        cursor.execute(LEFT_BEHIND)
    flink.seen = SEEN
    for checkpoint in (1, 2):
        assert look(mending, 2) == 0
        assert flink.begun == checkpoint
        assert drifts(filled.postgres)
        flink.completed = checkpoint
    assert look(mending, 2) == 1
    assert not drifts(filled.postgres)


def test_each_start_of_the_job_is_looked_at_once(filled: Settings, flink: Flink) -> None:
    flink.seen, flink.completed = SEEN, 10
    mending = Mender(filled)
    assert look(mending, 5) == 0
    assert flink.begun == 1
    flink.starts = 2
    assert look(mending, 5) == 0
    assert flink.begun == 2
