"""Print what a replay would change: as one JSON array of objects, or as tables for people."""

from typing import Any

from stack.verbs.show import as_json, as_table

LONGEST = 160
"""Characters of a sample's values in a table; JSON has them whole."""


def print_diff(rows: list[dict[str, Any]], json: bool) -> None:
    """Print one object a table, or tables for people."""
    if json:
        as_json(rows)
        return
    as_table(
        "difference", [{name: row[name] for name in ("table", "added", "removed", "changed")} for row in rows]
    )
    for row in rows:
        if row["columns"]:
            as_table(
                f"{row['table']}: changed columns",
                [{"column": name, "rows": count} for name, count in row["columns"].items()],
            )
        if row["outcomes"]:
            as_table("outcomes", row["outcomes"])
        if row["samples"]:
            as_table(f"{row['table']}: samples", [_sample(each) for each in row["samples"]])


def _sample(sample: dict[str, Any]) -> dict[str, Any]:
    place = f"{sample['kafka_topic']}/{sample['kafka_partition']}/{sample['kafka_offset']}"
    values = "; ".join(
        f"{name}: {pair['before']} → {pair['after']}" for name, pair in sample["columns"].items()
    )
    shown = values if len(values) <= LONGEST else f"{values[:LONGEST]}…"
    return {"kind": sample["kind"], "record": place, "ind": sample["ind"], "values": shown}
