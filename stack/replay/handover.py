"""Decide whether the running jobs go over to the text of a replay, and let them."""

from catalog.errors import SetupError
from catalog.settings import Settings
from flink_jobs.texts import rules
from stack import jobs, states
from stack.upgrade import upgrade


def is_wanted(settings: Settings, replayed: str, *, mixed: bool) -> bool:
    """Say whether publishing rows of some rules hands the jobs over to them.

    Raises SetupError when the jobs would go on with other rules and nobody has allowed that.
    """
    running = running_rules(settings)
    if running <= {replayed} or mixed:
        return False
    if rules() == replayed:
        return True
    raise SetupError(
        f"the jobs run with the rules {', '.join(sorted(running))}, this replay has {replayed} and sql/ "
        f"holds {rules()}: put the replay's text into sql/, and publishing hands the jobs over to it; "
        "or let both stand side by side with --mixed-rules"
    )


def running_rules(settings: Settings) -> set[str]:
    """Name the rules that the jobs were last started with."""
    notes = (states.state_folder(settings, name) / "rules" for name in jobs.NAMES)
    return {note.read_text() for note in notes if note.exists()}


def hand_over(settings: Settings) -> None:
    """Let both jobs go over to the present text."""
    with jobs.alone(settings):
        upgrade(settings)
