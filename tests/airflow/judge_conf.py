"""Run by Airflow's own Python: say of each line, a DAG and a configuration, whether a run would be made.

What is asked is what the REST API asks before it makes a run: the DAG as Airflow stores it, its parameters
merged with the configuration.
"""

import importlib
import json
import sys

from airflow.exceptions import ParamValidationError
from airflow.serialization.serialized_objects import DagSerialization


def _params(name: str) -> object:
    found = getattr(importlib.import_module(name), name)()
    return DagSerialization.from_dict(DagSerialization.to_dict(found)).params


def _is_accepted(params: object, conf: dict[str, object]) -> bool:
    try:
        params.deep_merge(conf).validate()
    except ParamValidationError:
        return False
    return True


if __name__ == "__main__":
    sys.path.insert(0, sys.argv[1])
    known = {name: _params(name) for name in ("upkeep", "daily_report", "export", "replay")}
    for line in sys.stdin:
        dag, conf = json.loads(line)
        sys.stdout.write(json.dumps(_is_accepted(known[dag], conf)) + "\n")
