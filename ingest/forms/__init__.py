"""Client forms, one file each."""

from collections.abc import Iterator

from fastapi import APIRouter

from catalog.settings import Settings
from ingest.forms import gateway, kinesis, rest, rest_topics
from ingest.forms.streams import Streams
from ingest.writer import Writer


def routers(writer: Writer, settings: Settings) -> Iterator[APIRouter]:
    """Make the routes of every form over one writer."""
    streams = Streams(writer, settings)
    yield rest.router(writer, settings)
    yield rest_topics.router(writer, settings)
    yield gateway.router(streams, settings)
    yield kinesis.router(streams, settings)
