"""The table `history.daily_answers`: the answers to the questions as they stood at the end of each day."""

import warnings
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import date
from typing import Any

import pyarrow as pa
from pyiceberg.catalog import Catalog
from pyiceberg.exceptions import CommitFailedException, NamespaceAlreadyExistsError
from pyiceberg.expressions import EqualTo
from pyiceberg.partitioning import PartitionField, PartitionSpec
from pyiceberg.schema import Schema
from pyiceberg.table import Table
from pyiceberg.transforms import IdentityTransform
from pyiceberg.types import (
    DateType,
    DoubleType,
    IcebergType,
    IntegerType,
    LongType,
    NestedField,
    StringType,
)
from tenacity import retry, retry_if_exception_type, stop_after_attempt, wait_random_exponential

from catalog.columns import NAMESPACE

NAME = (NAMESPACE, "daily_answers")
ATTEMPTS = 8
KEY: dict[str, IcebergType] = {"day": DateType(), "question": StringType(), "row_number": IntegerType()}
ANSWERS: dict[str, IcebergType] = {
    "country": StringType(),
    "category": StringType(),
    "category_count": LongType(),
    "post_year": IntegerType(),
    "poster_name": StringType(),
    "follower_count": LongType(),
    "age_group": StringType(),
    "median_follower_count": DoubleType(),
    "median_follower_count_lower": DoubleType(),
    "number_users_joined": LongType(),
    "number_people_joined": LongType(),
    "number_posts": LongType(),
}
"""Columns of the questions; each answer fills its own."""


def ensure_daily_answers(lake: Catalog) -> Table:
    """Create the table when it is missing, and open it."""
    fields = (NestedField(i, name, kind) for i, (name, kind) in enumerate({**KEY, **ANSWERS}.items(), 1))
    schema = Schema(*fields)
    by_day = PartitionSpec(
        PartitionField(schema.find_field("day").field_id, 1000, IdentityTransform(), "day")
    )
    with suppress(NamespaceAlreadyExistsError):
        lake.create_namespace(NAMESPACE)
    return lake.create_table_if_not_exists(
        NAME, schema, partition_spec=by_day, properties={"format-version": "2"}
    )


@retry(
    stop=stop_after_attempt(ATTEMPTS),
    wait=wait_random_exponential(max=10),
    retry=retry_if_exception_type(CommitFailedException),
    reraise=True,
)
def replace_day(lake: Catalog, day: date, answers: Mapping[str, Sequence[dict[str, Any]]]) -> int:
    """Put the answers of a day, by question, in the place of what is there, in one commit; count rows."""
    table = ensure_daily_answers(lake)
    rows = [
        {"day": day, "question": question, "row_number": number, **row}
        for question, found in answers.items()
        for number, row in enumerate(found, 1)
    ]
    fresh = pa.Table.from_pylist(rows, schema=table.schema().as_arrow())
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Delete operation did not match any records")
        table.overwrite(fresh, EqualTo(term="day", value=day.isoformat()))
    return len(rows)
