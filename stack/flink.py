"""Flink's environment: its own wheel untouched, our jars beside its jars."""

import os
from collections.abc import Iterable
from pathlib import Path

from catalog.settings import ROOT, Settings
from stack.layout import Layout

PROGRAM = ROOT / "flink_jobs" / "__main__.py"
MAIN_CLASSES = {
    "jobmanager": "org.apache.flink.runtime.entrypoint.StandaloneSessionClusterEntrypoint",
    "taskmanager": "org.apache.flink.runtime.taskexecutor.TaskManagerRunner",
    "replay": "org.apache.flink.client.cli.CliFrontend",
}
CLASS_PATH = "classpath"
REPLAY_CLASS_PATH = "replay-classpath"
CLIENT_ENDED = "Python process exits"


def flink_environment(settings: Settings) -> dict[str, str]:
    """Give the environment in which Flink's own scripts run, and the jobs that they submit."""
    layout = Layout.of(settings.home)
    return {
        **os.environ,
        **flink_variables(layout),
        "PINFLOW_HOME": str(layout.home),
        "PINFLOW_TOOLS": str(layout.tools),
        "PINFLOW_PORT_BASE": str(settings.home.port_base),
        # No job has functions in Python; else the client would serve them on every address of the machine.
        "_python_worker_execution_mode": "process",
    }


def flink_variables(layout: Layout) -> dict[str, str]:
    """Name Flink's folders as its scripts read them."""
    return {
        "FLINK_HOME": str(layout.flink_home),
        "FLINK_LIB_DIR": str(layout.flink_lib),
        "FLINK_OPT_DIR": str(layout.flink_home / "opt"),
        "FLINK_PLUGINS_DIR": str(layout.flink_home / "plugins"),
        "FLINK_CONF_DIR": str(layout.etc / "flink"),
        "FLINK_LOG_DIR": str(layout.logs),
        "FLINK_ENV_JAVA_OPTS": f"@{layout.etc / 'flink' / 'jvm.options'}",
        "JAVA_HOME": str(layout.java_home),
    }


def cluster_command(layout: Layout, name: str) -> list[str]:
    """Start the JobManager or the TaskManager."""
    return [*java_command(layout, name), "--configDir", str(layout.etc / "flink")]


def java_command(layout: Layout, name: str, *more: str) -> list[str]:
    """Start one of Flink's programs, with more options; its own scripts start Java several times for that."""
    folder = layout.etc / "flink"
    class_path = REPLAY_CLASS_PATH if name == "replay" else CLASS_PATH
    files = (folder / "jvm.options", folder / f"{name}.options", layout.flink_lib / class_path)
    return [str(layout.java), *(f"@{file}" for file in files), *more, MAIN_CLASSES[name]]


def link_jars(layout: Layout) -> None:
    """Make the library folder hold links to exactly the jars that are installed now, and two class paths.

    A replay plans its job itself, with the planner as any other jar: what Flink's own loader of it brings in,
    Java cannot remember from a run before.
    """
    folders = (layout.flink_home / "lib", layout.tools / "jars" / "flink", layout.tools / "udf")
    jars = _link(layout.flink_lib, folders)
    planner = _link(layout.flink_lib / "planner", [layout.tools / "jars" / "planner"])
    _write_class_path(layout.flink_lib / CLASS_PATH, jars)
    rest = [jar for jar in jars if not jar.name.startswith("flink-table-planner-loader")]
    _write_class_path(layout.flink_lib / REPLAY_CLASS_PATH, rest + planner)


def _link(at: Path, folders: Iterable[Path]) -> list[Path]:
    at.mkdir(exist_ok=True)
    wanted = {at / jar.name: jar for folder in folders for jar in folder.glob("*.jar")}
    for link in at.glob("*.jar"):
        # A running cluster reads through these links: one that is right stays.
        if link not in wanted or link.readlink() != wanted[link]:
            link.unlink()
    for link, jar in wanted.items():
        if not link.is_symlink():
            link.symlink_to(jar)
    return list(wanted)


def _write_class_path(file: Path, jars: list[Path]) -> None:
    """Put Flink's own classes last, as its scripts do."""
    ordered = sorted(jars, key=lambda jar: (jar.name.startswith("flink-dist"), jar.name))
    file.write_text(f'-classpath "{":".join(map(str, ordered))}"\n')


def link_logging(layout: Layout) -> None:
    """Let Flink log as the wheel's configuration says."""
    for path in (layout.flink_home / "conf").glob("log4j*.properties"):
        link = layout.etc / "flink" / path.name
        link.unlink(missing_ok=True)
        link.symlink_to(path)


def innermost_cause(log: str) -> str:
    """Find the cause that Java names last in a client's log, else the last line of Python's.

    That the client ended, too, is none.
    """
    lines = [line for line in log.splitlines() if line.strip() and CLIENT_ENDED not in line]
    causes = [line for line in lines if "Caused by:" in line]
    said = [line for line in lines if not line[0].isspace()]
    return (causes or said or ["it said nothing"])[-1].strip().removeprefix(": ")
