"""The objects of one topic in S3, named as sink connectors of Kafka name them."""

import re
from collections.abc import Iterable
from typing import Any, NamedTuple

from catalog.errors import SetupError
from catalog.objects import sizes

LAST_OFFSET = "last-offset"
"""Each object says in its metadata with which offset it ends."""
NAME = re.compile(r"\+(\d+)\.json$")


class Found(NamedTuple):
    """Hold one object that is there, and the first offset that its name tells."""

    first: int
    key: str


class Shelf:
    """Put objects under `topics/<topic>/partition=<n>/`, and keep what is there from being doubled."""

    def __init__(self, client: Any, bucket: str, topic: str) -> None:
        self._client, self._bucket, self._topic = client, bucket, topic

    def put(self, partition: int, first: int, last: int, body: bytes) -> str:
        """Write the records from one offset to another, and give the key."""
        key = f"{self._prefix(partition)}{self._topic}+{partition}+{first:010d}.json"
        self._client.put_object(
            Bucket=self._bucket,
            Key=key,
            Body=body,
            ContentType="application/json",
            Metadata={LAST_OFFSET: str(last)},
        )
        return key

    def refuse_cut(self, partition: int, first: int, last: int) -> None:
        """Raise SetupError when an object holds offsets within a range and others outside of it."""
        found = self._found(partition)
        before = [each for each in found if each.first < first][-1:]
        within = [each for each in found if first <= each.first <= last][-1:]
        cut = [each.key for each in before if self._last(each.key) >= first]
        cut += [each.key for each in within if self._last(each.key) > last]
        if cut:
            raise SetupError(
                f"{cut[0]} of a former export holds records on both sides of a limit of this range; "
                "choose one that holds all of them or none, or remove the object"
            )

    def remove_others(self, partition: int, first: int, last: int, keys: Iterable[str]) -> None:
        """Remove objects of former exports whose records now stand in others."""
        for each in self._found(partition):
            if first <= each.first <= last and each.key not in keys:
                self._client.delete_object(Bucket=self._bucket, Key=each.key)

    def _found(self, partition: int) -> list[Found]:
        keys = sizes(self._client, self._bucket, self._prefix(partition))
        return sorted(Found(int(name[1]), key) for key in keys if (name := NAME.search(key)))

    def _last(self, key: str) -> int:
        head = self._client.head_object(Bucket=self._bucket, Key=key)
        return int(head["Metadata"][LAST_OFFSET])

    def _prefix(self, partition: int) -> str:
        return f"topics/{self._topic}/partition={partition}/"
