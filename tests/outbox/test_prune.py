"""Old actions are deleted, some with each command, and the file shrinks."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from msgspec.structs import replace

from clocktool.domain.entry import Draft
from clocktool.domain.ids import Known
from clocktool.domain.time.instant import Instant
from clocktool.outbox.batch import DeleteBatch
from clocktool.outbox.change import Action
from clocktool.outbox.schema import KIND
from clocktool.outbox.store import Outcome, Store
from clocktool.storage.database import Database

NOW = Instant(1_790_000_000)
OLD = Path(__file__).parent / "files/version-1/done/journal.sql"


def store_in(path: Path) -> Store:
    """Return the store of a file."""
    database = Database(path, replace(KIND, durable=False))
    return Store(database, lambda _: None, path.with_suffix(".unfinished"))


def act(store: Store, count: int = 1, words: str = "x") -> Action:
    """Carry out so many changes of fifty entries as one action."""
    draft = Draft(start=NOW, end=NOW, description=words)
    change = DeleteBatch(
        50, NOW, tuple(Known(f"{at:024x}") for at in range(50)), drafts=(draft,) * 50
    )
    action, rows = store.add(Action(0, NOW, "x"), ("user", "workspace"), [change] * count)
    store.done([Outcome(row.number) for row in rows])
    return action


def count_of(path: Path, action: int) -> int:
    """Return how many changes of an action there are."""
    with closing(sqlite3.connect(path)) as file:
        found = file.execute("SELECT count(*) FROM changes WHERE action = ?", (action,))
        return int(found.fetchone()[0])


@pytest.mark.parametrize("is_taken_over", [False, True])
def test_a_large_old_action_is_deleted_step_by_step(tmp_path: Path, *, is_taken_over: bool) -> None:
    """After 200 commands each one deletes at most 100 changes; in the end their space is freed."""
    path = tmp_path / "outbox.sqlite3"
    if is_taken_over:
        with closing(sqlite3.connect(path)) as file:
            file.executescript(OLD.read_text("utf-8"))
    store = store_in(path)
    large = act(store, 300, "a long description " * 20).number
    for _ in range(199):
        act(store)
    left = [count_of(path, large)]
    while left[-1]:
        act(store)
        left.append(count_of(path, large))
    assert left == [300, 200, 100, 0]
    for _ in range(3):
        act(store)
    store.close()
    with closing(sqlite3.connect(path)) as file:
        assert file.execute("PRAGMA freelist_count").fetchone()[0] <= 100
    assert path.stat().st_size < 3_000_000
