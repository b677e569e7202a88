"""Pending changes belong to an account, also after a logout."""

import pytest

from tests.conftest import Result
from tests.guide_server import KEY
from tests.outbox.places import GONE, Place


@pytest.fixture
def logged_in(fresh: Place) -> Place:
    """A place with its key in the configuration, where ``logout`` finds it."""
    del fresh.run.env["CLOCKIFY_API_KEY"]
    del fresh.run.env["CLOCKTOOL_BASE_URL"]
    log_in(fresh)
    return fresh


def log_in(place: Place, *words: str) -> Result:
    """Log in by a key from standard input."""
    line = (*words, "login", "--api-key-stdin", "--base-url", place.url)
    return place.run.ok(*line, stdin=f"{KEY}\n")


WAITS = (
    "account  id  state    at     change\n"
    "default  p1  waiting  12:30  add 'fix' 11:30\n"
    f"p1: {GONE}\n"
    "  clocktool login\n"
)


def test_logout_keeps_pending_changes_and_says_so(logged_in: Place) -> None:
    """Without the key ``pending`` still lists them, by account."""
    logged_in.away("add", "fix", "--for", "1h")
    result = logged_in.run.ok("logout")
    assert "1 change not sent yet; to send pending changes: clocktool login\n" in result.err
    assert logged_in.run.ok("pending").out == WAITS
    (row,) = logged_in.run.ok("pending", "-o", "json").json
    assert (row["account"], row["change"]) == ("default", "add 'fix' 11:30")


def test_a_login_to_the_same_account_sends_pending_changes(logged_in: Place) -> None:
    """They are sent with the times that were typed."""
    logged_in.away("add", "fix", "--for", "1h")
    logged_in.run.ok("logout")
    logged_in.run.later(600)
    log_in(logged_in)
    assert logged_in.entries == ["fix 11:30-12:30"]
    assert logged_in.run.ok("pending").err == "No pending changes.\n"


def test_the_local_workspace_has_no_pending_changes(logged_in: Place) -> None:
    """A command without a key changes the local workspace, and sends no change of the account."""
    logged_in.away("add", "fix", "--for", "1h")
    logged_in.run.ok("logout")
    logged_in.run.ok("add", "here", "--for", "10m")
    assert logged_in.entries == []
    assert logged_in.run.ok("pending").out == WAITS


def test_pending_without_a_key_shows_the_changes_of_its_profile(logged_in: Place) -> None:
    """Each profile has an outbox."""
    log_in(logged_in, "--profile", "client-x")
    logged_in.away("--profile", "client-x", "add", "theirs", "--for", "1h")
    logged_in.run.ok("--profile", "client-x", "logout")
    assert logged_in.run.ok("pending").out == ""
    assert logged_in.run.ok("sync").err == "No pending changes.\n"
