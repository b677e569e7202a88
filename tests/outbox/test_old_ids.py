"""An id that was shown is accepted after an undo or a redo has made the entry again."""

import pytest

from tests.outbox.places import Place


def test_the_id_before_a_delete_and_its_undo_names_the_entry(place: Place) -> None:
    """In full, and by its end."""
    old = place.run.ok("add", "fix", "--for", "1h", "-o", "json").json["id"]
    place.run.ok("delete", "last", "-y")
    place.run.ok("undo", "-y")
    assert place.run.ok("show", old, "-o", "json").json["description"] == "fix"
    place.run.ok("edit", old, "-d", "mended")
    assert place.entries == ["mended 11:30-12:30"]


@pytest.mark.parametrize("times", [1, 2])
def test_the_id_before_an_undo_and_a_redo_names_the_entry(place: Place, times: int) -> None:
    """However often."""
    old = place.run.ok("add", "fix", "--for", "1h", "-o", "json").json["id"]
    for _ in range(times):
        place.run.ok("undo", "-y")
        place.run.ok("redo")
    assert place.run.ok("show", old, "-o", "json").json["description"] == "fix"
    place.run.ok("delete", old, "-y")
    assert place.entries == []
