"""What the Flink job of a replay is told: a file, so that nothing is passed through a command line."""

from pydantic import BaseModel, ConfigDict

from catalog.replay.plans import Plan, Span
from catalog.replay.request import Source


class Order(BaseModel):
    """Hold what one run reads and where it writes."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    texts: str
    """Folder of the SQL texts."""
    namespace: str
    source: Source
    snapshot: int
    spans: tuple[Span, ...]
    chosen: str | None
    """Schema of the table that names the records to be read; None for every record of the spans."""

    @property
    def topics(self) -> set[str]:
        """Name the topics that are read."""
        return {span.topic for span in self.spans}


def order(plan: Plan, texts: str, namespace: str | None = None) -> Order:
    """Make the order of a plan, to be written to its own schema of the lake or to another one."""
    return Order(
        name=f"replay {plan.id}",
        texts=texts,
        namespace=namespace or plan.namespace,
        source=plan.request.source,
        snapshot=plan.snapshot,
        spans=plan.spans,
        chosen=None if plan.whole else plan.namespace,
    )
