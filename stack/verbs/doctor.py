"""The verb `doctor`."""

import shutil
from collections.abc import Callable, Iterator

import psutil
import typer
from rich.console import Console

from catalog.errors import SetupError
from catalog.settings import Settings
from stack import jobs, ready, supervise
from stack.install import has_java_17
from stack.layout import Layout
from stack.preflight import check_disk, check_ports
from stack.services import services

Finding = tuple[str, str | None]
NEEDED_MEMORY_BYTES = 8 * 1024**3


def doctor() -> None:
    """Check everything that can stand in the way, each with the command that repairs it.

    Example: ./pinflow doctor
    """
    console = Console()
    repairs = 0
    for what, repair in findings(Settings()):
        console.print(f"[green]✓[/] {what}" if repair is None else f"[red]✗[/] {what}: {repair}")
        repairs += repair is not None
    if repairs:
        raise typer.Exit(2)


def findings(settings: Settings) -> Iterator[Finding]:
    """Give each check with what repairs it, None when nothing is wrong."""
    layout = Layout.of(settings.home)
    yield "Java 17", None if has_java_17() else "apt-get install -y openjdk-17-jdk-headless"
    yield "Maven", None if shutil.which("mvn") else "apt-get install -y maven"
    memory = psutil.virtual_memory().total
    yield (
        "memory",
        None if memory >= NEEDED_MEMORY_BYTES else f"{memory / 1024**3:.0f} GiB here, Pinflow needs 8",
    )
    yield "disk", _said(lambda: check_disk(layout.home))
    seen = supervise.states(layout)
    if not seen:
        yield "ports", _said(lambda: check_ports(services(settings)))
        yield "services", "not started; run: ./pinflow up"
        return
    for service in (service for service in services(settings) if service.name in seen):
        log = layout.logs / f"{service.name}.log"
        yield (
            service.name,
            None if ready.answers(service.name, settings) else f"see {log}, then run: ./pinflow up",
        )
    if ready.answers("flink-jobmanager", settings):
        for job in jobs.jobs(settings):
            yield f"job {job.name}", None if job.state == "RUNNING" else f"{job.state}; run: ./pinflow up"


def _said(check: Callable[[], None]) -> str | None:
    try:
        check()
    except SetupError as error:
        return str(error)
    return None
