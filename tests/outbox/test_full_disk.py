"""A disk that fills up during a command: the records on it decide."""

import pytest

from clocktool.outbox.store import Store
from clocktool.storage.failure import StorageError
from tests.outbox.places import Place

pytestmark = pytest.mark.slow


def fill_up(place: Place, patch: pytest.MonkeyPatch, *methods: str) -> None:
    """Let the journal take no more from these methods of the store."""

    def full(*args: object, **more: object) -> None:
        raise StorageError(place.journal, "the disk is full", "free some space and try again")

    for name in methods:
        patch.setattr(Store, name, full)


def test_a_recorded_undo_succeeds_though_the_disk_is_full_then(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is sent after earlier pending changes."""
    place.run.ok("add", "one", "--from", "8", "--to", "9")
    place.away("add", "two", "--from", "9", "--to", "10")
    with monkeypatch.context() as patch:
        fill_up(place, patch, "mark", "done", "drop")
        result = place.run.ok("undo", "1")
    assert result.err == (
        "Undo of 'add', 12:30:\n  ✗ 08:00–09:00  1h 00m  one  000a\n"
        "The journal can't be written, so failed changes are lost and nothing can be undone:"
        f" cannot use {place.journal}: the disk is full; free some space and try again\n"
        "Taken back.\n"
        "Kept, to be sent later: earlier changes wait, and the journal can't be written"
        " (see clocktool pending)\n"
    )
    place.run.ok("sync")
    assert place.entries == ["two 09:00-10:00"]
    assert place.waits == ""


def test_undo_skips_a_stop_without_a_timer_that_could_not_be_deleted(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It reverts the command before."""
    place.run.ok("add", "one", "--from", "8", "--to", "9")
    with monkeypatch.context() as patch:
        fill_up(place, patch, "done")
        place.run.ok("stop", "--if-running")
    assert place.run.ok("undo").err.startswith("Undo of 'add', 12:30:\n")
    assert place.entries == []


def test_undo_of_only_a_stop_without_a_timer_changes_nothing(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It says that no change was made on this machine."""
    with monkeypatch.context() as patch:
        fill_up(place, patch, "done")
        place.run.ok("stop", "--if-running")
    code, out, err = place.run("undo")
    assert (code, out) == (1, "")
    assert err == "Nothing to undo: no change was made here\n"


def test_a_refused_undo_that_cannot_be_deleted_says_how_to_drop_it(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The refusal is reported; after the drop the command can be undone."""
    place.run.ok("add", "one", "--from", "8", "--to", "9")
    place.line.answer(403)
    with monkeypatch.context() as patch:
        fill_up(place, patch, "drop", "undo_stopped")
        code, out, err = place.run("undo")
    place.line.mend()
    assert (code, out) == (5, "")
    assert err == (
        "Undo of 'add', 12:30:\n  ✗ 08:00–09:00  1h 00m  one  000a\n"
        "The journal can't be written, so failed changes are lost and nothing can be undone:"
        f" cannot use {place.journal}: the disk is full; free some space and try again\n"
        "The change stays in the journal; drop it when that works: clocktool pending drop p2\n"
        "error: not allowed: no permission, or a paid feature: no\n"
        "hint: ask an owner of the workspace\n"
    )
    place.run.ok("pending", "drop", "p2")
    assert place.entries == ["one 08:00-09:00"]
    place.run.ok("undo")
    assert place.entries == []
