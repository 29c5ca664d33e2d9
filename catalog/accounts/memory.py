"""Remember what was closed: how far, what it held, and what judging later records asks for."""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from catalog.accounts.files import File, Place, Span
from catalog.accounts.schema import NO_MARK, TABLES, VERDICTS, Mark, Newest, Seen, code, runs
from catalog.errors import TransientError

WAIT_SECONDS = 60.0
CHUNK = 30_000
"""SQLite takes this many values in one statement."""
CACHE_KIB = 65_536


class Memory:
    """Keep one SQLite file; one run is one transaction, which only sound accounts commit."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database
        self.marks = self._marks()

    def forget(self) -> None:
        """Drop every verdict; which records the log has held stays known."""
        for table in VERDICTS:
            self._database.execute(f"DELETE FROM {table}")  # noqa: S608
        self.remember_fact("code", code())
        self.marks = {}

    def forget_all(self) -> None:
        """Drop everything: the log is another one."""
        self._database.execute("DELETE FROM held")
        self.forget()

    def fact(self, name: str) -> str | None:
        """Give a text that was remembered under a name."""
        found = self._database.execute("SELECT value FROM facts WHERE name = ?", (name,)).fetchone()
        return None if found is None else str(found[0])

    def remember_fact(self, name: str, value: str) -> None:
        """Remember a text under a name."""
        self._database.execute("INSERT OR REPLACE INTO facts VALUES (?, ?)", (name, value))

    def mark(self, place: Place) -> Mark:
        """Give the mark of a place."""
        return self.marks.get(place, NO_MARK)

    def remember_mark(self, place: Place, mark: Mark) -> None:
        """Move the mark of a place."""
        self._database.execute("INSERT OR REPLACE INTO marks VALUES (?, ?, ?, ?, ?, ?, ?)", (*place, *mark))

    def files(self, table: str) -> dict[str, File]:
        """Give the files of a table all of whose rows were closed."""
        found: dict[str, File] = {}
        query = "SELECT file, topic, partition, first, last, rows, began_us FROM files WHERE name = ?"
        for key, topic, partition, first, last, rows, began in self._database.execute(query, (table,)):
            file = found.setdefault(key, File(key, {}, {}, rows, began))
            file.spans[topic, partition] = Span(first, last)
        return found

    def replace_files(self, table: str, files: Iterable[File]) -> None:
        """Remember the files of a table in place of those known before."""
        self._database.execute("DELETE FROM files WHERE name = ?", (table,))
        rows = (
            (table, file.key, *place, *span, file.rows, file.began_us)
            for file in files
            for place, span in file.spans.items()
        )
        self._database.executemany("INSERT INTO files VALUES (?, ?, ?, ?, ?, ?, ?, ?)", rows)

    def hold(self, place: Place, offsets: Sequence[int]) -> None:
        """Remember that the log has held records at these offsets, which come in order."""
        for first, last in runs(offsets):
            known = self._database.execute(
                "SELECT max(first), last FROM held WHERE topic = ? AND partition = ? AND first <= ?",
                (*place, first),
            ).fetchone()
            if known[0] is not None and known[1] + 1 >= first:
                first, last = known[0], max(known[1], last)
            self._database.execute("INSERT OR REPLACE INTO held VALUES (?, ?, ?, ?)", (*place, first, last))

    def held(self, place: Place, first: int, last: int) -> Iterator[int]:
        """Give the offsets from the first to the last one at which the log has held records."""
        query = "SELECT first, last FROM held WHERE topic = ? AND partition = ? AND last >= ? AND first <= ?"
        for start, end in self._database.execute(query, (*place, first, last)):
            yield from range(max(start, first), min(end, last) + 1)

    def newest_held(self, place: Place) -> int:
        """Give the highest offset at which the log is known to have held a record, -1 for none."""
        query = "SELECT max(last) FROM held WHERE topic = ? AND partition = ?"
        (found,) = self._database.execute(query, place).fetchone()
        return -1 if found is None else int(found)

    def seen(self, table: str, topic: str, digests: Sequence[bytes]) -> dict[bytes, list[Seen]]:
        """Find contents (`contents`), or those of pins without poster_name (`bares`), in every partition."""
        found: dict[bytes, list[Seen]] = {}
        for chunk in _chunks(digests):
            query = (
                f"SELECT digest, partition, place, kept FROM {table} "  # noqa: S608
                f"WHERE topic = ? AND digest IN ({','.join('?' * len(chunk))})"
            )
            for digest, *seen in self._database.execute(query, (topic, *chunk)):
                found.setdefault(digest, []).append(Seen(*seen))
        return found

    def see(self, table: str, topic: str, rows: Iterable[tuple[bytes, Seen]]) -> None:
        """Remember contents that were not met before in their partition."""
        values = ((topic, digest, *seen) for digest, seen in rows)
        self._database.executemany(f"INSERT OR IGNORE INTO {table} VALUES (?, ?, ?, ?, ?)", values)  # noqa: S608

    def keep(self, versions: Sequence[Newest]) -> None:
        """Remember kept records where they are the newest of their number, by time, partition and offset."""
        self._database.executemany(
            """INSERT INTO newest VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (ind, topic) DO UPDATE
            SET accepted_us = excluded.accepted_us, partition = excluded.partition, place = excluded.place,
                digest = excluded.digest
            WHERE (excluded.accepted_us, excluded.partition, excluded.place)
                > (accepted_us, partition, place)""",
            versions,
        )
        self.touch(version.ind for version in versions)

    def blur(self, topic: str, versions: Iterable[tuple[int, int, int]]) -> None:
        """Take the content from versions (number, partition, offset) that other rules read otherwise."""
        self._database.executemany(
            "UPDATE newest SET digest = NULL WHERE topic = ? AND ind = ? AND partition = ? AND place = ?",
            ((topic, *version) for version in versions),
        )

    def touch(self, numbers: Iterable[int]) -> None:
        """Count numbers among those that this run looks at."""
        self._database.executemany("INSERT OR IGNORE INTO touched VALUES (?)", ((ind,) for ind in numbers))

    def touch_all(self) -> None:
        """Count every number among those that this run looks at."""
        self._database.execute("INSERT OR IGNORE INTO touched SELECT ind FROM newest")

    def touched(self, size: int) -> Iterator[list[int]]:
        """Give the numbers that this run looks at, in lists of a size."""
        cursor = self._database.execute("SELECT ind FROM touched")
        while rows := cursor.fetchmany(size):
            yield [ind for (ind,) in rows]

    def count_numbers(self) -> int:
        """Count the numbers that have a kept record."""
        (count,) = self._database.execute("SELECT count(DISTINCT ind) FROM newest").fetchone()
        return int(count)

    def newest(self, numbers: Sequence[int]) -> dict[tuple[int, str], Newest]:
        """Find the newest kept record of each number and topic."""
        found: dict[tuple[int, str], Newest] = {}
        for chunk in _chunks(numbers):
            query = (
                "SELECT ind, topic, accepted_us, partition, place, digest FROM newest "  # noqa: S608
                f"WHERE ind IN ({','.join('?' * len(chunk))})"
            )
            for row in self._database.execute(query, chunk):
                found[row[0], row[1]] = Newest(*row)
        return found

    def commit(self) -> None:
        """Keep what this run has learned."""
        self._database.execute("COMMIT")

    def _marks(self) -> dict[Place, Mark]:
        rows = self._database.execute("SELECT * FROM marks").fetchall()
        return {(topic, partition): Mark(*mark) for topic, partition, *mark in rows}


@contextmanager
def remembered(path: Path | str) -> Iterator[Memory]:
    """Open a memory, `:memory:` for one that nothing outlives; what is not committed is undone.

    A memory that other code made is forgotten. Raises TransientError while another run uses it.
    """
    database = sqlite3.connect(path, timeout=WAIT_SECONDS, isolation_level=None)
    try:
        database.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
        database.executescript(TABLES)
        database.execute("BEGIN IMMEDIATE")
        memory = Memory(database)
        if memory.fact("code") != code():
            memory.forget()
        yield memory
    except sqlite3.OperationalError as error:
        raise TransientError(f"the memory of the accounts, {path}: {error}; ask again") from error
    finally:
        database.close()


def _chunks(values: Sequence[bytes] | Sequence[int]) -> Iterator[Sequence[bytes] | Sequence[int]]:
    return (values[at : at + CHUNK] for at in range(0, len(values), CHUNK))
