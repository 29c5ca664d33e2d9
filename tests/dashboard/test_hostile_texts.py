"""What strangers write is shown as they wrote it, and does nothing."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from catalog.postgres import connect
from catalog.settings import Postgres
from tests.dashboard import live_rows
from tests.dashboard.page_server import Page
from tests.dashboard.viewer import Viewer, viewing

CORES = json.loads((Path(__file__).parent / "payloads.json").read_text())
WRAPS = ("{}", "\"'>{}", "</td></title></textarea>{}", "--> ]]>`{}")
PAYLOADS = [wrap.format(core) for wrap in WRAPS for core in CORES]
SHOWN_AT_ONCE = 25
SHOWS = """([panel, texts]) => {
    const cells = document.querySelectorAll(`[data-panel="${panel}"] tbody bdi`);
    const shown = new Set([...cells].map((cell) => cell.textContent));
    return texts.every((text) => shown.has(text));
}"""
DANGEROUS = "script, iframe, img, object, embed, base, meta, link, style, video, input, form, math"


def hostile(first: int, payloads: list[str]) -> list[dict[str, Any]]:
    """Make posts that carry a payload in every text."""
    now = datetime.now(UTC).replace(tzinfo=None, microsecond=0)
    posts = live_rows.made_up(first * 10 + 1, len(payloads), minutes=0.01)
    for post, text in zip(posts, payloads, strict=True):
        post |= dict.fromkeys(("title", "poster_name", "category", "country", "image_src", "user_name"), text)
        post |= {"pin_accepted_at": now, "country_code": text[:2], "continent": text, "media_kind": text}
        post |= {
            "user_offset": 1,
            "user_accepted_at": now,
            "join_year": 2016,
            "age_group": "18-24",
            "age": 20,
        }
    return posts


def check(viewer: Viewer, nodes: int) -> None:
    """Nothing ran, nothing was loaded, no node came that could."""
    assert (viewer.foreign, viewer.wrong, viewer.js("window.violations")) == ([], [], [])
    assert viewer.js(f"document.querySelectorAll('{DANGEROUS}').length") == nodes


@pytest.mark.usefixtures("filled")
def test_a_hundred_payloads_change_nothing(browser: Browser, server: Page, postgres: Postgres) -> None:
    assert len(set(PAYLOADS)) == 100
    with viewing(browser, server.url) as viewer:
        nodes = viewer.js(f"document.querySelectorAll('{DANGEROUS}').length")
        for at in range(0, len(PAYLOADS), SHOWN_AT_ONCE):
            now = PAYLOADS[at : at + SHOWN_AT_ONCE]
            with connect(postgres) as opened, opened.cursor() as cursor:
                live_rows.clear(cursor)
                live_rows.insert(cursor, hostile(at + 1, now))
                live_rows.insert_letters(cursor, [("pin", "not_json", text) for text in now[:3]])
            for panel in ("newest", "category_by_country", "poster_by_country", "countries", "continents"):
                viewer.wait(SHOWS, 15, [panel, now])
            check(viewer, nodes)


@pytest.mark.usefixtures("filled")
def test_json_has_no_sign_that_html_would_take_for_a_tag(server: Page, postgres: Postgres) -> None:
    with connect(postgres) as opened, opened.cursor() as cursor:
        live_rows.insert(cursor, hostile(900, PAYLOADS[:3]))
    for path in ("/api/now", "/api/newest", "/api/no%3Cscript%3Ething"):
        answer = server.get(path)
        assert not set("<>&") & set(answer.text)
        assert answer.headers["Content-Type"] == "application/json"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        assert "unsafe" not in answer.headers["Content-Security-Policy"]
