"""Files of random secrets: KEY=VALUE lines that the owner alone may read."""

import secrets
from collections.abc import Iterable
from pathlib import Path


def add_secrets(path: Path, names: Iterable[str]) -> set[str]:
    """Add a random value for each name that has none yet, and name those that were added."""
    path.touch(mode=0o600)
    path.chmod(0o600)
    lines = (line.partition("=") for line in path.read_text().splitlines())
    there = {name for name, _, value in lines if value}
    missing = [name for name in names if name not in there]
    with path.open("a") as file:
        file.writelines(f"{name}={secrets.token_hex(16)}\n" for name in missing)
    return set(missing)
