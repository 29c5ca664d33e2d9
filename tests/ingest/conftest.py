from collections.abc import Iterator

import pytest

from tests.servers.door import door
from tests.servers.kafka_broker import Broker, kafka_broker


@pytest.fixture(scope="session")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    """Run one broker for all tests that leave it alive."""
    with kafka_broker(tmp_path_factory.mktemp("kafka")) as running:
        yield running


@pytest.fixture(scope="session")
def url(broker: Broker, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Run the service over that broker."""
    with door(broker.settings, tmp_path_factory.mktemp("door")) as address:
        yield address
