from collections.abc import Iterator
from pathlib import Path

import pytest

from catalog.postgres import migrate
from catalog.settings import Kafka, Observer
from observe.watch import Watch
from tests.observe.world import World
from tests.servers.kafka_broker import kafka_broker
from tests.servers.postgres import postgres_server

CHECKPOINT_SECONDS = 10


@pytest.fixture(scope="session")
def kafka(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kafka]:
    with kafka_broker(tmp_path_factory.mktemp("kafka")) as broker:
        yield broker.settings


@pytest.fixture
def world(kafka: Kafka, tmp_path: Path) -> Iterator[World]:
    with postgres_server(tmp_path / "data") as postgres:
        migrate(postgres)
        world = World(kafka, postgres, tmp_path)
        yield world
        world.lake.close()


@pytest.fixture
def watch() -> Watch:
    return Watch(Observer(), CHECKPOINT_SECONDS)
