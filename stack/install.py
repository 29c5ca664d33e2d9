"""Install what the services run on: Java and Maven, Flink's environment, jars, Trino, the functions in Java.

Each step leaves a stamp of what it was made from, so that a second run does nothing and a broken one repeats.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from catalog.errors import SetupError
from catalog.settings import ROOT, Home
from stack.monitoring import PACKAGES as MONITORING
from stack.trained import train

PACKAGES = ("openjdk-17-jdk-headless", "maven")
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
"""The tests of the live page run in the first of these that is there."""
UDF = ROOT / "flink_jobs" / "udf"
POM = ROOT / "stack" / "pom.xml"
JAVA_OPTIONS = sorted((*ROOT.glob("deploy/trino/jvm.config.j2"), *ROOT.glob("deploy/flink/*.options.j2")))
TRINO_PLUGINS = {
    "iceberg", "postgresql", "geospatial", "password-authenticators",
    "resource-group-managers", "session-property-managers", "jmx", "memory", "tpch",
}  # fmt: skip
TRINO_PARTS = {"bin", "lib", "plugin", "secrets-plugin"}


def install(home: Home, console: Console, *, airflow: bool = False, dev: bool = False) -> None:
    """Install everything that is missing or was made from something else, `dev` the developers' tools too.

    Raises SetupError when a package is missing and may not be installed, or a step fails.
    """
    tools = home.tools_dir
    _ensure_packages(console)
    if dev and not any(map(shutil.which, BROWSERS)):
        _install_packages(("chromium",), "a browser for the tests", "Chromium", console)
    if dev and not all(map(shutil.which, MONITORING)):
        _install_packages(MONITORING, "Prometheus, Alertmanager and an exporter", "Prometheus", console)
    functions = [UDF / "pom.xml", *sorted(UDF.glob("src/main/**/*.java"))]
    locks = [_lock("app"), _lock("flink")]
    steps: list[tuple[str, str, Iterable[Path], Callable[[Path], None]]] = [
        ("flink", "Flink's Python environment", [_lock("flink")], lambda at: environment(home, "flink", at)),
        ("jars", "Kafka, Flink connectors and Trino", [POM], _jars),
        ("udf", "the functions in Java", functions, _udf),
        ("trained", "what each Java remembers of a run", [POM, *JAVA_OPTIONS, *locks, *functions], train),
    ]
    if airflow or dev:
        steps.append(("airflow", "Airflow", [_lock("airflow")], lambda at: environment(home, "airflow", at)))
    if dev:
        steps.append(
            ("dev", "the developers' tools", [_lock("dev")], lambda at: environment(home, "dev", at))
        )
    for name, what, made_from, make in steps:
        _step(tools / name, what, made_from, make, console)


def environment(home: Home, name: str, at: Path) -> None:
    """Make the Python environment `name` from its lock file."""
    uv = str(home.tools_dir / "uv" / "bin" / "uv")
    _run([uv, "venv", "-q", "--clear", "--python", sys.executable, str(at)])
    pip = [uv, "pip", "install", "-q", "--python", str(at / "bin" / "python")]
    _run([*pip, "--require-hashes", "-r", str(_lock(name))])


def _lock(name: str) -> Path:
    return ROOT / "requirements" / f"{name}.txt"


def _step(
    at: Path, what: str, made_from: Iterable[Path], make: Callable[[Path], None], console: Console
) -> None:
    stamp = hashlib.sha256(b"".join(path.read_bytes() for path in made_from)).hexdigest()
    note = at / "made-from"
    if note.exists() and note.read_text() == stamp:
        return
    with _progress(what, console):
        make(at)
    note.write_text(stamp)


@contextmanager
def _progress(what: str, console: Console) -> Iterator[None]:
    if not console.is_terminal:
        console.print(f"installing {what}")
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    began = time.monotonic()
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        progress.add_task(f"installing {what}", total=None)
        yield
    console.print(f"[green]✓[/] installed {what} ({time.monotonic() - began:.0f} s)")


def _jars(at: Path) -> None:
    """Fill a fresh folder, so that no jar of a former version stays on a class path."""
    fresh = at.with_name(f"{at.name}.fresh")
    shutil.rmtree(fresh, ignore_errors=True)
    _run(["mvn", "-B", "-q", "-f", str(POM), "package", f"-Djars={fresh}"])
    _unpack_trino(fresh / "trino")
    shutil.rmtree(at, ignore_errors=True)
    fresh.rename(at)


def _udf(at: Path) -> None:
    """Build into a fresh folder, so that no jar of another name stays on a class path."""
    shutil.rmtree(at, ignore_errors=True)
    _run(["mvn", "-B", "-q", "-f", str(UDF / "pom.xml"), "package", "-DskipTests", f"-Dbuild={at}"])


def _unpack_trino(at: Path) -> None:
    """Unpack everything first: plugin jars are hard links into other plugins."""
    (archive,) = at.glob("*.tar.gz")
    server = at / "server"
    server.mkdir()
    _run(["tar", "xzf", str(archive), "-C", str(server), "--strip-components=1"])
    for path in (*server.iterdir(), *(server / "plugin").iterdir()):
        wanted = TRINO_PLUGINS if path.parent.name == "plugin" else TRINO_PARTS
        if path.name not in wanted:
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    archive.unlink()


def _ensure_packages(console: Console) -> None:
    if shutil.which("mvn") and has_java_17():
        return
    _install_packages(PACKAGES, "Java 17 and Maven", "Java 17 or Maven", console)
    if not has_java_17():
        raise SetupError(
            "Java 17 is installed but another comes first; run: update-alternatives --config javac"
        )


def _install_packages(packages: tuple[str, ...], what: str, missing: str, console: Console) -> None:
    command = ["apt-get", "install", "-y", *packages]
    sudo = [] if os.geteuid() == 0 else ["sudo", "-n"]
    if sudo and (not shutil.which("sudo") or subprocess.run([*sudo, "true"], capture_output=True).returncode):
        raise SetupError(f"{missing} is missing; run: sudo {' '.join(command)}")
    with _progress(what, console):
        _run([*sudo, "apt-get", "update"])
        _run([*sudo, "env", "DEBIAN_FRONTEND=noninteractive", *command])


def has_java_17() -> bool:
    """Say whether the first javac on the path is of Java 17."""
    java = shutil.which("javac")
    if java is None:
        return False
    version = subprocess.run([java, "-version"], capture_output=True, text=True)
    return (version.stdout + version.stderr).startswith("javac 17.")


def _run(command: list[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        tail = (done.stdout + done.stderr).strip().splitlines()[-15:]
        raise SetupError(f"this step failed: {' '.join(command)}\n" + "\n".join(tail))
