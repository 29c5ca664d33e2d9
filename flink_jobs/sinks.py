"""Bind history (Iceberg) and live (Postgres) tables as sinks."""

from pyflink.table import Table, TableEnvironment

from catalog.columns import CATALOG, NAMESPACE, TABLES
from catalog.settings import Settings

LIVE_TABLES = {
    "posts": "post",
    "activity_by_stream": "activity_by_stream",
}
"""Table in schema live, and the view that fills it."""

HISTORY_TABLES = {
    "events": "event",
    "pins": "pin_enriched",
    "geos": "geo_enriched",
    "users": "user_enriched",
}
"""Table in the lake, and the view that fills it."""


def _quoted(options: dict[str, str]) -> str:
    return ", ".join("'{}' = '{}'".format(key, value.replace("'", "''")) for key, value in options.items())


def bind_lake(tables: TableEnvironment, settings: Settings) -> None:
    """Register the Iceberg catalog under the name that every engine uses."""
    postgres, s3 = settings.postgres, settings.s3
    options = {
        "type": "iceberg",
        "catalog-impl": "org.apache.iceberg.jdbc.JdbcCatalog",
        "uri": postgres.jdbc_url,
        "jdbc.user": postgres.user,
        "jdbc.password": postgres.password.get_secret_value(),
        "jdbc.schema-version": "V1",
        "warehouse": f"s3://{s3.bucket}/",
        "io-impl": "org.apache.iceberg.aws.s3.S3FileIO",
        "s3.endpoint": s3.endpoint,
        "s3.path-style-access": "true",
        "s3.access-key-id": s3.access_key.get_secret_value(),
        "s3.secret-access-key": s3.secret_key.get_secret_value(),
        "client.region": s3.region,
    }
    tables.execute_sql(f"CREATE CATALOG {CATALOG} WITH ({_quoted(options)})")


def insert_into_history(table: str, rules: str, namespace: str = NAMESPACE) -> str:
    """Give the INSERT that appends a view's rows to its lake table, `rules` added."""
    columns = ", ".join(
        f"CAST('{rules}' AS STRING)" if name == "rules" else f"`{name}`" for name in TABLES[table]
    )
    target = f"{CATALOG}.{namespace}.{table} /*+ OPTIONS('uid-suffix' = '{table}') */"
    return f"INSERT INTO {target} SELECT {columns} FROM `{HISTORY_TABLES[table]}`"  # noqa: S608


def bind_live(tables: TableEnvironment, table: str, key: tuple[str, ...], settings: Settings) -> None:
    """Register the Postgres table `live.<table>` as an upsert sink with the columns of its view."""
    columns = _columns(tables.from_path(LIVE_TABLES[table]))
    primary_key = ", ".join(f"`{name}`" for name in key)
    postgres = settings.postgres
    options = {
        "connector": "jdbc",
        "url": f"{postgres.jdbc_url}?reWriteBatchedInserts=true",
        "username": postgres.user,
        "password": postgres.password.get_secret_value(),
        "table-name": f"live.{table}",
        "sink.buffer-flush.max-rows": "2000",
        "sink.buffer-flush.interval": "200ms",
    }
    tables.execute_sql(
        f"CREATE TEMPORARY TABLE live_{table} ({columns}, PRIMARY KEY ({primary_key}) NOT ENFORCED) "
        f"WITH ({_quoted(options)})"
    )


def _columns(source: Table) -> str:
    schema = source.get_schema()
    pairs = zip(schema.get_field_names(), schema.get_field_data_types(), strict=True)
    return ", ".join(f"`{name}` {kind}" for name, kind in pairs)
