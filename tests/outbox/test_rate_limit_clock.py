"""A wait that the service asked for ends, whatever the clock does."""

import pytest

from tests.outbox.places import Place


@pytest.fixture
def limited(place: Place) -> Place:
    """A change that waits, because the service asked for an hour."""
    place.line.answer(429, retry_after="3600")
    place.run.ok("add", "fix", "--for", "1h")
    place.line.mend()
    return place


def test_the_wait_of_a_clock_that_was_ahead_ends_when_it_is_set_back(limited: Place) -> None:
    """It was set a year ahead: the wait is not until next year."""
    limited.run.at("2025-11-24 12:30").ok("sync")
    assert limited.waits == ""


def test_the_service_is_not_asked_before_its_time(limited: Place) -> None:
    """Exit 7, and not even a request."""
    limited.line.tried.clear()
    assert limited.run.later(60)("sync").code == 7
    assert limited.line.tried == []
    limited.run.later(3541).ok("sync")
    assert limited.waits == ""


def test_sync_tries_now_if_it_is_told_to(limited: Place) -> None:
    """The service may have changed its mind, as after an upgrade."""
    limited.run.later(60).ok("sync", "--now")
    assert limited.waits == ""
