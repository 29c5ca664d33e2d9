"""Upkeep of the lake and of Postgres: each hour for the days that ended, by hand for every day."""

from datetime import timedelta

from airflow.sdk import Param, dag, task
from app_environment import APP, PARAMS


@dag(
    schedule="7 * * * *",
    catchup=False,
    max_active_runs=1,
    params={"all": Param(False, type="boolean", description="Join the files of every day, today's too.")},
    doc_md="What it does, and why it cannot hurt: docs/upkeep.md.",
)
def upkeep() -> None:
    """Join small files, forget old snapshots, vacuum Postgres."""

    @task.external_python(**APP, retries=2, retry_delay=timedelta(minutes=2))
    def tend(params: str) -> list[dict[str, object]]:
        import json

        from stack.tasks import pinflow

        return pinflow("upkeep", *(["--all"] if json.loads(params)["all"] else []))

    tend(PARAMS)


upkeep()
