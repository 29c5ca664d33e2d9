"""The supervisor that restarts every service: started, asked, stopped."""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from http.client import HTTPException
from pathlib import Path
from typing import Any
from xmlrpc.client import Fault, ServerProxy

import psutil
from supervisor.xmlrpc import SupervisorTransport

from catalog.errors import SetupError
from stack.layout import Layout


@contextmanager
def _supervisor(layout: Layout) -> Iterator[Any]:
    transport = SupervisorTransport(None, None, f"unix://{layout.socket}")
    with closing(transport):
        yield ServerProxy("http://supervisor", transport=transport).supervisor


def _processes(layout: Layout) -> list[dict[str, Any]]:
    with _supervisor(layout) as supervisor:
        return list(supervisor.getAllProcessInfo())


def states(layout: Layout) -> dict[str, str]:
    """Give the state of each service as the supervisor sees it; empty when no supervisor runs."""
    if not layout.socket.exists():
        return {}
    try:
        return {process["name"]: process["statename"] for process in _processes(layout)}
    except (OSError, HTTPException):
        return {}
    except Fault:  # it is shutting down and refuses to say more
        return {"supervisor": "STOPPING"}


def end_orphans(layout: Layout) -> None:
    """End the services that a killed supervisor left behind; their environment names it."""
    left = [
        process for process in psutil.process_iter() if _supervisor_of(process) == f"unix://{layout.socket}"
    ]
    for process in left:
        with suppress(psutil.NoSuchProcess):
            process.terminate()
    for process in psutil.wait_procs(left, timeout=20)[1]:
        with suppress(psutil.NoSuchProcess):
            process.kill()


def _supervisor_of(process: psutil.Process) -> str | None:
    try:
        name: str | None = process.environ().get("SUPERVISOR_SERVER_URL")
    except psutil.Error:
        return None
    return name


def pids(layout: Layout) -> dict[str, int]:
    """Give the process id of each running service."""
    if not states(layout):
        return {}
    return {process["name"]: process["pid"] for process in _processes(layout) if process["pid"]}


def start(layout: Layout, wanted: set[str]) -> None:
    """Start the supervisor with its services, or let a running one take up its configuration."""
    if states(layout):
        _reload(layout, wanted)
        return
    layout.socket.unlink(missing_ok=True)
    program = str(Path(sys.prefix) / "bin" / "supervisord")
    done = subprocess.run(
        [program, "-c", str(layout.etc / "supervisor" / "supervisord.conf")], capture_output=True, text=True
    )
    if done.returncode:
        raise SetupError(
            f"the supervisor did not start: {done.stderr.strip()}; see {layout.logs / 'supervisord.log'}"
        )


def stop(layout: Layout) -> None:
    """Stop every service and the supervisor, and wait until it is gone."""
    if not states(layout):
        return
    with suppress(OSError, HTTPException), _supervisor(layout) as supervisor:
        supervisor.shutdown()
    deadline = time.monotonic() + 60
    while layout.socket.exists() and states(layout):
        if time.monotonic() > deadline:
            raise SetupError(f"services are still stopping after 60 s; see {layout.logs}")
        time.sleep(0.2)


def stop_service(layout: Layout, name: str) -> None:
    """Stop one service until it is started again; nothing happens when it is not running."""
    if not states(layout):
        return
    with _supervisor(layout) as supervisor, suppress(Fault):
        supervisor.stopProcess(name)


def start_service(layout: Layout, name: str) -> None:
    """Start one service that was stopped; nothing happens when it is running."""
    with _supervisor(layout) as supervisor, suppress(Fault):
        supervisor.startProcess(name, False)


def _reload(layout: Layout, wanted: set[str]) -> None:
    with _supervisor(layout) as supervisor:
        added, changed, removed = supervisor.reloadConfig()[0]
        for name in (*changed, *removed):
            with suppress(Fault):  # it may not be running
                supervisor.stopProcess(name)
            supervisor.removeProcessGroup(name)
        for name in (*added, *changed):
            with suppress(Fault):
                supervisor.addProcessGroup(name)
        for process in supervisor.getAllProcessInfo():
            if process["name"] in wanted and process["statename"] in ("STOPPED", "EXITED", "FATAL"):
                supervisor.startProcess(process["name"])
