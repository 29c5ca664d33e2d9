"""Run a program behind the running jobs, with what they leave of the processors.

Linux shares processors between sessions first (sched(7), the autogroup feature), and a nice value counts
only inside one: a program from a terminal would take half of what the stack needs. So it gets a session
that is nice as a whole.
"""

import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO

SCRIPT = '{ echo 10 > /proc/self/autogroup; } 2> /dev/null; exec nice -n 10 setpriv --pdeathsig KILL "$@"'
"""Where the kernel knows no such groups, the nice value alone counts."""


def run_behind(command: Sequence[str], folder: Path, variables: Mapping[str, str], output: IO[bytes]) -> int:
    """Run a command in a folder, both its outputs in one file, and give its exit code.

    It holds on to the files that are open to be inherited, and ends with whoever waits for it: no signal to
    a terminal or a task reaches another session.
    """
    return subprocess.run(
        ["/bin/sh", "-c", SCRIPT, "sh", *command],
        env=variables, stdout=output, stderr=output, cwd=folder, close_fds=False, start_new_session=True,
    ).returncode  # fmt: skip
