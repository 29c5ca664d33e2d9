"""Plan a replay: exact offsets up to what history holds, the numbers among them, the text."""

from collections.abc import Iterable

from pyiceberg.catalog import Catalog

from catalog.accounts.log import KafkaLog
from catalog.columns import NAMESPACE
from catalog.errors import SetupError, TransientError
from catalog.postgres import connect
from catalog.replay import store
from catalog.replay.choose import COLUMNS, Chosen, choose
from catalog.replay.plans import Plan, Span, new_id
from catalog.replay.request import Request, Source
from catalog.replay.tables import CHOSEN, CHOSEN_SCHEMA, arrow, make
from catalog.settings import Kafka, Settings
from catalog.tables import open_lake
from flink_jobs.texts import rules
from stack.replay import places, texts


def plan(settings: Settings, request: Request) -> Plan:
    """Make a plan, keep it, and give it; raises SetupError when nothing is in the range or cannot be read."""
    made = prepare(settings, request, new_id())
    with connect(settings.postgres) as opened:
        store.add(opened, made)
    return made


def prepare(settings: Settings, request: Request, replay: str) -> Plan:
    """Make a plan without keeping it among the replays."""
    with open_lake(settings) as lake:
        events = lake.load_table((NAMESPACE, "events"))
        snapshot = events.current_snapshot()
        if snapshot is None:
            raise TransientError("history holds nothing yet; send records and wait for a checkpoint (10 s)")
        rows = events.scan(selected_fields=COLUMNS, snapshot_id=snapshot.snapshot_id).to_arrow()
        chosen = choose(rows, request)
        if not chosen.records:
            raise SetupError(_nothing(request, chosen))
        if request.source == Source.KAFKA:
            _refuse_dropped(settings.kafka, chosen.spans)
        folder = places.folder_of(settings, replay) / texts.SQL
        revision = texts.copy(request.rules, folder)
        _keep_chosen(
            lake,
            chosen,
            made := _plan(request, replay, revision, rules(folder), chosen, snapshot.snapshot_id),
        )
    return made


def _plan(
    request: Request, replay: str, revision: str | None, text: str, chosen: Chosen, snapshot: int
) -> Plan:
    return Plan(
        id=replay,
        request=request,
        revision=revision,
        rules=text,
        snapshot=snapshot,
        spans=chosen.spans,
        whole=chosen.whole,
        records=chosen.records,
        numbers=chosen.numbers,
        unnumbered=chosen.unnumbered,
        follow_on=chosen.rows.num_rows - chosen.records,
    )


def _keep_chosen(lake: Catalog, chosen: Chosen, made: Plan) -> None:
    table = make(lake, made.namespace, CHOSEN, CHOSEN_SCHEMA)
    if not made.whole:
        table.append(chosen.rows.cast(arrow(table)))


def _nothing(request: Request, chosen: Chosen) -> str:
    cuts = ", ".join(f"{span.topic}:{span.partition} to {span.cut}" for span in chosen.spans)
    return (
        f"history holds no record of {', '.join(request.streams)} from {request.start} to {request.end}; "
        f"it holds {cuts or 'none of these streams'}"
    )


def _refuse_dropped(kafka: Kafka, spans: Iterable[Span]) -> None:
    with KafkaLog(kafka) as log:
        lows = {
            (topic, partition): extent.low
            for topic in {span.topic for span in spans}
            for partition, extent in log.extents(topic).items()
        }
    for span in spans:
        low = lows.get(span.place)
        if span.first <= span.last and (low is None or span.first < low):
            raise SetupError(
                f"Kafka begins at {span.topic}:{span.partition}={low} and no longer has offset {span.first}, "
                "which belongs to the life of these numbers; plan it with --source history"
            )
