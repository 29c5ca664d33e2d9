"""Submit running jobs by their plans: what Flink made of their texts, kept in a file each.

To plan a job takes half a minute of a processor; to start it again by its plan takes a second.
"""

import sys
import traceback
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from pyflink.java_gateway import get_gateway

from catalog.settings import Settings
from flink_jobs.jobs import JOBS
from flink_jobs.submission import Submission


def for_all(submissions: list[Submission], do: Callable[[Submission], None]) -> bool:
    """Do something to all side by side and say whether each went well; why one did not goes to stderr."""
    get_gateway()  # one for all, before threads ask for it

    def went_well(submission: Submission) -> bool:
        try:
            do(submission)
        except Exception:
            print(f"{submission.job}: {traceback.format_exc()}", file=sys.stderr)
            return False
        return True

    with ThreadPoolExecutor() as pool:
        return all(list(pool.map(went_well, submissions)))


def submit(submission: Submission) -> None:
    """Submit a job by its plan, which is made when it is missing."""
    plan(submission)
    _start(submission)


def plan(submission: Submission) -> None:
    """Write the plan of a job if it is missing, for the owner alone: it holds the passwords of the sinks."""
    if submission.plan.exists():
        return
    java = get_gateway().jvm.java.io
    statements = JOBS[submission.job](Settings())
    statements._t_env.get_config().set("execution.checkpointing.dir", submission.states.as_uri())
    statements.attach_as_datastream()
    graph = statements._t_env._j_tenv.execEnv().getStreamGraph(True)
    graph.serializeUserDefinedInstances()
    unfinished = submission.plan.with_name(f"unfinished-{submission.plan.name}")
    unfinished.touch(mode=0o600)
    stream = java.ObjectOutputStream(java.FileOutputStream(str(unfinished)))
    stream.writeObject(graph)
    stream.close()
    unfinished.replace(submission.plan)


def _start(submission: Submission) -> None:
    flink = get_gateway().jvm.org.apache.flink
    graph = _read(submission.plan)
    graph.setJobId(flink.api.common.JobID.fromHexString(submission.id))
    restore = flink.runtime.jobgraph.SavepointRestoreSettings
    start_from = submission.start_from
    graph.setSavepointRestoreSettings(restore.forPath(start_from.as_uri()) if start_from else restore.none())
    configuration = flink.configuration.GlobalConfiguration.loadConfiguration()
    client = flink.client.program.rest.RestClusterClient(configuration, "pinflow")
    try:
        client.submitJob(graph).get()
    finally:
        client.close()


def _read(plan: Path) -> Any:
    java = get_gateway().jvm.java.io
    stream = java.ObjectInputStream(java.FileInputStream(str(plan)))
    graph = stream.readObject()
    stream.close()
    return graph
