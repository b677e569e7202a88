"""Entries that are made again have other ids; who asks by an old one is led to the newest."""

from pathlib import Path

from clocktool.domain.ids import Known
from clocktool.outbox.schema import kind
from clocktool.outbox.store import Store
from clocktool.storage.database import Database


def test_an_id_that_comes_back_leads_nowhere(tmp_path: Path) -> None:
    """Made again as another, and that as the first: both are the first."""
    database = Database(tmp_path / "x.sqlite3", kind(durable=False))
    store = Store(database, lambda _: None, tmp_path / "x.unfinished")
    first, second = Known("1"), Known("2")
    store.alias(first, second)
    assert store.current_id(first) == second
    store.alias(second, first)
    assert (store.current_id(first), store.current_id(second)) == (first, first)
    store.close()
