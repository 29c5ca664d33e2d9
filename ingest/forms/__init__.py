"""Client forms, one file each."""

from collections.abc import Iterator

from fastapi import APIRouter

from catalog.settings import Settings
from ingest.forms import events, flat, gateway, kinesis, rest, rest_consumers, rest_topics
from ingest.forms.streams import Streams
from ingest.writer import Writer


def routers(writer: Writer, settings: Settings) -> Iterator[APIRouter]:
    """Make the routes of every form over one writer."""
    streams = Streams(writer, settings)
    yield rest.router(writer)
    yield rest_topics.router(writer, settings.kafka)
    yield rest_consumers.router(writer, settings.kafka)
    yield gateway.router(streams)
    yield kinesis.router(streams, settings.kafka)
    yield flat.router(writer)
    yield events.router(writer)
