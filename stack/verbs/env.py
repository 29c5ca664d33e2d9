"""The verb `env`: what `docker compose up` needs."""

from rich.console import Console

from stack.compose import ENV, ETC, render, write_env

ERRORS = Console(stderr=True)


def env() -> None:
    """Write random secrets to .env, once, and the containers' configuration to .compose/.

    Example: ./pinflow env
    """
    added = write_env()
    render()
    kept = "" if added else ", which had them all"
    ERRORS.print(f"{len(added)} secrets added to {ENV.name}{kept}; configuration written to {ETC.name}/")
    ERRORS.print("next: docker compose up -d --build (--profile monitoring adds Prometheus and Grafana)")
