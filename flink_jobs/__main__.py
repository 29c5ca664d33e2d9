"""Submit one job: `flink run -py flink_jobs/__main__.py history|live|replay [--order FILE] [--explain]`."""

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from catalog.replay.order import Order
from catalog.settings import Settings
from flink_jobs.jobs import JOBS
from flink_jobs.replay import replay_job


def main() -> None:
    """Build the named job and submit it to the cluster that `flink run` names."""
    parser = argparse.ArgumentParser(prog="flink_jobs", description=__doc__)
    parser.add_argument("job", choices=sorted([*JOBS, "replay"]))
    parser.add_argument("--order", type=Path, help="what a replay reads and where it writes (JSON)")
    parser.add_argument("--explain", action="store_true", help="print the plan and submit nothing")
    arguments = parser.parse_args()
    if arguments.job == "replay":
        order = Order.model_validate_json(arguments.order.read_text())
        statements = replay_job(Settings(), order)
    else:
        statements = JOBS[arguments.job](Settings())
    if arguments.explain:
        print(statements.explain())
        return
    submitted = statements.execute()
    if arguments.job == "replay":
        submitted.wait()


if __name__ == "__main__":
    main()
