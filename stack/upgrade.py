"""Hand the running jobs over to a changed text."""

from catalog.errors import SetupError, TransientError
from catalog.settings import Settings
from flink_jobs.texts import rules
from stack import cluster, jobs, states
from stack.submission import plan_present_rules, submit_under_present_rules


def upgrade(settings: Settings) -> None:
    """Go over to the present text: stop every job with a savepoint, go on from it under the new rules.

    They run until the present text is planned. The state is kept: what was judged stays judged, counts go on,
    and nothing is read or written twice.
    Raises SetupError when the state does not fit the new text; then nothing is lost, and both jobs stay
    stopped until they are resumed under the former rules.
    """
    plan_present_rules(settings, jobs.NAMES)
    for name in jobs.NAMES:
        jobs.stop(settings, name)
    try:
        submit_under_present_rules(settings, jobs.NAMES)
        jobs.side_by_side(lambda name: cluster.take_checkpoint(settings, name), jobs.NAMES)
    except (SetupError, TransientError) as error:
        _give_up(settings)
        raise SetupError(
            f"the jobs' state does not fit the new text ({error}); nothing is lost: './pinflow jobs resume' "
            "goes on under the former rules"
        ) from error
    for name in jobs.NAMES:
        states.note_rules(states.state_folder(settings, name), rules())
        states.forget_wish(settings, name)


def _give_up(settings: Settings) -> None:
    for job in jobs.jobs(settings):
        if job.is_alive and job.id:
            cluster.cancel(settings, job.id)
