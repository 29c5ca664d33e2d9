"""Export raw records of a stream to S3, by hand."""

from airflow.sdk import Param, dag, task
from app_environment import APP, END, PARAMS, TIME

LIMIT = {"type": ["null", "string"], "pattern": f"^([0-9]{{1,18}}|{TIME}){END}", "maxLength": 40}


@dag(
    schedule=None,
    max_active_runs=1,
    params={
        "stream": Param("pin", type="string", enum=["pin", "geo", "user"]),
        "owner": Param(
            "", type="string", pattern=f"^[A-Za-z0-9_.-]{{0,249}}{END}", description="Whose records."
        ),
        "from": Param(None, **LIMIT, description="The first one: an offset, or a time of acceptance."),
        "to": Param(None, **LIMIT, description="The last one: an offset, or a time of acceptance."),
    },
    doc_md="What is exported, and where to: docs/export.md.",
)
def export() -> None:
    """Write kept and repeated records, one JSON record a line."""

    @task.external_python(**APP)
    def write(params: str) -> list[dict[str, object]]:
        import json

        from stack.tasks import option, pinflow

        asked = json.loads(params)
        words = [word for name in ("stream", "owner", "from", "to") for word in option(name, asked[name])]
        return pinflow("export", *words)

    write(PARAMS)


export()
