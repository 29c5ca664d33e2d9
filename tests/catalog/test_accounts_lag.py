import threading
import time
from pathlib import Path

from catalog.accounts.books import Accounts
from catalog.accounts.closing import close_accounts
from catalog.accounts.lake import Lake
from catalog.accounts.memory import remembered
from catalog.accounts.progress import Committed
from catalog.columns import NAMESPACE
from tests.catalog.accounts_rows import RowsLog, append, event_row, lake, record, user_body, user_row

RECORDS = [record(offset, user_body(offset)) for offset in range(4)]
EVENTS = [event_row(each, "user", "kept", ind=each.offset) for each in RECORDS]
USERS = [user_row(each, each.offset) for each in RECORDS]
LOG = RowsLog({("user", 0): RECORDS})


def closed_accounts(reader: Lake) -> Accounts:
    with remembered(":memory:") as memory:
        return close_accounts(LOG, reader, memory)


def test_a_cleaned_table_that_commits_later_is_waited_for(tmp_path: Path) -> None:
    with lake(tmp_path) as catalog:
        append(catalog, "events", EVENTS)
        append(catalog, "users", USERS[:2])
        reader = Lake(catalog, patience_seconds=30)
        late = threading.Timer(0.5, append, (catalog, "users", USERS[2:]))
        late.start()
        accounts = closed_accounts(reader)
        late.join()
    assert (accounts.closed, accounts.total.kept) == (True, 4)


def test_a_cleaned_table_that_never_commits_is_missing_when_patience_ends(tmp_path: Path) -> None:
    with lake(tmp_path) as catalog:
        append(catalog, "events", EVENTS)
        append(catalog, "users", USERS[:2])
        started = time.monotonic()
        accounts = closed_accounts(Lake(catalog, patience_seconds=1))
    assert accounts.total.missing == 2
    assert time.monotonic() - started < 10


def test_commits_made_while_reading_are_not_doubled(tmp_path: Path) -> None:
    with lake(tmp_path) as catalog:
        append(catalog, "events", EVENTS[:2])
        reader = Lake(catalog, patience_seconds=0)
        append(catalog, "events", EVENTS[2:])
        append(catalog, "users", USERS)
        accounts = closed_accounts(reader)
    assert (accounts.closed, accounts.total.pending) == (True, 2)


def test_committed_offsets_grow_with_each_commit(tmp_path: Path) -> None:
    committed = Committed()
    with lake(tmp_path) as catalog:
        assert committed.read(catalog.load_table((NAMESPACE, "events"))) == {}
        append(catalog, "events", EVENTS[:2])
        assert committed.read(catalog.load_table((NAMESPACE, "events"))) == {("user", 0): 1}
        append(catalog, "events", EVENTS[2:])
        assert committed.read(catalog.load_table((NAMESPACE, "events"))) == {("user", 0): 3}
