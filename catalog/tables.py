"""Iceberg tables of the lake: their creation, their upkeep properties, and the door to the catalog."""

from contextlib import suppress

from pyiceberg.catalog import Catalog
from pyiceberg.catalog.sql import SqlCatalog
from pyiceberg.exceptions import CommitFailedException, NamespaceAlreadyExistsError
from pyiceberg.partitioning import PartitionField, PartitionSpec
from pyiceberg.schema import Schema
from pyiceberg.transforms import DayTransform
from pyiceberg.types import (
    BinaryType,
    DoubleType,
    IcebergType,
    IntegerType,
    ListType,
    LongType,
    MapType,
    NestedField,
    StringType,
    TimestamptzType,
)
from tenacity import retry, retry_if_exception_type, stop_after_attempt, wait_random

from catalog.columns import CATALOG, NAMESPACE, TABLES
from catalog.settings import Settings

COMMIT_TRIES = 20
TEXT, BYTES = StringType(), BinaryType()
TYPES: dict[str, IcebergType] = {
    "string": TEXT,
    "int": IntegerType(),
    "long": LongType(),
    "timestamptz": TimestamptzType(),
    "binary": BYTES,
    "list<string>": ListType(element_id=1001, element_type=TEXT, element_required=False),
    "list<double>": ListType(element_id=1002, element_type=DoubleType(), element_required=False),
    "map<string, binary>": MapType(
        key_id=1003, key_type=TEXT, value_id=1004, value_type=BYTES, value_required=False
    ),
}

PROPERTIES = {
    "write.parquet.compression-codec": "zstd",
    "write.parquet.compression-level": "1",
    # A dictionary of values that never recur is work for nothing; one this small is given up early.
    "write.parquet.dict-size-bytes": "16384",
    # Bodies of a few thousand records, compressed as one.
    "write.parquet.page-size-bytes": "4194304",
    "write.distribution-mode": "none",
    "write.metadata.delete-after-commit.enabled": "true",
    "write.metadata.previous-versions-max": "100",
    "history.expire.min-snapshots-to-keep": "50",
    # Who replaces files beside a job that appends is in the way of nobody but of who replaces the same files.
    "write.delete.isolation-level": "snapshot",
}
"""Held by every table that Flink writes: its committer needs the last snapshot with its own job id."""


def open_lake(settings: Settings) -> Catalog:
    """Open the Iceberg catalog, which lives in Postgres; tables are named `history.<table>`."""
    postgres, s3 = settings.postgres, settings.s3
    return SqlCatalog(
        CATALOG,
        uri=postgres.sqlalchemy_url,
        warehouse=f"s3://{s3.bucket}/",
        **{
            "s3.endpoint": s3.endpoint,
            "s3.access-key-id": s3.access_key.get_secret_value(),
            "s3.secret-access-key": s3.secret_key.get_secret_value(),
            "s3.region": s3.region,
        },
    )


def ensure_tables(lake: Catalog, namespace: str = NAMESPACE) -> None:
    """Create the namespace and missing tables, and bring the properties of the others up to date."""
    with suppress(NamespaceAlreadyExistsError):
        lake.create_namespace(namespace)
    for name, columns in TABLES.items():
        schema = _schema(columns)
        table = lake.create_table_if_not_exists(
            (namespace, name),
            schema,
            partition_spec=_by_day(schema),
            properties={"format-version": "2", **PROPERTIES},
        )
        if not PROPERTIES.items() <= table.properties.items():
            _set_properties(lake, (namespace, name))


after_another_commit = retry(
    retry=retry_if_exception_type(CommitFailedException),
    stop=stop_after_attempt(COMMIT_TRIES),
    wait=wait_random(0.05, 0.5),
    reraise=True,
)
"""Try a change of a table, which reads it each time, again when another commit came first."""


@after_another_commit
def _set_properties(lake: Catalog, name: tuple[str, str]) -> None:
    with lake.load_table(name).transaction() as change:
        change.set_properties(PROPERTIES)


def _schema(columns: dict[str, str]) -> Schema:
    fields = (
        NestedField(i, name, TYPES[kind], required=False) for i, (name, kind) in enumerate(columns.items(), 1)
    )
    return Schema(*fields)


def _by_day(schema: Schema) -> PartitionSpec:
    source = schema.find_field("accepted_at").field_id
    return PartitionSpec(PartitionField(source, 1000, DayTransform(), "accepted_day"))
