"""Plan or submit the running jobs that a file lists, or run the replay that it orders; both files are JSON.

`python flink_jobs/__main__.py plan|submit FILE`, and under Flink's own client `... replay FILE`.
"""

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from catalog.replay.order import Order
from catalog.settings import Settings
from flink_jobs.replay import replay_job
from flink_jobs.submission import SUBMISSIONS
from flink_jobs.submit import for_all, plan, submit


def main() -> None:
    """Do what is asked; exits with 1 when a job could not be planned or submitted."""
    parser = argparse.ArgumentParser(prog="flink_jobs", description=__doc__)
    parser.add_argument("what", choices=("plan", "submit", "replay"))
    parser.add_argument("file", type=Path)
    arguments = parser.parse_args()
    text = arguments.file.read_text()
    if arguments.what == "replay":
        replay_job(Settings(), Order.model_validate_json(text)).execute().wait()
        return
    if not for_all(SUBMISSIONS.validate_json(text), plan if arguments.what == "plan" else submit):
        sys.exit(1)


if __name__ == "__main__":
    main()
