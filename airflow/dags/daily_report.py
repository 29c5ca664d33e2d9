"""The questions as of the end of each day, as rows of history.daily_answers; safe to backfill."""

from datetime import UTC, datetime, timedelta

from airflow.sdk import CronDataIntervalTimetable, Param, dag, task
from app_environment import APP, END

DAY = "{{ params.day or (data_interval_start | default('', true) | string)[:10] }}"
"""The day that is asked for, else the one that the run stands for, else none."""


@dag(
    # A quarter of an hour after midnight, so that the last records of the day are in history.
    schedule=CronDataIntervalTimetable("15 0 * * *", timezone="UTC"),
    start_date=datetime(2026, 1, 1, tzinfo=UTC),
    catchup=False,
    max_active_runs=1,
    params={
        "day": Param(
            None,
            type=["null", "string"],
            format="date",
            pattern=f"^[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}{END}",
            description="Day of acceptance (UTC); the one that the run stands for when empty.",
        )
    },
    doc_md="What stands in history.daily_answers: docs/airflow.md.",
)
def daily_report() -> None:
    """Answer the questions as of the end of a day, in the place of what is there."""

    @task.external_python(**APP, retries=3, retry_delay=timedelta(minutes=5))
    def answer(day: str) -> int:
        from stack.tasks import option, pinflow

        return len(pinflow("report", *option("day", day or None)))

    answer(DAY)


daily_report()
