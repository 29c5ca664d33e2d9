"""Nothing is lost, doubled or wrong, whatever breaks while records come in."""

import time
from collections.abc import Iterable, Iterator

import pytest
from tenacity import retry, retry_if_exception_type, stop_after_delay, wait_fixed

from tests.faults.fault import Fault
from tests.faults.plan import endless, short
from tests.faults.traffic import traffic
from tests.faults.watch import recovery
from tests.servers.stack import Stack

MEND_SECONDS = 60


def until(faults: Iterable[Fault], minutes: float) -> Iterator[Fault]:
    deadline = time.monotonic() + 60 * minutes
    for fault in faults:
        if time.monotonic() > deadline:
            return
        yield fault


def broken(stack: Stack, fault: Fault) -> str:
    """Break, mend, wait until both jobs keep up; say how long that took."""
    fault.do(stack)
    fault.undo(stack)
    back = recovery(stack)
    return f"{fault.name}: live after {back.live:.0f} s, history after {back.history:.0f} s"


@retry(
    retry=retry_if_exception_type(AssertionError),
    stop=stop_after_delay(MEND_SECONDS),
    wait=wait_fixed(2),
    reraise=True,
)
def agree(stack: Stack) -> None:
    """Wait until what a crash left in the live counts is mended, which takes a checkpoint or two."""
    stack.same_answers()


def test_accounts_close_and_answers_agree_after_every_fault(
    stack: Stack, seed: int, request: pytest.FixtureRequest, capsys: pytest.CaptureFixture[str]
) -> None:
    minutes = request.config.getoption("--minutes")
    faults = until(endless(seed), minutes) if minutes else short(seed)
    began = time.monotonic()
    with capsys.disabled():
        print(f"\nfaults of seed {seed}")
        with traffic(seed) as sent:
            for fault in faults:
                print(f"{time.monotonic() - began:5.0f} s  {broken(stack, fault)}", flush=True)
        counts = stack.closed()
        print(f"{time.monotonic() - began:5.0f} s  {counts}, {sent.result}")
    assert sent.result["failed"] == 0, sent.result
    agree(stack)
