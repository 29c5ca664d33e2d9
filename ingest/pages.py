"""The service's own pages: how it is, what it measured, and its description."""

from collections.abc import Iterator
from pathlib import Path

import fastapi_offline
from fastapi import APIRouter, Response
from fastapi.responses import HTMLResponse, JSONResponse, PlainTextResponse
from fastapi.staticfiles import StaticFiles
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from ingest.metrics import REGISTRY, waiting_bytes, waiting_messages
from ingest.writer import Writer

ASSETS = Path(fastapi_offline.__file__).parent / "static"
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}
# Addresses are relative, so that the page works behind any stage prefix.
PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Pinflow ingest</title>
<link rel="stylesheet" href="docs/assets/swagger-ui.css">
</head>
<body>
<div id="docs"></div>
<script src="docs/assets/swagger-ui-bundle.js"></script>
<script src="docs/start.js"></script>
</body>
</html>
"""
START = 'SwaggerUIBundle({url: "openapi.json", dom_id: "#docs", deepLinking: true, validatorUrl: null});\n'


def pages(writer: Writer) -> Iterator[APIRouter]:
    """Make the routes of the pages."""
    waiting_bytes.set_function(lambda: writer.waiting_bytes)
    waiting_messages.set_function(lambda: writer.waiting_messages)
    yield _watching(writer)
    yield _description()


def assets() -> StaticFiles:
    """Serve what the page of the description loads."""
    return StaticFiles(directory=ASSETS)


def _watching(writer: Writer) -> APIRouter:
    routes = APIRouter(tags=["Watching"])

    @routes.get("/health")
    async def health() -> Response:
        """Say that the process lives."""
        return JSONResponse({"status": "alive"})

    @routes.get("/ready", responses={503: {"description": "Kafka is away"}})
    async def ready() -> Response:
        """Say whether Kafka answered the newest probe."""
        is_ready = writer.cluster is not None
        return JSONResponse({"kafka": "here" if is_ready else "away"}, 200 if is_ready else 503)

    @routes.get("/metrics", response_class=PlainTextResponse)
    async def metrics() -> Response:
        """Give every measure in the text form of Prometheus."""
        return Response(generate_latest(REGISTRY), media_type=CONTENT_TYPE_LATEST)

    return routes


def _description() -> APIRouter:
    routes = APIRouter(include_in_schema=False)

    @routes.get("/docs")
    async def docs() -> Response:
        """Show the description; everything it loads comes from here."""
        return HTMLResponse(PAGE, headers=HEADERS)

    @routes.get("/docs/start.js")
    async def start() -> Response:
        """Start the page; a script of its own, because the page may hold none."""
        return Response(START, media_type="text/javascript", headers=HEADERS)

    return routes
