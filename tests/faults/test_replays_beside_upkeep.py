"""Two replays and upkeep go on at once, beside traffic."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

from tests.faults.traffic import traffic
from tests.servers.stack import Stack

STREAMS = ("pin", "geo,user")


def test_two_replays_and_upkeep_at_once_change_nothing_and_the_accounts_close(stack: Stack) -> None:
    stack.run("emulate", "--count", "2000", "--bad", "0.02", "--repeat", "0.05", "--newer", "0.02")
    stack.closed()
    with traffic(9) as sent, ThreadPoolExecutor() as pool:
        ids = [stack.json("replay", "plan", "--streams", each)["id"] for each in STREAMS]
        tended = pool.submit(stack.json, "upkeep", "--all")
        list(pool.map(lambda replay: stack.run("replay", "run", replay), ids))
        assert states(tended.result()) == {"done"}
        tended = pool.submit(stack.json, "upkeep", "--all")
        for replay in ids:
            tables = stack.json("replay", "diff", replay)
            assert not any(row["added"] or row["removed"] or row["changed"] for row in tables), tables
            stack.run("replay", "publish", replay)
        assert states(tended.result()) == {"done"}
    assert sent.result["failed"] == 0, sent.result
    stack.closed()
    stack.same_answers()


def states(reports: list[dict[str, Any]]) -> set[str]:
    return {report["state"] for report in reports}
