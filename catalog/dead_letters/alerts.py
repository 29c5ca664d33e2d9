"""Say of which streams more records are refused than should be."""

from typing import Any

from psycopg2.extras import RealDictCursor

from catalog.postgres import connect
from catalog.settings import DeadLetters, Postgres

SHARES = "SELECT * FROM live.rejected_shares ORDER BY stream"
WRITE = """
    INSERT INTO live.limits VALUES ('rejected_share', %s)
    ON CONFLICT (name) DO UPDATE SET most = excluded.most"""


def rejected_shares(postgres: Postgres) -> list[dict[str, Any]]:
    """Give the share of rejected records of each stream of the last five minutes, and why most were."""
    with connect(postgres) as opened, opened.cursor(cursor_factory=RealDictCursor) as cursor:
        cursor.execute(SHARES)
        return [{**row, "share": round(row["share"], 5)} for row in cursor.fetchall()]


def write_limits(postgres: Postgres, dead_letters: DeadLetters) -> None:
    """Write the limits that the view compares with."""
    with connect(postgres) as opened, opened.cursor() as cursor:
        cursor.execute(WRITE, (dead_letters.alert_share,))
