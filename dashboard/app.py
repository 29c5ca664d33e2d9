"""The page, the JSON behind it, and its stream of changes."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from fastapi import FastAPI, HTTPException, Response
from fastapi.responses import FileResponse
from fastapi.staticfiles import StaticFiles

from catalog.settings import Settings
from dashboard.headers import SafeHeaders
from dashboard.hub import Events, Hub
from dashboard.now import Now, whole
from dashboard.sources import Sources
from dashboard.values import encode

STATIC = Path(__file__).parent / "static"
TICK_SECONDS = 1.0


def create(settings: Settings) -> FastAPI:
    """Make the service; every source may come and go while it runs."""
    hub, sources = Hub(), Sources(settings)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        sources.start()
        ticking = asyncio.create_task(_tick(sources, hub))
        yield
        ticking.cancel()
        with suppress(asyncio.CancelledError):
            await ticking
        hub.close()
        await asyncio.to_thread(sources.stop)

    app = FastAPI(title="Pinflow live", lifespan=lifespan, docs_url=None, redoc_url=None, openapi_url=None)
    app.add_middleware(SafeHeaders)
    _add_routes(app, hub)
    app.mount("/static", StaticFiles(directory=STATIC))
    return app


async def _tick(sources: Sources, hub: Hub) -> None:
    """Make one state a second, for all viewers together; the first ones sooner."""
    now = Now()
    while True:
        seen = sources.seen()
        hub.publish(now.look(seen))
        await asyncio.sleep(TICK_SECONDS if seen.is_known else TICK_SECONDS / 5)


def _add_routes(app: FastAPI, hub: Hub) -> None:
    @app.get("/")
    async def page() -> Response:
        """Show the page; it loads nothing from elsewhere."""
        return FileResponse(STATIC / "index.html")

    @app.get("/stream")
    async def stream() -> Response:
        """Send the whole state, then what changes, as server-sent events."""
        return Events(hub.listen(), headers={"X-Accel-Buffering": "no"})

    @app.get("/api/now")
    async def now() -> Response:
        """Give the whole state."""
        return _json({**whole(hub.panels), "viewers": hub.viewers})

    @app.get("/api/{name}")
    async def panel(name: str) -> Response:
        """Give one panel."""
        if name not in hub.panels:
            raise HTTPException(404, f"there is no panel of this name; there are {', '.join(hub.panels)}")
        return _json({"panel": name, **hub.panels[name]})

    @app.get("/ready")
    async def ready() -> Response:
        """Say whether the live views have been read."""
        totals = hub.panels.get("totals", {})
        is_ready = totals.get("read_at") is not None
        return _json({"live": "read" if is_ready else "not read yet"}, 200 if is_ready else 503)


def _json(content: dict[str, object], status: int = 200) -> Response:
    return Response(encode(content), status, media_type="application/json")
