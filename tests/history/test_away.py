"""Reads from the mirror while the network is away: what was read before is shown, as of when."""

import pytest

from tests.conftest import Console, Result
from tests.outbox.places import GONE, Place

SHOWN = f"Shown as of 12:30: {GONE}\n"
OFFLINE = "Shown as of 12:30\n"
ASK = "hint: check the network, then try again\n"


@pytest.fixture
def day(place: Place) -> Place:
    """A week that was listed at 12:30: 000a of Site, 000b, and the timer 000c since 12."""
    place.run.ok("add", "fix", "--from", "9", "--to", "10:30", "-p", "Site", "-T", "dev", "-q")
    place.run.ok("add", "review", "--from", "10:30", "--to", "12", "-q")
    place.run.ok("start", "deploy", "-p", "Ops", "--at", "12", "-q")
    place.run.ok("list", "week")
    return place


READS = [
    ("list",),
    ("list", "week"),
    ("list", "--total"),
    ("list", "-p", "Site"),
    ("list", "-d", "FIX"),
    ("report",),
    ("report", "week", "--by", "day", "--by", "tag"),
    ("report", "--by", "client", "-o", "json"),
    ("export", "today"),
    ("show", "current"),
    ("show", "last", "last~1"),
    ("list", "-o", "json"),
]
FRESH = ("--fresh", "list")


@pytest.mark.parametrize("line", READS, ids=" ".join)
def test_a_read_without_a_network_is_that_of_the_last_list(
    day: Place, line: tuple[str, ...]
) -> None:
    """Exit code 0, the same output, and as of when on standard error, but not with -q."""
    expected = day.run.ok(*line)
    assert expected.err == ""
    day.line.cut()
    day.line.tried.clear()
    assert day.run(*line) == (0, expected.out, SHOWN)
    assert day.line.tried != []
    day.line.tried.clear()
    assert day.run("--offline", *line) == (0, expected.out, OFFLINE)
    assert day.line.tried == []


@pytest.mark.parametrize("failure", [429, 500, 503])
def test_a_failing_server_is_like_no_network(day: Place, failure: int) -> None:
    """A rate limit, an error of the server."""
    expected = day.run.ok("list")
    day.line.answer(failure, writes_only=False)
    code, out, err = day.run("list")
    assert (code, out) == (0, expected.out)
    assert err.startswith("Shown as of 12:30: ")


def test_names_of_kept_entries_are_found_without_a_network(day: Place) -> None:
    """Also those that were never looked up by name here: others have named them."""
    body = {
        "start": "2026-11-24T05:00:00Z",
        "end": "2026-11-24T06:00:00Z",
        "tagIds": [day.shop.urgent],
    }
    day.ask("POST", "/time-entries", {**body, "projectId": day.shop.site, "taskId": day.shop.login})
    day.run.ok("list", "week")
    day.line.cut()
    assert day.run.ok("list", "-T", "urgent", "--total").out == "1:00:00\n"
    assert day.run.ok("report", "--client", "acme", "--total").out == "2:30:00\n"
    assert day.run.ok("list", "-t", "Log", "--total").out == "1:00:00\n"
    assert day.run("list", "-p", "Nothing").code == 4


def test_the_day_is_said_where_it_is_another(day: Place) -> None:
    """Days after the last request count as held as of that request."""
    day.line.cut()
    day.run.at("2026-11-26 08:00")
    code, _, err = day.run("list", "week", "--total")
    assert (code, err.splitlines()[0]) == (0, f"Shown as of Tue 24 Nov 12:30: {GONE}")
    assert day.run("list", "2026-11-25", "--total").out == "24:00:00\n"


def test_a_later_list_of_days_before_leaves_later_days_held(day: Place) -> None:
    """They count as held as of the last request that reached the present."""
    day.run.ok("list", "2026-11-22..2026-11-24")
    day.run.at("2026-11-25 00:30")
    day.run.ok("list", "2026-11-22..2026-11-24")
    day.line.cut()
    code, _, err = day.run("list", "2026-11-25..2026-11-30")
    assert (code, err.splitlines()[0]) == (0, f"Shown as of Tue 24 Nov 12:30: {GONE}")


