"""Which rows a replay speaks of, and how they are read from tables of any size: slice by slice."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from itertools import pairwise

import pyarrow as pa
import pyarrow.compute as pc
from pyiceberg.catalog import Catalog
from pyiceberg.expressions import AlwaysTrue, And, BooleanExpression, GreaterThanOrEqual, LessThan
from pyiceberg.table import Table

from catalog.accounts.files import Place
from catalog.replay.identity import Keys, Rows, among, keys, upto
from catalog.replay.plans import Plan
from catalog.replay.tables import CHOSEN, arrow

SLICE_ROWS = 200_000
AT = "accepted_at"


class Scope:
    """Hold the records of a replay: those chosen by their numbers, or every one up to the cut."""

    def __init__(self, cut: Mapping[Place, int], chosen: Keys | None) -> None:
        self._cut, self._chosen = cut, chosen

    @classmethod
    def of(cls, lake: Catalog, plan: Plan) -> "Scope":
        """Read which records a plan has chosen."""
        if plan.whole:
            return cls(plan.cut, None)
        return cls(plan.cut, keys(lake.load_table((plan.namespace, CHOSEN)).scan().to_arrow()))

    def rows(self, rows: Rows) -> Rows:
        """Keep the rows that the replay speaks of."""
        return upto(rows, self._cut) if self._chosen is None else among(rows, self._chosen)


def slices(staged: Table) -> list[BooleanExpression]:
    """Cut time of acceptance so that each slice holds about as many staged rows; the outer ones are open."""
    moments = pc.sort_indices(
        found := staged.scan(selected_fields=("accepted_at",)).to_arrow()["accepted_at"]
    )
    ordered = found.take(moments)
    cuts = sorted({ordered[at].as_py() for at in range(SLICE_ROWS, len(ordered), SLICE_ROWS)})
    return list(_between([None, *cuts, None]))


def read(table: Table, within: BooleanExpression, snapshot: int | None = None) -> Rows:
    """Read the rows of one slice; nothing when the table has no snapshot."""
    schema: pa.Schema = arrow(table)
    if table.current_snapshot() is None:
        return schema.empty_table()
    return table.scan(within, snapshot_id=snapshot).to_arrow().cast(schema)


def _between(cuts: list[datetime | None]) -> Iterator[BooleanExpression]:
    for low, high in pairwise(cuts):
        from_low = AlwaysTrue() if low is None else GreaterThanOrEqual(term=AT, value=low.isoformat())
        to_high = AlwaysTrue() if high is None else LessThan(term=AT, value=high.isoformat())
        yield And(from_low, to_high)
