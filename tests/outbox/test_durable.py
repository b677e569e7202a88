"""When the journal waits for the disk: for an account, not for the local workspace."""

import sqlite3

import pytest

from clocktool.storage.database import Database
from tests.conftest import Console
from tests.outbox.places import Place

FULL, OFF = 2, 0


@pytest.fixture
def seen(monkeypatch: pytest.MonkeyPatch) -> set[tuple[str, int]]:
    """How files are written to: their folder, and ``PRAGMA synchronous``."""
    found: set[tuple[str, int]] = set()
    write = Database.write

    def looked(it: Database) -> object:
        class Block:
            def __init__(self) -> None:
                self.inner = write(it)

            def __enter__(self) -> sqlite3.Connection:
                file = self.inner.__enter__()
                (level,) = file.execute("PRAGMA synchronous").fetchone()
                found.add((it.path.parent.name, level))
                return file

            def __exit__(self, *error: object) -> object:
                return self.inner.__exit__(*error)  # type: ignore[arg-type]

        return Block()

    monkeypatch.setattr(Database, "write", looked)
    return found


def test_a_pending_change_of_an_account_survives_a_power_cut(
    place: Place, seen: set[tuple[str, int]]
) -> None:
    """The journal is synchronized at each write; the count of requests is not."""
    place.away("add", "fix", "--for", "1h")
    assert seen == {("journal", FULL), ("data", OFF)}


def test_the_journal_of_the_local_workspace_does_not_wait_for_the_disk(
    run: Console, seen: set[tuple[str, int]]
) -> None:
    """The workspace itself is synchronized."""
    run.ok("add", "fix", "--for", "1h")
    assert seen == {("data", FULL), ("journal", OFF)}