def test_what_was_never_listed_is_an_error_that_says_which_days(day: Place) -> None:
    """Exit code 6, and nothing on standard output."""
    day.line.cut()
    missing = f"2026-11-01..2026-11-15 is not on this machine: {GONE}"
    assert day.run("list", "month") == (6, "", f"error: {missing}\n{ASK}")
    missing = "2026-11-01..2026-11-15 is not on this machine: --offline makes no request"
    hint = "hint: leave out --offline\n"
    assert day.run("--offline", "list", "month") == (6, "", f"error: {missing}\n{hint}")
    assert day.run("list", "2026-10", "--total").code == 6


@pytest.mark.parametrize(
    ("line", "seen"),
    [
        (("edit", "000a", "-d", "look"), "look"),
        (("delete", "000a", "-y"), ""),
        (("split", "000b", "11:00"), "review"),
        (("dup", "000b", "--at", "8:00"), "review"),
        (("resume", "last"), "review"),
        (("bulk", "000a", "--set-description", "look", "-y"), "look"),
    ],
    ids=lambda it: " ".join(it) if isinstance(it, tuple) else None,
)
def test_a_change_of_kept_entries_waits(day: Place, line: tuple[str, ...], seen: str) -> None:
    """It is done with the state that was seen, shown at once, and sent later."""
    before = day.entries
    code, out, err = day.run("--offline", *line)
    assert (code, day.entries) == (0, before)
    assert "Kept, to be sent later: --offline makes no request" in err or "changes kept" in err
    assert seen in out
    shown = day.run.ok("--offline", "list", "-o", "json").json
    day.run.ok("sync")
    assert day.entries != before
    after = day.run.ok("list", "-o", "json").json
    assert [it["description"] for it in shown] == [it["description"] for it in after]
    assert [it["timeInterval"] for it in shown] == [it["timeInterval"] for it in after]


@pytest.mark.parametrize(
    "line",
    [
        ("invoice", "today", "--dry-run"),
        ("invoice", "000a", "--dry-run"),
        ("invoice", "last", "--dry-run"),
        ("bulk", "today", "--set-description", "x", "-y"),
        ("purge", "today", "--dry-run"),
    ],
    ids=" ".join,
)
def test_what_bills_or_changes_many_always_asks(day: Place, line: tuple[str, ...]) -> None:
    """Exit code 6, whatever is kept."""
    assert day.run(*line).code == 0
    day.line.cut()
    assert day.run(*line).code == 6
    day.line.mend()
    assert day.run("--offline", *line).code == 6


def test_fresh_and_offline_contradict_each_other(day: Place) -> None:
    """Exit code 2, wherever they are written."""
    error = "error: --fresh and --offline contradict each other\nhint: use one of them\n"
    assert day.run("--fresh", "--offline", "list") == (2, "", error)
    assert day.run("list", "--offline", "--fresh") == (2, "", error)


def test_fresh_without_an_answer_falls_back_like_any_read(day: Place) -> None:
    """Exit code 0, as of when."""
    expected = day.run.ok(*FRESH)
    day.line.cut()
    assert day.run(*FRESH) == (0, expected.out, SHOWN)


def test_quiet_says_nothing_of_age(day: Place) -> None:
    """Only errors are said."""
    day.line.cut()
    assert day.run("list", "-q") == (0, "", "")


def test_logout_drops_the_mirror_and_keeps_what_waits(day: Place) -> None:
    """No file of it is left."""
    folder = day.run.home / "data" / "mirror"
    assert [each.suffix for each in folder.iterdir() if each.suffix == ".sqlite3"] == [".sqlite3"]
    day.run.ok("--offline", "add", "x", "--for", "1h", "-q")
    key = day.run.env.pop("CLOCKIFY_API_KEY")
    url = day.run.env.pop("CLOCKTOOL_BASE_URL")
    day.run.configure(f'api_key = "{key}"\nbase_url = "{url}"\n')
    result: Result = day.run("logout")
    assert (result.code, "1 change not sent yet" in result.err) == (0, True)
    assert list(folder.iterdir()) == []


def test_on_the_local_workspace_both_options_change_nothing(run: Console) -> None:
    """All of it is on this machine."""
    run.ok("--offline", "add", "x", "--from", "9", "--to", "10", "-q")
    right = run.ok("list")
    assert run("--offline", "list") == right
    assert run("--fresh", "list") == right
    assert run.ok("--offline", "invoice", "today", "--dry-run").err
    assert not (run.home / "data" / "mirror").exists()
