"""Write the accounts to `live.accounts`, where status, metrics and the page read them."""

from psycopg2.extras import execute_values

from catalog.accounts.books import COUNTS, Accounts
from catalog.postgres import connect
from catalog.settings import Postgres

COLUMNS = ("kafka_topic", "kafka_partition", *COUNTS)
INSERT = f"INSERT INTO live.accounts (checked_at, {', '.join(COLUMNS)}) VALUES %s"  # noqa: S608
TEMPLATE = f"(now(), {', '.join(['%s'] * len(COLUMNS))})"


def write(postgres: Postgres, accounts: Accounts) -> None:
    """Replace what was written before, in one transaction."""
    rows = [(row.topic, row.partition, *(getattr(row, name) for name in COUNTS)) for row in accounts.rows]
    with connect(postgres) as opened, opened.cursor() as cursor:
        cursor.execute("DELETE FROM live.accounts")
        execute_values(cursor, INSERT, rows, TEMPLATE)
