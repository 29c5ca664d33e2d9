"""What a service is: a process that the supervisor keeps running."""

import shlex
from dataclasses import dataclass, field
from pathlib import Path

from catalog.settings import ROOT


@dataclass(frozen=True)
class Service:
    """Hold one process that the supervisor keeps running; an extra one only when it is asked for."""

    name: str
    command: list[str]
    ports: tuple[int, ...]
    url: str
    environment: dict[str, str] = field(default_factory=dict)
    directory: Path = ROOT
    is_extra: bool = False
    stop_signal: str = "TERM"
    stop_seconds: int = 20
    is_late: bool = False
    """Started by the command, once what it needs was made, rather than by the supervisor when it starts."""

    @property
    def part(self) -> str:
        """Name the program that it belongs to: several processes can be one."""
        return self.name.partition("-")[0]

    @property
    def shell_command(self) -> str:
        """Give the command as one line."""
        return shlex.join(self.command)
