"""Postgres, the object store and Trino for all tests here, with empty tables for each."""

from collections.abc import Iterator

import pytest
from pyiceberg.catalog import Catalog

from catalog.columns import NAMESPACE, TABLES
from catalog.settings import Settings
from catalog.tables import ensure_tables, open_lake
from tests.servers.some_services import LAKE, some_services


@pytest.fixture(scope="session")
def services() -> Iterator[Settings]:
    with some_services(LAKE) as settings:
        yield settings


@pytest.fixture
def lake(services: Settings) -> Iterator[Catalog]:
    with open_lake(services) as catalog:
        yield catalog
        for table in TABLES:
            catalog.drop_table((NAMESPACE, table))
        ensure_tables(catalog)
