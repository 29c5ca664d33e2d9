"""What the page reads of Flink."""

from dashboard.flink import SLOW_EVERY, Flink
from tests.dashboard.flink_stand_in import FlinkStandIn


def counted(flink: Flink) -> int | None:
    """Look until counts were asked for again."""
    return [flink.read()["history"].read for _ in range(SLOW_EVERY)][-1]


def test_records_of_every_source_are_counted_also_when_one_began_later(stand_in: FlinkStandIn) -> None:
    flink = Flink(stand_in.url)
    stand_in.silent, stand_in.read = "vertex-1", 7
    assert counted(flink) is None
    stand_in.silent = "vertex-2"
    assert counted(flink) == 14
    flink.close()
