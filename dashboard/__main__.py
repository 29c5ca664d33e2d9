"""Run the live page: `python -m dashboard`."""

import uvicorn

from catalog.settings import Settings
from dashboard.app import create


def main() -> None:
    """Serve until told to stop."""
    settings = Settings()
    uvicorn.run(
        create(settings),
        host=settings.dashboard.host,
        port=settings.dashboard.port,
        ws="none",
        access_log=False,
        log_level="warning",
        server_header=False,
        proxy_headers=False,
        limit_concurrency=settings.dashboard.max_connections,
        timeout_graceful_shutdown=1,
    )


if __name__ == "__main__":
    main()
