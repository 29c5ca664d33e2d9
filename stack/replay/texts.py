"""The SQL texts of a replay: copied when it is planned, so that what runs is what was planned."""

import shutil
import subprocess
import tarfile
from io import BytesIO
from pathlib import Path

from catalog.errors import SetupError
from catalog.settings import ROOT

SQL = "sql"


def copy(revision: str | None, to: Path) -> str | None:
    """Copy the texts of a revision, else the present ones; give its commit.

    Raises SetupError when git knows no such revision; the folder is removed.
    """
    if revision is None:
        copy_folder(ROOT / SQL, to)
        return None
    to.parent.mkdir(parents=True, exist_ok=True)
    try:
        return _copy_revision(revision, to.parent)
    except SetupError:
        shutil.rmtree(to.parent)
        raise


def copy_folder(of: Path, to: Path) -> None:
    """Copy the texts of a folder like `sql/`; raises SetupError when it is none."""
    if not (of / "10_read").is_dir() or not (of / "macros").is_dir():
        raise SetupError(f"{of} holds no folders 10_read and macros: copy sql/, change the copy, name that")
    shutil.copytree(of, to, dirs_exist_ok=True)


def _copy_revision(revision: str, beside: Path) -> str:
    commit = _git("rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
    if commit is None:
        raise SetupError(
            f"git knows no revision {revision}; git log --oneline -- sql lists those of the texts"
        )
    name = commit.decode().strip()
    archive = _git("archive", "--format=tar", name, "--", SQL)
    if archive is None:
        raise SetupError(f"the revision {revision} has no folder {SQL}/")
    with tarfile.open(fileobj=BytesIO(archive)) as members:
        members.extractall(beside, filter="data")
    return name


def _git(*words: str) -> bytes | None:
    done = subprocess.run(["git", *words], cwd=ROOT, capture_output=True)
    return None if done.returncode else done.stdout
