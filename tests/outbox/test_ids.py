"""Aliases: the old id of an entry that was created again finds the new one."""

from pathlib import Path

from msgspec.structs import replace

from clocktool.domain.ids import Known
from clocktool.outbox.schema import KIND
from clocktool.outbox.store import Store
from clocktool.storage.database import Database


def test_aliases_in_a_circle_end(tmp_path: Path) -> None:
    """Created again under another id, and then under the first: both are the first."""
    database = Database(tmp_path / "x.sqlite3", replace(KIND, durable=False))
    store = Store(database, lambda _: None, tmp_path / "x.unfinished")
    first, second = Known("1"), Known("2")
    store.alias(first, second)
    assert store.current_id(first) == second
    store.alias(second, first)
    assert (store.current_id(first), store.current_id(second)) == (first, first)
    store.close()
