"""Bind history (Iceberg) and live (Postgres) tables as sinks."""

from pyflink.table import Table, TableEnvironment

from catalog.columns import CATALOG, NAMESPACE, TABLES
from catalog.settings import Settings

LIVE_TABLES = {
    "posts": "post",
    "activity_by_stream": "activity_by_stream",
    "activity_by_category": "activity_by_category",
    "activity_by_country": "activity_by_country",
    "count_by_country_category": "count_by_country_category",
    "count_by_post_year_category": "count_by_post_year_category",
    "count_by_age_group_category": "count_by_age_group_category",
    "count_by_age_group_join_year_followers": "count_by_age_group_join_year_followers",
    "count_by_join_year": "count_by_join_year",
    "best_poster_by_country": "best_poster_by_country",
    "dead_letters": "dead_letter",
}
"""Table in schema live, and the view that fills it."""

LIVE_KEYS = {
    "posts": ("ind",),
    "activity_by_stream": ("minute", "stream", "outcome"),
    "activity_by_category": ("minute", "category"),
    "activity_by_country": ("minute", "country"),
    "count_by_country_category": ("country", "category"),
    "count_by_post_year_category": ("post_year", "category"),
    "count_by_age_group_category": ("age_group", "category"),
    "count_by_age_group_join_year_followers": ("age_group", "join_year", "follower_count"),
    "count_by_join_year": ("join_year",),
    "best_poster_by_country": ("country", "poster_name", "follower_count"),
    "dead_letters": ("kafka_topic", "kafka_partition", "kafka_offset"),
}
"""Primary key of each table in schema live."""

APPLICATION = "pinflow-live"
"""How Postgres knows the live job's connections; a trigger of live.posts names it."""

PROMPT = {"posts", "activity_by_stream", "dead_letters"}
"""Tables that are to show a record within the second; of the others each row changes again and again."""
PROMPT_FLUSH = {"sink.buffer-flush.max-rows": "2000", "sink.buffer-flush.interval": "200ms"}
# Changes of one key that wait together are written once, so what waits longer costs Postgres less.
CALM_FLUSH = {"sink.buffer-flush.max-rows": "20000", "sink.buffer-flush.interval": "1s"}

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
    postgres, s3 = settings.postgres.as_writer, settings.s3.as_writer
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


def bind_live(tables: TableEnvironment, table: str, settings: Settings) -> None:
    """Register the Postgres table `live.<table>` as an upsert sink with the columns of its view."""
    columns = _columns(tables.from_path(LIVE_TABLES[table]))
    primary_key = ", ".join(f"`{name}`" for name in LIVE_KEYS[table])
    postgres = settings.postgres.as_writer
    options = {
        "connector": "jdbc",
        "url": f"{postgres.jdbc_url}?reWriteBatchedInserts=true&ApplicationName={APPLICATION}",
        "username": postgres.user,
        "password": postgres.password.get_secret_value(),
        "table-name": f"live.{table}",
        **(PROMPT_FLUSH if table in PROMPT else CALM_FLUSH),
    }
    tables.execute_sql(
        f"CREATE TEMPORARY TABLE live_{table} ({columns}, PRIMARY KEY ({primary_key}) NOT ENFORCED) "
        f"WITH ({_quoted(options)})"
    )


def _columns(source: Table) -> str:
    schema = source.get_schema()
    pairs = zip(schema.get_field_names(), schema.get_field_data_types(), strict=True)
    return ", ".join(f"`{name}` {kind}" for name, kind in pairs)
