"""What is submitted: the form in which the stack tells Flink's Python which jobs to start, and from where."""

from pathlib import Path

from pydantic import BaseModel, TypeAdapter


class Submission(BaseModel):
    """Say which job starts, under which id (32 hex digits), by which plan and from which state.

    The plan is a file; it is made when it is missing.
    """

    job: str
    id: str
    plan: Path
    states: Path
    start_from: Path | None


SUBMISSIONS = TypeAdapter(list[Submission])
