"""A replay, reviewed like a change: plan, run, diff, approve, publish, accounts. By hand, with a form."""

from datetime import timedelta

from airflow.providers.standard.operators.hitl import ApprovalOperator
from airflow.sdk import Param, dag, task
from app_environment import APP, END, PARAMS, TIME

STREAMS = ["pin", "geo", "user"]
OFFSET = f"({'|'.join(STREAMS)}):[0-9]{{1,4}}=[0-9]{{1,18}}"
LIMIT = {"type": "string", "maxLength": 4000}
MOST_ROWS = 1_000_000_000


def limit(endless: str, description: str) -> Param:
    """Describe one end of the range: no limit, a time, or an offset a partition."""
    pattern = f"^({endless}|{TIME}|{OFFSET}(,{OFFSET})*){END}"
    return Param(
        endless, **LIMIT, pattern=pattern, description=f"{description}: {endless}, a time, or offsets."
    )


@dag(
    schedule=None,
    max_active_runs=1,
    params={
        "streams": Param(
            STREAMS,
            type="array",
            items={"type": "string", "enum": STREAMS},
            examples=STREAMS,
            minItems=1,
            uniqueItems=True,
        ),
        "from": limit("earliest", "Where the range begins"),
        "to": limit("latest", "Where it ends"),
        "source": Param("kafka", type="string", enum=["kafka", "history"]),
        "rules": Param(
            None,
            type=["null", "string"],
            pattern=rf"^[A-Za-z0-9][A-Za-z0-9_./-]{{0,99}}([~^][0-9]{{0,3}})?{END}",
            description="A git revision whose rules are used; the present ones when empty.",
        ),
        "publish_at_once_up_to": Param(
            None,
            type=["null", "integer"],
            minimum=0,
            maximum=MOST_ROWS,
            description="Publish without asking when no more rows than this differ; always ask when empty.",
        ),
    },
    doc_md="What each step does: docs/airflow.md.",
)
def replay() -> None:
    """Judge a stretch of the log again and publish what differs, once someone has approved it."""

    @task.external_python(**APP)
    def plan(params: str) -> str:
        import json

        from stack.tasks import option, pinflow

        asked = json.loads(params)
        names = ("from", "to", "source", "rules")
        if unknown := {*asked} - {*names, "streams", "publish_at_once_up_to"}:
            raise ValueError(f"there are no parameters {', '.join(sorted(unknown))}")
        words = [word for name in names for word in option(name, asked[name])]
        return pinflow("replay", "plan", *option("streams", ",".join(asked["streams"])), *words)["id"]

    @task.external_python(**APP)
    def run(replay_id: str) -> None:
        from stack.tasks import pinflow

        pinflow("replay", "run", replay_id)

    @task.external_python(**APP)
    def diff(replay_id: str) -> dict[str, object]:
        import json

        from stack.tasks import pinflow

        tables = pinflow("replay", "diff", replay_id)
        counts = ("added", "removed", "changed")
        lines = [f"| {each['table']} | {' | '.join(str(each[name]) for name in counts)} |" for each in tables]
        head = [f"Replay `{replay_id}`", "", "| table | added | removed | changed |", "|---|---|---|---|"]
        samples = json.dumps({each["table"]: each["samples"] for each in tables}, indent=1).splitlines()[:60]
        return {
            "rows": sum(each[name] for each in tables for name in counts),
            "text": "\n".join([*head, *lines, "", *("    " + line for line in samples)]),
        }

    @task.branch
    def decide(found: dict[str, int], params: dict[str, object] | None = None) -> str:
        most = (params or {})["publish_at_once_up_to"]
        return "publish" if most is not None and found["rows"] <= int(str(most)) else "approve"

    @task.external_python(**APP, trigger_rule="none_failed_min_one_success")
    def publish(replay_id: str) -> None:
        from stack.tasks import pinflow

        pinflow("replay", "publish", replay_id)

    @task.external_python(**APP)
    def accounts() -> None:
        from stack.tasks import pinflow

        pinflow("accounts")

    planned = plan(PARAMS)
    ran, found = run(planned), diff(planned)
    approve = ApprovalOperator(
        task_id="approve",
        subject="Publish replay {{ ti.xcom_pull(task_ids='plan') }}?",
        body="{{ ti.xcom_pull(task_ids='diff')['text'] }}",
        # Airflow 3.3 takes a task for lost that is answered before its scheduler saw it wait: it asks again.
        retries=3,
        retry_delay=timedelta(seconds=5),
    )
    decided, published = decide(found), publish(planned)
    planned >> ran >> found >> decided >> [approve, published]
    approve >> published >> accounts()


replay()
