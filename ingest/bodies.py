"""What the forms ask of a body before they read it; the guard has bounded its length."""

from fastapi import Request

from ingest.errors import Refusal

MAX_RECORDS = 10_000
"""Most records a request may hold; tiny ones would otherwise grow a small body to gigabytes."""
MAX_OBJECTS = 20 * MAX_RECORDS
"""Most braces a body may open, in rows and in texts."""


def content_type(request: Request) -> str:
    """Give the type of a body without its parameters, in lower case; empty when none is named."""
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


def check_objects(body: bytes) -> None:
    """Raise Refusal when a body may hold so many objects that reading it takes too much memory."""
    if body.count(b"{") > MAX_OBJECTS:
        raise Refusal(413, f"A request may not hold more than {MAX_OBJECTS} objects")
