"""The page shows what the JSON says, moves with it, and everyone can use it."""

import re
import time
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from catalog.postgres import connect
from catalog.settings import ROOT, Postgres
from tests.dashboard import live_rows
from tests.dashboard.page_server import Page
from tests.dashboard.viewer import Viewer, viewing

PHONE = {"viewport": {"width": 360, "height": 740}, "device_scale_factor": 2}
CELLS = """(panel) => [...document.querySelectorAll(`[data-panel="${panel}"] tbody tr`)]
    .map((row) => [...row.children].map((cell) => cell.textContent))"""
HAS_ROWS = "(panel) => document.querySelector(`[data-panel='${panel}'] tbody tr`) !== null"


def cells(viewer: Viewer, panel: str, keys: tuple[str, ...]) -> list[list[str]]:
    """Give the first columns of a table as they are shown."""
    return [row[: len(keys)] for row in viewer.tab.evaluate(CELLS, panel)]


def told(server: Page, panel: str, keys: tuple[str, ...]) -> list[list[str]]:
    """Give the same columns from the JSON."""
    return [[str(row[key]) for key in keys] for row in server.get(f"/api/{panel}").json()["rows"]]


@pytest.mark.usefixtures("filled")
def test_it_loads_alone_and_shows_every_panel_of_the_json(browser: Browser, server: Page) -> None:
    with viewing(browser, server.url) as viewer:
        shown = set(
            viewer.js("[...document.querySelectorAll('[data-panel]')].map((each) => each.dataset.panel)")
        )
        viewer.tab.wait_for_timeout(1500)
        assert (viewer.foreign, viewer.wrong, viewer.js("window.violations")) == ([], [], [])
    assert shown == set(server.get("/api/now").json()["panels"])


@pytest.mark.usefixtures("filled")
def test_tables_hold_the_rows_of_the_json(browser: Browser, server: Page) -> None:
    tables = {
        "category_by_country": ("country", "category"),
        "poster_by_country": ("country", "poster_name"),
        "category_by_age_group": ("age_group", "category"),
        "countries": ("place", "country", "country_code", "continent"),
        "accounts": ("topic",),
    }
    with viewing(browser, server.url) as viewer:
        for panel, keys in tables.items():
            viewer.wait(HAS_ROWS, 10, panel)
            deadline = time.monotonic() + 10
            while (shown := cells(viewer, panel, keys)) != told(server, panel, keys):
                assert time.monotonic() < deadline, (panel, shown)
                viewer.tab.wait_for_timeout(200)


@pytest.mark.usefixtures("filled")
def test_numbers_move_while_records_come_in(browser: Browser, server: Page, postgres: Postgres) -> None:
    with viewing(browser, server.url) as viewer:
        total = (
            "document.querySelector('[data-panel=totals] .big').firstChild.textContent.replace(/[^0-9]/g, '')"
        )
        viewer.wait(f"Number({total}) > 0", 5)
        before = int(viewer.js(total))
        with connect(postgres) as opened, opened.cursor() as cursor:
            live_rows.insert(cursor, live_rows.made_up(1000, 200, minutes=0.05))
        viewer.wait(f"Number({total}) > {before}", 3)
        viewer.wait("document.querySelector('[data-panel=newest] tbody tr').textContent.includes('1199')", 3)
        viewer.wait("document.querySelector('#state').dataset.state === 'moving'", 3)


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize(
    ("scheme", "screen"), [("light", {}), ("dark", PHONE)], ids=["light desktop", "dark phone"]
)
def test_axe_finds_no_serious_fault(
    browser: Browser, server: Page, scheme: str, screen: dict[str, Any]
) -> None:
    with viewing(browser, server.url, color_scheme=scheme, **screen) as viewer:
        for panel in ("countries", "accounts", "newest"):
            viewer.wait(HAS_ROWS, 10, panel)
        viewer.js("document.querySelectorAll('details').forEach((each, at) => { each.open = at < 6; })")
        assert viewer.js("document.documentElement.dataset.theme") == scheme
        found = Axe().run(viewer.tab).response["violations"]
        assert viewer.js("document.documentElement.scrollWidth <= innerWidth")
    grave = [fault for fault in found if fault["impact"] in ("serious", "critical")]
    assert not [(fault["id"], [node["html"][:200] for node in fault["nodes"][:3]]) for fault in grave]


@pytest.mark.usefixtures("filled")
def test_a_table_is_sorted_by_keyboard(browser: Browser, server: Page) -> None:
    with viewing(browser, server.url) as viewer:
        viewer.wait(HAS_ROWS, 10, "accounts")
        head = viewer.tab.locator("[data-panel=accounts] thead button", has_text="Topic")
        head.focus()
        orders = []
        for _ in range(2):
            viewer.tab.keyboard.press("Enter")
            shown = [row[0] for row in viewer.tab.evaluate(CELLS, "accounts")]
            orders.append(
                (viewer.tab.locator("[data-panel=accounts] [aria-sort]").get_attribute("aria-sort"), shown)
            )
        assert orders == [("ascending", ["geo", "pin", "user"]), ("descending", ["user", "pin", "geo"])]
        assert viewer.js("document.activeElement.textContent") == "Topic"


@pytest.mark.usefixtures("filled")
def test_the_first_tab_stop_skips_to_the_numbers_and_the_switch_changes_the_theme(
    browser: Browser, server: Page
) -> None:
    with viewing(browser, server.url, color_scheme="light") as viewer:
        viewer.tab.keyboard.press("Tab")
        assert viewer.js("document.activeElement.getAttribute('href')") == "#main"
        for expected in ("light", "dark", "light"):
            viewer.tab.click("#theme")
            assert viewer.js("document.documentElement.dataset.theme") == expected


def test_every_panel_is_told_in_the_docs_and_no_other(server: Page) -> None:
    told = re.findall(r"^\| `(\w+)` \|", (ROOT / "docs" / "dashboard.md").read_text(), re.M)
    assert sorted(told) == sorted(server.get("/api/now").json()["panels"])
