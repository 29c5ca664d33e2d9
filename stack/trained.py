"""Let each Java of the stack remember a run: its classes as they lay in memory, and what was called often.

A start of any stack with these tools then takes two thirds of the work (JEP 483 and 515), and a Flink that
was killed is back in half the time. Java leaves aside, with a warning, what no longer fits.
"""

import os
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.console import Console

from catalog import setup
from catalog.errors import SetupError
from catalog.replay.request import Request
from catalog.settings import ROOT, Home, Settings
from stack import jobs, ready, supervise
from stack.layout import Layout
from stack.preflight import check_ports, make_data
from stack.render import make_secrets, render
from stack.replay.plan import plan
from stack.replay.run import run
from stack.service import Service
from stack.services import services
from stack.settle import settle

TAUGHT = {"kafka", "flink-jobmanager", "flink-taskmanager", "trino"}
REPLAY = "flink-replay"
NEEDED = TAUGHT | {"postgres", "s3", "ingest"}
STOPPED = ("ingest", "flink-taskmanager", "flink-jobmanager", "kafka")
"""Each before what it calls."""
LATE = {"trino", "ingest"}
"""They answer once tables and topics are there."""
POSTS = ("--count", "1000", "--rate", "50", "--bad", "0.02", "--repeat", "0.05", "--newer", "0.02")
WRITE_SECONDS = 180
SHOWN_LINES = 15


def train(at: Path) -> None:
    """Run a small stack of its own once and keep in a folder of the tools what each Java has learnt.

    Raises SetupError with the end of what was said when it fails; the folder then has its logs.
    """
    shutil.rmtree(at, ignore_errors=True)
    at.mkdir(parents=True)
    with TemporaryDirectory(prefix="pinflow-train-") as home:
        logs = Layout.of(Home(home=Path(home))).logs
        own = {"PINFLOW_HOME": home, "PINFLOW_TOOLS": str(at.parent.resolve()), "PYTHONPATH": str(ROOT)}
        done = subprocess.run(
            [sys.executable, "-m", __name__], env=_outside() | own, cwd=ROOT, capture_output=True, text=True
        )
        if done.returncode:
            raise SetupError(_failure(done.stdout + done.stderr, logs, at / "logs"))


def _failure(said: str, logs: Path, kept: Path) -> str:
    """Keep the logs of a run whose folder goes away, and tell its end with their new names."""
    logs.mkdir(exist_ok=True)  # the run may have failed before it wrote any
    shutil.copytree(logs, kept)
    end = "\n".join(said.strip().splitlines()[-SHOWN_LINES:]).replace(str(logs), str(kept))
    return f"the run from which Java learns failed; its logs are in {kept}:\n{end}"


def _outside() -> dict[str, str]:
    """Give the environment without settings: those of the caller's stack are not this one's."""
    return {name: value for name, value in os.environ.items() if not name.startswith("PINFLOW_")}


def main() -> None:
    """Start the stack that the environment names, let records go through, and end it."""
    home = Home()
    make_secrets(home)
    settings = _on_free_ports(home)
    layout, console = Layout.of(settings.home), Console()
    layout.make()
    own = _wanted(settings)
    render(settings, own)
    _let_them_learn(layout)
    make_data(settings)
    supervise.start(layout, NEEDED)
    try:
        _live_through(settings, console)
        for name in STOPPED:
            supervise.stop_service(layout, name)
    finally:
        supervise.stop(layout)
    if missing := [name for name in (*TAUGHT, REPLAY) if not layout.memory(name).exists()]:
        raise SetupError(f"Java has kept nothing of the run of {', '.join(missing)}")


def _on_free_ports(home: Home) -> Settings:
    for base in range(home.port_base + 3000, 50000, 100):
        os.environ["PINFLOW_PORT_BASE"] = str(base)
        settings = Settings()
        try:
            check_ports(_wanted(settings))
        except SetupError:
            continue
        return settings
    raise SetupError("no hundred ports in a row are free for a stack of its own")


def _wanted(settings: Settings) -> list[Service]:
    """Name the services, with the time to write down what they learnt."""
    return [
        replace(service, stop_seconds=WRITE_SECONDS) if service.name in TAUGHT else service
        for service in services(settings)
        if service.name in NEEDED
    ]


def _let_them_learn(layout: Layout) -> None:
    """Have each Java write down what the configuration tells it to remember."""
    written = (path for path in layout.etc.rglob("*") if path.is_file() and not path.is_symlink())
    for file in written:
        file.write_text(file.read_text().replace("-XX:AOTCache=", "-XX:AOTCacheOutput="))


def _live_through(settings: Settings, console: Console) -> None:
    """Start everything, let some records go through both jobs, and replay them."""
    ready.wait_for(NEEDED - LATE, settings, console)
    setup.ensure(settings)
    ready.wait_for(LATE, settings, console)
    supervise.stop_service(Layout.of(settings.home), "trino")  # who learns from questions starts more slowly
    jobs.ensure_running(settings)
    emulate = [sys.executable, "-m", "stack.cli", "emulate", *POSTS, "--url", settings.ingest.url]
    subprocess.run(emulate, cwd=ROOT, check=True)
    settle(settings, console)
    run(settings, plan(settings, Request()).id, console)


if __name__ == "__main__":
    main()
