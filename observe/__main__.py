"""Run the observer: `python -m observe`."""

import gc
import logging

import uvicorn

from catalog.settings import Settings
from observe.app import create


def main() -> None:
    """Measure and serve until told to stop."""
    logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s %(message)s", level=logging.INFO)
    settings = Settings()
    app = create(settings)
    # Records are many and free of cycles: looking through them so often cost half of reading them.
    gc.freeze()
    gc.set_threshold(100_000, 20, 20)
    uvicorn.run(
        app,
        host=settings.observer.host,
        port=settings.observer.port,
        ws="none",
        log_config=None,
        access_log=False,
        server_header=False,
    )


if __name__ == "__main__":
    main()
