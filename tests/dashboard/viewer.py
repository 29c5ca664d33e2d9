"""A tab of the browser that notes whatever the page should never do."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Browser, ConsoleMessage, Route
from playwright.sync_api import Page as Tab

NOTE_VIOLATIONS = """
    window.violations = [];
    document.addEventListener("securitypolicyviolation", (event) =>
        window.violations.push(`${event.violatedDirective} ${event.blockedURI} ${event.sample}`));
"""


class Viewer:
    """Hold a tab and what was noted: foreign requests, dialogs, errors and warnings."""

    def __init__(self, tab: Tab, url: str) -> None:
        self.tab, self.url = tab, url
        self.foreign: list[str] = []
        self.wrong: list[str] = []
        tab.add_init_script(NOTE_VIOLATIONS)
        tab.route("**/*", self._pass_own)
        tab.on("dialog", lambda dialog: (self.wrong.append(f"dialog {dialog.message}"), dialog.dismiss()))
        tab.on("pageerror", lambda error: self.wrong.append(f"error {error}"))
        tab.on("console", self._note)

    def open(self) -> None:
        """Open the page and wait until its first state is drawn."""
        self.tab.goto(self.url)
        self.tab.wait_for_selector("body[data-heard]")

    def js(self, text: str) -> Any:
        """Ask the page."""
        return self.tab.evaluate(text)

    def text(self, selector: str) -> str:
        """Give what an element shows."""
        return self.tab.inner_text(selector)

    def wait(self, condition: str, seconds: float, given: Any = None) -> None:
        """Wait until JavaScript says true; asked from outside, because the page's policy forbids eval."""
        deadline = time.monotonic() + seconds
        while not self.tab.evaluate(condition, given):
            assert time.monotonic() < deadline, f"not within {seconds} s: {condition}"
            self.tab.wait_for_timeout(50)

    def _note(self, said: ConsoleMessage) -> None:
        if said.type in ("error", "warning"):
            self.wrong.append(said.text)

    def _pass_own(self, route: Route) -> None:
        if route.request.url.startswith(self.url):
            route.continue_()
        else:
            self.foreign.append(route.request.url)
            route.abort()


@contextmanager
def viewing(browser: Browser, url: str, **context: Any) -> Iterator[Viewer]:
    """Open the page in a tab of its own."""
    opened = browser.new_context(**context)
    try:
        viewer = Viewer(opened.new_page(), url)
        viewer.open()
        yield viewer
    finally:
        opened.close()
