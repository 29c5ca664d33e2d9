"""The observer's pages: measures for Prometheus, freshness as JSON, how it is."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import psycopg2
from fastapi import FastAPI, Response
from fastapi.responses import JSONResponse
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from catalog.freshness import freshness
from catalog.settings import Settings
from observe.observer import Observer


def create(settings: Settings) -> FastAPI:
    """Make the service; Kafka, Postgres and S3 may come and go while it runs."""
    observer = Observer(settings)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        observer.start()
        yield
        observer.stop()

    app = FastAPI(
        title="Pinflow observer", lifespan=lifespan, docs_url=None, redoc_url=None, openapi_url=None
    )

    @app.get("/metrics")
    def metrics() -> Response:
        """Give every measure in the text form of Prometheus."""
        return Response(generate_latest(observer.registry), media_type=CONTENT_TYPE_LATEST)

    @app.get("/freshness")
    def now() -> Response:
        """Give freshness over the last hour by stage and stream; 503 while Postgres is away."""
        try:
            return JSONResponse(freshness(settings.postgres))
        except psycopg2.Error:
            return JSONResponse({"postgres": "away"}, 503)

    @app.get("/health")
    def health() -> Response:
        """Say which loops wait for something; 503 while one does."""
        away = observer.away
        return JSONResponse({"waiting": away}, 503 if away else 200)

    return app
