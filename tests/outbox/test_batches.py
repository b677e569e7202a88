"""Imports of several batches, which are transactions of their own, and their undo."""

from collections.abc import Sequence
from typing import Any

import pytest

from clocktool.backends.local import batch_store
from clocktool.backends.local.refusal import broken_rule
from clocktool.tracking import importing
from tests.conftest import Console

ROWS = "Description,Start Date,Start Time,End Date,End Time\n" + "".join(
    f"e{at},2026-11-{at + 2:02},09:00:00,2026-11-{at + 2:02},10:00:00\n" for at in range(6)
)
"""Six entries of an hour each, from e0 to e5."""


@pytest.fixture(autouse=True)
def _small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let an import of six entries have three batches."""
    monkeypatch.setattr(importing, "BATCH_SIZE", 2)


def there(run: Console) -> list[str]:
    """Return the descriptions of what there is, the oldest first."""
    return run.ok("list", "30d", "--template", "{description}").out.split()


def test_undo_of_an_import_takes_back_the_batches_before_a_refused_one(
    run: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They are written; what was refused after them drops only itself."""
    insert = batch_store.insert

    def refuse(connection: Any, member: int, plans: Sequence[Any], now: int) -> None:
        if any(plan.description == "e3" for _, plan in plans):
            raise broken_rule("no")
        insert(connection, member, plans, now)

    monkeypatch.setattr(batch_store, "insert", refuse)
    assert run("import", "-", stdin=ROWS).code != 0
    assert there(run) == ["e0", "e1", "e2", "e4", "e5"]
    run.ok("undo")
    assert there(run) == []
    run.ok("redo")
    assert there(run) == ["e0", "e1", "e2", "e4", "e5"]
