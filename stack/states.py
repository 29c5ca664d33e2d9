"""What a job leaves on disk: checkpoints, savepoints, the rules of these, the wish that it stays stopped."""

import shutil
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import unquote, urlparse

from catalog.errors import SetupError
from catalog.settings import Settings
from stack.layout import Layout


@dataclass(frozen=True, order=True)
class State:
    """Hold one completed checkpoint or savepoint; the newer is the greater."""

    written_at: datetime
    folder: Path


def state_folder(settings: Settings, name: str) -> Path:
    """Name the folder of a job's checkpoints and savepoints."""
    return Layout.of(settings.home).data("flink") / name


def newest_state(folder: Path) -> State | None:
    """Find the newest completed checkpoint or savepoint of a job, None when it has none."""
    return max(_completed(folder), default=None)


def _completed(folder: Path) -> list[State]:
    found = []
    for path in folder.glob("**/_metadata"):
        with suppress(FileNotFoundError):  # a running job removes the old ones
            found.append(State(datetime.fromtimestamp(path.stat().st_mtime, UTC), path.parent))
    return found


def remove_older(folder: Path, newest: State | None) -> None:
    """Remove what no job may go on from any more: older savepoints, and the checkpoints of former jobs."""
    for state in _completed(folder):
        top = folder / state.folder.relative_to(folder).parts[0]
        if newest and not newest.folder.is_relative_to(top):
            shutil.rmtree(top, ignore_errors=True)


def refuse_all_but_newest(settings: Settings, name: str, asked: str) -> None:
    """Raise SetupError, with the reason, unless `asked` (path or file URI) is the job's newest state."""
    folder = state_folder(settings, name)
    path = Path(unquote(urlparse(asked).path)).resolve()
    known = {state.folder: state for state in _completed(folder)}
    if path not in known:
        raise SetupError(f"{path} is no completed checkpoint or savepoint of {name}; those are in {folder}")
    newest = max(known.values())
    if known[path] != newest:
        raise SetupError(
            f"{path.name} of {known[path].written_at:%Y-%m-%d %H:%M:%S} UTC is older than "
            f"{newest.folder.name} of {newest.written_at:%H:%M:%S}: from there the Iceberg committer takes "
            f"new files for committed ones and skips them without a word; run: ./pinflow jobs resume {name}"
        )


def was_started(settings: Settings, name: str) -> bool:
    """Say whether the job has ever been submitted on this stack."""
    return (state_folder(settings, name) / "rules").exists()


def noted_rules(folder: Path) -> str | None:
    """Give the rules that made a job's states, None when none were noted."""
    note = folder / "rules"
    return note.read_text() if note.exists() else None


def note_rules(folder: Path, under: str) -> None:
    """Keep the rules of a job beside the states that they make."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "rules").write_text(under)


def wish_stopped(settings: Settings, name: str) -> None:
    """Remember that a job is to stay stopped until it is resumed."""
    _wish(settings, name).touch()


def forget_wish(settings: Settings, name: str) -> bool:
    """Let a job be submitted again; say whether it was to stay stopped."""
    wished = is_wished_stopped(settings, name)
    _wish(settings, name).unlink(missing_ok=True)
    return wished


def is_wished_stopped(settings: Settings, name: str) -> bool:
    """Say whether a job is to stay stopped."""
    return _wish(settings, name).exists()


def _wish(settings: Settings, name: str) -> Path:
    folder = state_folder(settings, name)
    folder.mkdir(parents=True, exist_ok=True)
    return folder / "stopped"
