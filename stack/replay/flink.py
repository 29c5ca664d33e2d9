"""A Flink for one replay: client, JobManager and TaskManager in one process that ends with the job.

The running jobs lose neither slots nor memory to it, and when it fails nothing of theirs does.
"""

from pathlib import Path
from typing import Any

import yaml

from catalog.errors import SetupError
from catalog.replay.order import Order
from catalog.settings import HOST, ROOT, Settings
from stack.flink import PROGRAM, flink_environment, innermost_cause, java_command
from stack.layout import Layout
from stack.replay.behind import run_behind

FEW_RECORDS = 200_000
"""Below, code is compiled cheaply: with so few records, compiling it well costs more than running it."""
CHEAP = "-XX:TieredStopAtLevel=1"


def run(settings: Settings, order: Order, folder: Path, records: int) -> None:
    """Run the job of an order over so many records, and wait until it has ended.

    Raises SetupError with the cause when it fails.
    """
    layout = Layout.of(settings.home)
    file, log = folder / "order.json", folder / "run.log"
    file.write_text(order.model_dump_json())
    configuration = _configure(settings, folder / "conf")
    options = [f"-Xmx{settings.flink.replay_heap_mib}m", f"-Dlog.file={folder / 'flink.log'}"]
    if records < FEW_RECORDS:
        options.append(CHEAP)
    command = [
        *java_command(layout, "replay", *options), "run", "-t", "local",
        "-pyclientexec", str(layout.tools / "flink" / "bin" / "python"),
        "-py", str(PROGRAM), "replay", str(file),
    ]  # fmt: skip
    environment = flink_environment(settings) | {"FLINK_CONF_DIR": str(configuration)}
    with log.open("wb") as output:
        failed = run_behind(command, ROOT, environment, output)
    if failed:
        kept = layout.logs / "replay.log"
        kept.write_bytes(log.read_bytes())
        raise SetupError(
            f"the job failed: {innermost_cause(kept.read_text(errors='replace'))}; its log is {kept}"
        )


def _configure(settings: Settings, folder: Path) -> Path:
    """Write a configuration without the cluster's addresses, checkpoints and restarts."""
    flink = settings.flink
    temporary = folder.parent / "tmp"
    temporary.mkdir(exist_ok=True)
    own: dict[str, Any] = {
        "jobmanager.bind-host": HOST,
        "rest.bind-address": HOST,
        "taskmanager": {
            "bind-host": HOST,
            "numberOfTaskSlots": flink.replay_parallelism,
            "memory": {"managed.size": "256m", "network": {"min": "128mb", "max": "128mb"}},
        },
        "restart-strategy.type": "none",
        "pipeline.object-reuse": True,
        "classloader.check-leaked-classloader": False,
        "io.tmp.dirs": str(temporary),
    }
    folder.mkdir(exist_ok=True)
    file = folder / "config.yaml"
    file.touch(mode=0o600)
    file.write_text(yaml.safe_dump(own))
    return folder
