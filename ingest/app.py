"""The HTTP service: its forms over one writer, and its own pages."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI, Request, Response
from starlette.exceptions import HTTPException
from starlette.routing import Match

from catalog.settings import Settings
from ingest.errors import KAFKA_AWAY, Refusal, answer, form_of
from ingest.forms import routers
from ingest.outcomes import AwayError
from ingest.pages import assets, pages
from ingest.straight import straight
from ingest.writer import Writer


def create(settings: Settings) -> FastAPI:
    """Make the service; Kafka may come and go while it runs."""
    writer: Writer = Writer(settings.kafka, settings.ingest)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        await writer.start()
        yield
        await writer.stop()

    app = FastAPI(
        title="Pinflow ingest", lifespan=lifespan, docs_url=None, redoc_url=None, redirect_slashes=False
    )
    app.state.routers = [*routers(writer, settings), *pages(writer)]
    for router in app.state.routers:
        app.router.routes += straight(router)
    for router in app.state.routers:
        app.include_router(router)
    app.mount("/docs/assets", assets())
    _add_refusals(app)
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
        headers = {"Allow": _allowed(request)} if error.status_code == 405 else {}
        return answer(
            form_of(request.scope["path"]), Refusal(error.status_code, error.detail, headers=headers)
        )

    @app.exception_handler(Exception)
    async def broken(request: Request, _: Exception) -> Response:
        return answer(form_of(request.scope["path"]), Refusal(500, "The service failed; its log tells more"))


def _allowed(request: Request) -> str:
    """List the methods of every route on a path; Starlette names those of the first one only."""
    routes = [route for router in request.app.state.routers for route in router.routes]
    matched = [route for route in routes if route.matches(request.scope)[0] is Match.PARTIAL]
    return ", ".join(sorted({method for route in matched for method in route.methods}))
