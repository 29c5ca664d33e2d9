"""Let Trino's Java remember a start: its classes as they lay in memory then, and what was called often.

Each later start of any stack with these tools takes two thirds of the work (JEP 483 and 515). Java leaves
aside, with a warning, what no longer fits.
"""

import shutil
import socket
import subprocess
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO

import requests
from tenacity import retry, retry_if_exception_type, stop_after_delay, wait_fixed

from catalog.errors import SetupError
from catalog.settings import HOST, Home, Settings
from stack.layout import Layout
from stack.render import shared_variables, write_all
from stack.services import trino as trino_service

START_SECONDS = 180
WRITE_SECONDS = 180


def train(home: Home) -> Callable[[Path], None]:
    """Give the step that starts Trino once and keeps in a folder what its Java has learnt."""
    return lambda at: _train(home.tools_dir.resolve(), at.resolve())


def _train(tools: Path, at: Path) -> None:
    at.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix="pinflow-train-") as folder:
        layout = Layout(Path(folder), tools)
        fresh = Path(folder) / "trino.aot"
        port = _free_port()
        _configure(layout, port, fresh)
        with (Path(folder) / "log").open("w+") as log:
            _run(layout, port, log)
            if not fresh.exists():
                raise SetupError(f"Trino's Java has kept nothing of its start:\n{_end_of(log)}")
        shutil.move(fresh, Layout(layout.home, tools).trino_memory)


def _configure(layout: Layout, port: int, fresh: Path) -> None:
    settings = Settings()
    variables = {
        **shared_variables(settings, []),
        "trino_port": port,
        "trino_data": layout.data("trino"),
        "temp": layout.home,
        "trino_memory": f"-XX:AOTCacheOutput={fresh}",
        "bind": HOST,
        "host": lambda _: HOST,
    }
    write_all(layout.etc, variables, 0o600, frozenset({"trino"}))
    shutil.rmtree(layout.etc / "trino" / "catalog")  # there are no passwords yet, and nothing to ask


def _run(layout: Layout, port: int, log: IO[str]) -> None:
    service = trino_service(Settings(), layout)
    process = subprocess.Popen(
        service.command, env=service.environment, stdout=log, stderr=log, cwd=layout.home, text=True
    )
    try:
        _await(port, process)
        process.terminate()
        process.wait(WRITE_SECONDS)
    except (requests.RequestException, subprocess.TimeoutExpired, SetupError) as error:
        raise SetupError(f"Trino did not start to learn its start: {error}\n{_end_of(log)}") from error
    finally:
        process.kill()
        process.wait()


@retry(
    stop=stop_after_delay(START_SECONDS),
    wait=wait_fixed(0.5),
    retry=retry_if_exception_type(requests.RequestException),
    reraise=True,
)
def _await(port: int, process: subprocess.Popen[str]) -> None:
    if process.poll() is not None:
        raise SetupError("Trino ended while it learnt its start")
    answer = requests.get(f"http://{HOST}:{port}/v1/info", timeout=5)
    answer.raise_for_status()
    if answer.json()["starting"]:
        raise requests.ConnectionError("it is still starting")


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind((HOST, 0))
        return int(listener.getsockname()[1])


def _end_of(log: IO[str]) -> str:
    log.seek(0)
    return "".join(log.readlines()[-15:])
