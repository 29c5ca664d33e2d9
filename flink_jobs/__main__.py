"""Start jobs: running ones by a file of submissions, a replay by its order, both JSON.

`python flink_jobs/__main__.py submit FILE`, and under Flink's own client `... replay FILE`.
"""

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from catalog.replay.order import Order
from catalog.settings import Settings
from flink_jobs.replay import replay_job
from flink_jobs.submission import SUBMISSIONS
from flink_jobs.submit import submit_all


def main() -> None:
    """Submit the running jobs that a file lists, or run the replay that it orders until it ends."""
    parser = argparse.ArgumentParser(prog="flink_jobs", description=__doc__)
    parser.add_argument("what", choices=("submit", "replay"))
    parser.add_argument("file", type=Path)
    arguments = parser.parse_args()
    text = arguments.file.read_text()
    if arguments.what == "replay":
        replay_job(Settings(), Order.model_validate_json(text)).execute().wait()
    elif not submit_all(SUBMISSIONS.validate_json(text)):
        sys.exit(1)


if __name__ == "__main__":
    main()
