"""Client forms, one file each."""

from collections.abc import Iterator

from fastapi import APIRouter

from catalog.settings import Settings
from ingest.forms import rest, rest_topics
from ingest.writer import Writer


def routers(writer: Writer, settings: Settings) -> Iterator[APIRouter]:
    """Make the routes of every form over one writer."""
    for form in (rest, rest_topics):
        yield form.router(writer, settings)
