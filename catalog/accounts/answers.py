"""Answer the questions from the log itself, past every engine."""

from itertools import chain
from typing import Any

from catalog.accounts.closing import history
from catalog.accounts.lake import Lake
from catalog.accounts.log import KafkaLog, Log
from catalog.names import Outcome, Stream
from catalog.recompute.answers import Answer, Post, answers, posts
from catalog.recompute.judge import Judge
from catalog.recompute.verdict import Accepted, verdict
from catalog.settings import Settings
from catalog.tables import open_lake

Place = tuple[int, int, int]
"""Moment of acceptance in microseconds, partition, offset: their order is the order of versions."""


def answers_from_log(settings: Settings, *, lower: bool = False) -> dict[str, Answer]:
    """Answer every question over every accepted record, committed or pending."""
    return answers(posts_from_log(settings), lower=lower)


def posts_from_log(settings: Settings) -> list[Post]:
    """Give every complete post, the newest version of each part, over every accepted record."""
    with KafkaLog(settings.kafka) as log, open_lake(settings) as catalog:
        lake = Lake(catalog, patience_seconds=0)
        pins, geos, users = (newest_versions(log, lake, stream) for stream in Stream)
    return posts(pins, geos, users)


def newest_versions(log: Log, lake: Lake, stream: Stream) -> dict[int, Any]:
    """Give the newest cleaned columns of each number of a stream."""
    extents = log.extents(stream)
    older = lake.events.before({(str(stream), number): each.low for number, each in extents.items()})
    newest: dict[int, tuple[Place, Any]] = {}
    for partition, extent in sorted(extents.items()):
        judge, rows = Judge(), older.get((str(stream), partition))
        remembered = () if rows is None else history(rows, extent.low)
        for batch in chain(remembered, log.batches(stream, partition, extent)):
            for record in batch:
                found = verdict(stream, record.body)
                if isinstance(found, Accepted) and _is_kept(judge, found, record.offset):
                    version = (record.accepted_us, partition, record.offset), found.cleaned
                    known = newest.get(found.cleaned.ind, version)
                    newest[found.cleaned.ind] = max(known, version, key=_place)
    return {ind: cleaned for ind, (_, cleaned) in newest.items()}


def _place(version: tuple[Place, Any]) -> Place:
    return version[0]


def _is_kept(judge: Judge, found: Accepted, offset: int) -> bool:
    return judge.judge(found.cleaned, found.older_form, offset) == Outcome.KEPT
