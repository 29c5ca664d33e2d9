"""Run the observer: `python -m observe`."""

import logging

import uvicorn

from catalog.settings import Settings
from observe.app import create


def main() -> None:
    """Measure and serve until told to stop."""
    logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s %(message)s", level=logging.INFO)
    settings = Settings()
    uvicorn.run(
        create(settings),
        host=settings.observer.host,
        port=settings.observer.port,
        ws="none",
        log_config=None,
        access_log=False,
        server_header=False,
    )


if __name__ == "__main__":
    main()
