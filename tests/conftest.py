"""No test is left out in silence: `--no-silent-skips` excuses only reference rows that are not at hand."""

import random
from collections.abc import Generator, Iterator
from typing import Any

import pytest

from catalog.settings import ROOT

SHARED = ROOT.parent / "shared"
EXCUSE = "the reference rows are not at hand"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--no-silent-skips", action="store_true", help="Fail what is skipped without excuse.")
    parser.addoption("--minutes", type=float, help="How long faults are made; without it, one short run.")
    parser.addoption("--seed", type=int, help="Draws the same faults again.")
    parser.addoption("--upkeeps", type=int, default=3, help="How often the lake is tended beside kills.")


@pytest.fixture(scope="session")
def stack() -> Iterator[Any]:
    """One stack for all that ask; imported when one does, because Flink's own environment lacks its parts."""
    from tests.servers.stack import own_stack

    with own_stack() as started:
        yield started


@pytest.fixture(scope="session")
def seed(request: pytest.FixtureRequest) -> int:
    given: int | None = request.config.getoption("--seed")
    return random.randrange(10_000) if given is None else given


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    excused = EXCUSE in str(report.longrepr) and not SHARED.exists()
    if report.skipped and not excused and item.config.getoption("--no-silent-skips"):
        report.outcome = "failed"
        report.longrepr = f"skipped without excuse: {report.longrepr}"
    return report
