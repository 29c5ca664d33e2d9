"""Submit one job: `flink run -py flink_jobs/__main__.py history|live [--explain]`."""

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from catalog.settings import Settings
from flink_jobs.jobs import JOBS


def main() -> None:
    """Build the named job and submit it to the cluster that `flink run` names."""
    parser = argparse.ArgumentParser(prog="flink_jobs", description=__doc__)
    parser.add_argument("job", choices=sorted(JOBS))
    parser.add_argument("--explain", action="store_true", help="print the plan and submit nothing")
    arguments = parser.parse_args()
    statements = JOBS[arguments.job](Settings())
    if arguments.explain:
        print(statements.explain())
    else:
        statements.execute()


if __name__ == "__main__":
    main()
