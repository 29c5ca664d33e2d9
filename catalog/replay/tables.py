"""The tables of the lake that belong to a replay, in a schema of its own."""

from contextlib import suppress
from typing import Any

from pyiceberg.catalog import Catalog
from pyiceberg.exceptions import NoSuchNamespaceError, NoSuchTableError
from pyiceberg.schema import Schema
from pyiceberg.table import Table
from pyiceberg.types import IntegerType, ListType, LongType, NestedField, StringType, TimestamptzType

from catalog.columns import TABLES
from catalog.tables import ensure_tables

CHOSEN, CHANGES = "chosen", "changes"
CHOSEN_SCHEMA = Schema(
    NestedField(1, "kafka_topic", StringType()),
    NestedField(2, "kafka_partition", IntegerType()),
    NestedField(3, "kafka_offset", LongType()),
)
CHANGES_SCHEMA = Schema(
    NestedField(1, "table_name", StringType()),
    NestedField(2, "kind", StringType()),
    NestedField(3, "kafka_topic", StringType()),
    NestedField(4, "kafka_partition", IntegerType()),
    NestedField(5, "kafka_offset", LongType()),
    NestedField(6, "accepted_at", TimestamptzType()),
    NestedField(7, "ind", IntegerType()),
    NestedField(8, "columns", ListType(9, StringType(), element_required=False)),
)


def renew(lake: Catalog, namespace: str) -> None:
    """Make the tables of cleaned rows anew, empty."""
    drop(lake, namespace, list(TABLES))
    ensure_tables(lake, namespace)


def make(lake: Catalog, namespace: str, name: str, schema: Schema) -> Table:
    """Make one table anew, empty."""
    drop(lake, namespace, [name])
    lake.create_namespace_if_not_exists(namespace)
    return lake.create_table((namespace, name), schema, properties={"format-version": "2"})


def drop(lake: Catalog, namespace: str, names: list[str]) -> None:
    """Remove tables with their files, as far as they are there."""
    for name in names:
        with suppress(NoSuchTableError):
            lake.purge_table((namespace, name))


def drop_all(lake: Catalog, namespace: str) -> None:
    """Remove everything of a replay from the lake."""
    drop(lake, namespace, [*TABLES, CHOSEN, CHANGES])
    with suppress(NoSuchNamespaceError):
        lake.drop_namespace(namespace)


def arrow(table: Table) -> Any:
    """Give the Arrow schema of a table, in which its rows are written and compared."""
    return table.schema().as_arrow()
