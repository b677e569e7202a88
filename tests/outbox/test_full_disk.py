"""A disk that fills up in the middle of a command: what is on it by then is what counts."""

import pytest

from clocktool.outbox.store import Store
from clocktool.storage.failure import StorageError
from tests.outbox.places import Place


def fill_up(place: Place, patch: pytest.MonkeyPatch, *methods: str) -> None:
    """Let the journal take no more from these methods of the store."""

    def full(*args: object, **more: object) -> None:
        raise StorageError(place.journal, "the disk is full", "free some space and try again")

    for name in methods:
        patch.setattr(Store, name, full)


def test_an_undo_that_is_noted_is_done_though_the_disk_is_full_then(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It waits behind what was kept before it, is said to be done, and is sent later."""
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


def test_a_stop_of_nothing_that_could_not_be_forgotten_is_nothing_to_undo(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Undo finds that it had nothing to end, and takes back what was done before it."""
    place.run.ok("add", "one", "--from", "8", "--to", "9")
    with monkeypatch.context() as patch:
        fill_up(place, patch, "done")
        place.run.ok("stop", "--if-running")
    assert place.run.ok("undo").err.startswith("Undo of 'add', 12:30:\n")
    assert place.entries == []


def test_a_stop_of_nothing_alone_is_nothing_to_undo(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Undo says that nothing was changed where nothing else was done from here."""
    with monkeypatch.context() as patch:
        fill_up(place, patch, "done")
        place.run.ok("stop", "--if-running")
    code, out, err = place.run("undo")
    assert (code, out) == (1, "")
    assert err == "Nothing to undo: no change was made here\n"


def test_a_refused_undo_that_cannot_be_forgotten_says_how_to(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The refusal is what is said; once it is dropped it can be taken back."""
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
