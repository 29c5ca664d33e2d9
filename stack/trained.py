"""Let Trino's Java remember a start: its classes as they lay in memory then, and what was called often.

Each later start of any stack with these tools takes two thirds of the work (JEP 483 and 515). Java leaves
aside, with a warning, what no longer fits.
"""

import shutil
import socket
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

import requests
from tenacity import retry, retry_if_exception_type, stop_after_delay, wait_fixed

from catalog.errors import SetupError
from catalog.settings import HOST, Settings
from stack.layout import Layout
from stack.ready import tail
from stack.render import shared_variables, write_all
from stack.services import trino as trino_service

START_SECONDS = 180
WRITE_SECONDS = 180


def train(at: Path) -> None:
    """Start Trino once and keep in a folder of the tools what its Java has learnt; raises SetupError."""
    at.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix="pinflow-train-") as folder:
        layout = Layout(Path(folder), at.parent.resolve())
        fresh, log = layout.home / "trino.aot", layout.home / "log"
        port = _free_port()
        _configure(layout, port, fresh)
        _run(layout, port, log)
        if not fresh.exists():
            raise SetupError(f"Trino's Java has kept nothing of its start:\n{tail(log)}")
        shutil.move(fresh, layout.trino_memory)


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


def _run(layout: Layout, port: int, log: Path) -> None:
    service = trino_service(Settings(), layout)
    with log.open("wb") as output:
        process = subprocess.Popen(
            service.command, env=service.environment, stdout=output, stderr=output, cwd=layout.home
        )
    try:
        _await(port, process)
        process.terminate()
        process.wait(WRITE_SECONDS)
    except (requests.RequestException, subprocess.TimeoutExpired, SetupError) as error:
        raise SetupError(f"Trino did not start to learn its start: {error}\n{tail(log)}") from error
    finally:
        process.kill()
        process.wait()


@retry(
    stop=stop_after_delay(START_SECONDS),
    wait=wait_fixed(0.5),
    retry=retry_if_exception_type(requests.RequestException),
    reraise=True,
)
def _await(port: int, process: subprocess.Popen[bytes]) -> None:
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
