"""The page over real servers, and a real browser that may reach nothing else."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright
from pydantic import SecretStr

from catalog.postgres import connect, ensure_reader, migrate
from catalog.settings import Postgres
from catalog.setup import ensure_live_views
from stack.install import BROWSERS
from tests.dashboard import live_rows
from tests.dashboard.flink_stand_in import FlinkStandIn
from tests.dashboard.page_server import Page, page
from tests.servers.door import door
from tests.servers.kafka_broker import Broker, free_port, kafka_broker
from tests.servers.postgres import postgres_server

FLAGS = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Postgres]:
    with postgres_server(tmp_path_factory.mktemp("postgres") / "data") as server:
        address = server.model_copy(update={"reader_password": SecretStr("may only read")})
        migrate(address)
        ensure_live_views(address)
        ensure_reader(address)
        yield address


@pytest.fixture(scope="session")
def flink() -> Iterator[FlinkStandIn]:
    stand_in = FlinkStandIn(free_port())
    stand_in.start()
    yield stand_in
    stand_in.stop()


@pytest.fixture
def stand_in() -> Iterator[FlinkStandIn]:
    """Stand in for a server that a test starts and stops for itself."""
    started = FlinkStandIn(free_port())
    started.start()
    yield started
    started.stop()


@pytest.fixture(scope="session")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    with kafka_broker(tmp_path_factory.mktemp("kafka")) as running:
        yield running


@pytest.fixture(scope="session")
def server(
    postgres: Postgres, broker: Broker, flink: FlinkStandIn, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Page]:
    folder: Path = tmp_path_factory.mktemp("page")
    with door(broker.settings, folder) as url, page(postgres, broker.settings, url, flink, folder) as served:
        yield served


@pytest.fixture
def filled(postgres: Postgres) -> None:
    """Fill the live tables with made-up posts, letters, accounts and freshness."""
    letters = [("pin", "unreadable_count", "follower_count: 12 thousand"), ("user", "not_json", "")]
    with connect(postgres) as opened, opened.cursor() as cursor:
        live_rows.clear(cursor)
        live_rows.insert(cursor, live_rows.made_up(0, 400))
        live_rows.insert_letters(cursor, letters)
        live_rows.insert_books(cursor)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    program = next(filter(None, map(shutil.which, BROWSERS)), None)
    assert program, "no browser; run: apt-get install -y chromium"
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=program, args=list(FLAGS))
        yield launched
        launched.close()
