"""When data stops, or the connection drops, the page says so and greys; it recovers by itself."""

import time

import pytest
from confluent_kafka import Producer
from playwright.sync_api import Browser

from catalog.postgres import connect
from catalog.settings import Postgres
from tests.dashboard import live_rows
from tests.dashboard.flink_stand_in import FlinkStandIn
from tests.dashboard.page_server import Page
from tests.dashboard.viewer import Viewer, viewing
from tests.servers.kafka_broker import Broker

SAYS = "document.querySelector('#banner').textContent.includes({!r})"
GREY = "document.querySelector('[data-panel=totals]').classList.contains('is-still')"


def says_and_greys(viewer: Viewer, words: str, seconds: float = 5) -> None:
    viewer.wait(f"{SAYS.format(words)} && {GREY}", seconds)


def is_well_again(viewer: Viewer, seconds: float = 8) -> None:
    viewer.wait(f"!document.querySelector('#banner').textContent && !{GREY}", seconds)


@pytest.mark.usefixtures("filled")
def test_the_end_of_flink_is_said_within_five_seconds(
    browser: Browser, server: Page, flink: FlinkStandIn
) -> None:
    with viewing(browser, server.url) as viewer:
        is_well_again(viewer)
        flink.stop()
        try:
            says_and_greys(viewer, "Flink does not answer")
            assert viewer.text("#state-text") == "Stands still"
        finally:
            flink.start()
        is_well_again(viewer)


@pytest.mark.usefixtures("filled")
def test_a_job_that_does_not_run_is_named(browser: Browser, server: Page, flink: FlinkStandIn) -> None:
    with viewing(browser, server.url) as viewer:
        is_well_again(viewer)
        flink.states["live"] = "RESTARTING"
        says_and_greys(viewer, "The live job is restarting")
        flink.states["live"] = "RUNNING"
        flink.states["history"] = "FAILED"
        viewer.wait(f"{SAYS.format('The history job is not there')} && !{GREY}", 5)
        assert "is-still" in (viewer.tab.get_attribute("[data-name=iceberg]", "class") or "")
        flink.states["history"] = "RUNNING"
        is_well_again(viewer)


def test_nothing_sent_yet_is_no_fault_and_accepted_records_that_nobody_counts_are(
    browser: Browser, server: Page, broker: Broker, postgres: Postgres
) -> None:
    with connect(postgres) as opened, opened.cursor() as cursor:
        live_rows.clear(cursor)
    with viewing(browser, server.url) as viewer:
        viewer.wait(SAYS.format("./pinflow emulate --rate 50"), 5)
        assert viewer.text("#state-text") == "Nothing sent yet"
        assert not viewer.js(GREY)
        producer = Producer({"bootstrap.servers": broker.settings.bootstrap, "log_level": 0})
        for _ in range(3):
            producer.produce("pin", b"{}")
        producer.flush()
        says_and_greys(viewer, "3 accepted records wait", 6)
        with connect(postgres) as opened, opened.cursor() as cursor:
            cursor.execute("INSERT INTO live.activity_by_stream VALUES (now(), 'pin', 'rejected', 3)")
        is_well_again(viewer)


@pytest.mark.usefixtures("filled")
def test_a_lost_connection_is_said_and_comes_back(browser: Browser, server: Page) -> None:
    with viewing(browser, server.url) as viewer:
        is_well_again(viewer)
        server.stop()
        try:
            says_and_greys(viewer, "No connection to Pinflow")
        finally:
            server.start()
        is_well_again(viewer, 12)


@pytest.mark.usefixtures("filled")
def test_viewers_do_not_multiply_the_questions(browser: Browser, server: Page, postgres: Postgres) -> None:
    def transactions() -> int:
        with connect(postgres) as opened, opened.cursor() as cursor:
            cursor.execute(
                "SELECT xact_commit + xact_rollback FROM pg_stat_database WHERE datname = current_database()"
            )
            (count,) = cursor.fetchone() or (0,)
        return int(count)

    def asked() -> int:
        before = transactions()
        time.sleep(3)
        return transactions() - before

    alone = asked()
    with viewing(browser, server.url) as one, viewing(browser, server.url) as two:
        one.wait("true", 1)
        two.wait("true", 1)
        assert server.get("/api/now").json()["viewers"] == 2
        assert asked() < 1.5 * alone + 5
