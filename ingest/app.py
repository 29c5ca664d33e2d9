"""The HTTP service: its forms over one writer, and the two questions of whoever watches it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI, Response
from fastapi.responses import JSONResponse

from catalog.settings import Settings
from ingest.forms import rest
from ingest.writer import Writer


def create(settings: Settings) -> FastAPI:
    """Make the service; Kafka may come and go while it runs."""
    writer: Writer = Writer(settings.kafka, settings.ingest)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        await writer.start()
        yield
        await writer.stop()

    app = FastAPI(title="Pinflow ingest", lifespan=lifespan)
    app.include_router(rest.router(writer, settings.ingest))

    @app.get("/health")
    async def health() -> Response:
        """Say that the process lives."""
        return JSONResponse({"status": "alive"})

    @app.get("/ready")
    async def ready() -> Response:
        """Say whether Kafka answered the newest probe."""
        is_ready = writer.cluster is not None
        return JSONResponse({"kafka": "here" if is_ready else "away"}, 200 if is_ready else 503)

    return app
