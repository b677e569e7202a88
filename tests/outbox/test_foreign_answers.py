"""A change that something else than the service answers does not cost requests for ever."""

import pytest

from clocktool.backends.base import Reply, Request
from tests.outbox.places import Place

FOREIGN = Reply(422, {"content-type": "application/json"}, b'{"errors": ["no"]}')


@pytest.fixture
def headed(place: Place) -> Place:
    """A queue that begins with a change that is answered so, tried by two commands."""

    def tell(request: Request) -> Reply | None:
        return FOREIGN if request.method == "POST" else None

    place.line.before = tell
    place.run.ok("add", "fix", "--for", "1h")
    place.run.later(1).ok("list")
    place.line.tried.clear()
    return place


def test_it_is_tried_once_in_ten_minutes(headed: Place) -> None:
    """Reads go on, with one request each; after ten minutes it is tried again."""
    headed.run.later(30).ok("list")
    assert [each.split()[0] for each in headed.line.tried] == ["GET"]
    headed.run.later(600).ok("list")
    assert "POST" in [each.split()[0] for each in headed.line.tried]


def test_sync_tries_it_at_once(headed: Place) -> None:
    """The user has asked."""
    headed.line.mend()
    headed.run.later(30).ok("sync")
    assert headed.entries == ["fix 11:30-12:30"]


def test_what_comes_later_waits_behind_it_and_is_shown(headed: Place) -> None:
    """In its order, and without a request."""
    headed.run.later(30).ok("add", "more", "--from", "9", "--to", "10")
    assert [each.split()[0] for each in headed.line.tried if "POST" in each] == []
    assert "more" in headed.run.ok("list").out
