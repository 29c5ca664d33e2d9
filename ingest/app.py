"""The HTTP service: its forms over one writer, and the two questions of whoever watches it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from catalog.settings import Settings
from ingest.errors import KAFKA_AWAY, Refusal, answer, form_of
from ingest.forms import routers
from ingest.outcomes import AwayError
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
    for router in routers(writer, settings):
        app.include_router(router)
    _add_refusals(app)

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


def _add_refusals(app: FastAPI) -> None:
    """Answer what a form raises in the shape that its clients expect."""

    @app.exception_handler(Refusal)
    async def refused(request: Request, refusal: Refusal) -> Response:
        return answer(form_of(request.scope["path"]), refusal)

    @app.exception_handler(AwayError)
    async def away(request: Request, error: AwayError) -> Response:
        return answer(form_of(request.scope["path"]), Refusal(503, str(error), KAFKA_AWAY))

    @app.exception_handler(HTTPException)
    async def unrouted(request: Request, error: HTTPException) -> Response:
        headers = dict(error.headers or {})
        return answer(
            form_of(request.scope["path"]), Refusal(error.status_code, error.detail, headers=headers)
        )
