"""``split`` at the front door, and what is left when a part of it fails."""

import re
from pathlib import Path

import pytest

from clocktool.backends.base import Request
from clocktool.domain.time.instant import Instant, format_iso
from tests.conftest import NOON, Console
from tests.guide_server import Answer
from tests.tracking.servers import (
    ENTRIES,
    GoneError,
    Place,
    interrupt,
    run_sql,
    says,
)

REVIEW = "Review  Site · ACME  $"


def test_one_cut_makes_two(day: Console) -> None:
    """The entry itself is the first, shortened; the other has all that it had."""
    assert day("split", "a", "11") == (
        0,
        (
            f"~ Split 10:45–11:00  15m  {REVIEW}  000a\n"
            f"~ Split 11:00–12:00  1h 00m  {REVIEW}  000c\n"
        ),
        "",
    )
    assert day.ok("list", "--total").out == "3:45:00\n"


def test_several_cuts_in_any_order(day: Console) -> None:
    """Parts are in the order of time; the same cut twice is one."""
    out = day.ok("split", "9", "10:15", "9:20", "10", "9:20").out
    assert [line.split("  ")[0] for line in out.splitlines()] == [
        "~ Split 09:00–09:20",
        "~ Split 09:20–10:00",
        "~ Split 10:00–10:15",
        "~ Split 10:15–10:30",
    ]
    assert day.ok("list", "--total").out == "3:45:00\n"


def test_the_parts_have_all_that_it_had(shop: Console) -> None:
    """Tags, task, custom fields, billable and type."""
    shop.ok("fields", "add", "Ticket", "-q")
    shop.ok(
        *("add", "All", "--from", "8", "--for", "1h", "-p", "Site", "-t", "Login", "-T", "dev"),
        *("--field", "Ticket=CF-1", "--no-billable", "--break", "-q"),
    )
    first, second = shop.ok("split", "last", "8:20", "-o", "json").json
    for part in (first, second):
        for value in part["customFieldValues"]:
            del value["timeEntryId"]
    assert {name for name in first if first[name] != second[name]} == {
        "id",
        "timeInterval",
        "durationSeconds",
    }
    assert second["customFieldValues"][0]["value"] == "CF-1"
    assert second["type"] == "BREAK"


def test_bare_times_are_of_its_own_day(day: Console) -> None:
    """Not of today, and after midnight of the day after."""
    day.ok("add", "Night", "--from", "2026-11-20 22:00", "--to", "2026-11-21 02:00", "-q")
    assert day.ok("split", "c", "23", "0:30").out == (
        "~ Split Fri 20 Nov 2026 22:00–23:00  1h 00m  Night  000c\n"
        "~ Split Fri 20 Nov 2026 23:00–00:30+1d  1h 30m  Night  000d\n"
        "~ Split Sat 21 Nov 2026 00:30–02:00  1h 30m  Night  000e\n"
    )


def test_a_day_may_be_said(day: Console) -> None:
    """Any TIME will do."""
    out = day.ok("split", "a", "2026-11-24 11:00").out
    assert out.startswith("~ Split 10:45–11:00")


CUTS_OUTSIDE = ("10:45", "12:00", "10", "13", "yesterday 11:00", "-1m", "2026-11-24 10:45")


@pytest.mark.parametrize("cut", CUTS_OUTSIDE)
def test_a_cut_outside_is_refused(day: Console, cut: str) -> None:
    """Also on its very ends; nothing is changed."""
    before = day.ok("list", "-o", "json").json
    result = day("split", "a", "--", "11:15", cut)
    assert (result.code, result.out) == (5, "")
    assert re.fullmatch(
        "error: .* is not inside the entry, from 10:45 to 12:00\n"
        "hint: choose a time after the start and before the end\n",
        result.err,
    )
    assert day.ok("list", "-o", "json").json == before


def test_a_cut_outside_is_named_with_the_times_of_the_entry(day: Console) -> None:
    """With the day where it is not today's; a timer has no end."""
    said = day("split", "a", "13").err
    assert "error: 13:00 is not inside the entry, from 10:45 to 12:00\n" in said
    said = day("split", "a", "10").err
    assert "error: 10:00 is not inside the entry, from 10:45 to 12:00\n" in said
    said = day("split", "current", "12:30", "13:00").err
    assert "error: 12:30 is not inside the entry, from 12:30 on\n" in said
    day.at("2026-11-25 08:00")
    said = day("split", "b", "2026-11-24 9:00").err
    assert "error: Tue 24 Nov 09:00 is not inside the entry, from Tue 24 Nov 12:30 on\n" in said


def test_an_invalid_time_is_refused(day: Console) -> None:
    """Exit code 2, with what is accepted."""
    assert day("split", "a", "elevenish").code == 2
    assert day("split", "a").code == 2


def test_a_running_entry(day: Console) -> None:
    """The last part runs on, the others are finished."""
    assert day.ok("split", "current", "--", "-30m", "12:45").out == (
        "~ Split 12:30–12:45  15m  Deploy  Ops  000b\n"
        "~ Split 12:45–13:00  15m  Deploy  Ops  000c\n"
        "● 13:00  30m  Deploy  Ops  000d\n"
    )
    assert day.ok("list", "--running", "-o", "id").out == "00000000000000000000000d\n"
    assert day("split", "current", "23:00").code == 2


@pytest.mark.parametrize("why", ["locked", "approved"])
def test_a_locked_entry_is_not_split(day: Console, why: str) -> None:
    """It is refused before any part is created."""
    if why == "locked":
        day.ok("workspaces", "set", "lock-before", "2026-11-25", "-q")
    else:
        path = Path(day.env["CLOCKTOOL_DATA"]) / "local.sqlite3"
        run_sql(path, "UPDATE entries SET approval_id = 'a'")
    before = day.ok("list", "-o", "json").json
    assert day("split", "a", "11").code == 5
    assert day.ok("list", "-o", "json").json == before


@pytest.fixture
def there(there: Place) -> Place:
    """A server of each route set, with one entry of an hour, 1000, and its console at its end."""
    there.add(1)
    there.sql("UPDATE entries SET start_at = ?, end_at = ?", START, START + 3600)
    return there


START = NOON - 9000
"""Ten o'clock in Berlin."""
SOURCE = "000000000000000000001000"
CUTS = ("10:20", "10:40")
LOOK = (
    f"SELECT start_at - {START}, end_at - {START}, description, project, task, billable,"
    " f.value, t.tag FROM entries e JOIN entry_fields f ON f.entry = e.seq"
    " JOIN entry_tags t ON t.entry = e.seq ORDER BY start_at, end_at"
)


def nth(there: Place, number: int, kind: str, answer: Answer | None) -> None:
    """Let the ``number``-th write fail: in the place of what it does, or with its answer lost."""

    def before(request: Request) -> Answer | None:
        hit = request.method != "GET" and len(there.writes()) == number
        return answer if hit else None

    def after(request: Request) -> None:
        if request.method != "GET" and len(there.writes()) == number and kind == "lost":
            raise GoneError

    there.before, there.after = before, after


def covered(there: Place) -> set[int]:
    """Return the minutes from START that are in some entry of the server."""
    return {
        minute for first, last, *_ in there.sql(LOOK) for minute in range(first // 60, last // 60)
    }


def test_the_requests_and_their_bodies(there: Place) -> None:
    """The later parts are made whole, then the entry is shortened; the same in both route sets."""
    there.console.ok("split", SOURCE, *CUTS, "-q")

    def body(first: int, last: int) -> dict[str, object]:
        return {
            "start": format_iso(Instant(START + first * 60)),
            "end": format_iso(Instant(START + last * 60)),
            "billable": False,
            "description": "work 0000",
            "projectId": there.shop.site,
            "taskId": there.shop.login,
            "tagIds": [there.shop.dev],
            "customFields": [{"customFieldId": there.shop.ticket, "value": "CF-0"}],
            "type": "REGULAR",
        }

    assert [(each.method, each.path, each.body) for each in there.writes()] == [
        ("POST", ENTRIES, body(20, 40)),
        ("POST", ENTRIES, body(40, 60)),
        ("PUT", f"{ENTRIES}/{SOURCE}", body(0, 20)),
    ]


@pytest.mark.parametrize("number", [1, 2, 3])
def test_a_failed_split_is_taken_back(there: Place, number: int) -> None:
    """If a part or the entry is refused, everything is as before; the error says so."""
    before = there.sql(LOOK)
    nth(there, number, "refused", says(400, 501, "The month is closed"))
    result = there.console("split", SOURCE, *CUTS)
    assert (result.code, result.out) == (5, "")
    assert there.sql(LOOK) == before
    assert "; the entry is unchanged\n" in result.err
    assert there.console.ok("pending").err == "No pending changes.\n"


ANSWERS: dict[str, Answer | None] = {
    "lost": None,
    "500": says(500, 500, "Unexpected"),
    "limited": (429, {"Retry-After": "3600"}, {"message": "Too many requests", "code": 429}),
}
"""What a write is answered that is kept for later."""
KINDS = {
    "lost": "the connection to HOST broke: no complete answer came",
    "500": "the server failed (500): Unexpected",
    "limited": "rate limit reached",
}
"""The same, and why it is said to be kept."""


def kept(there: Place, count: int, kind: str) -> str:
    """Return the line that says that so many changes are kept."""
    host = there.console.env["CLOCKTOOL_BASE_URL"].split("/")[2]
    what = "Kept" if count == 1 else f"{count} changes kept"
    why = KINDS[kind].replace("HOST", host)
    return f"{what}, to be sent later: {why} (see clocktool pending)\n"


def parts(there: Place) -> list[tuple[int, int | None]]:
    """Return the first and last minute from START of each entry of the server."""
    rows = there.sql(LOOK)
    return [(first // 60, None if last is None else last // 60) for first, last, *_ in rows]


def sent_later(there: Place, count: int) -> None:
    """Mend the server, and let what waits be sent: nothing before that, and then all of it."""
    there.before, there.after = lambda _: None, lambda _: None
    there.sent.clear()
    there.console.later(3600).ok("pending")
    assert there.writes() == []
    result = there.console.ok("sync")
    assert result == (0, "", f"{count} change{'s' * (count > 1)} sent.\n")


@pytest.mark.slow
@pytest.mark.parametrize("number", [1, 2, 3])
@pytest.mark.parametrize("kind", KINDS)
def test_a_split_that_cannot_be_sent_is_kept_in_full(there: Place, number: int, kind: str) -> None:
    """The entry stays whole until its parts are sent, each once."""
    (whole,) = there.sql(LOOK)
    nth(there, number, kind, ANSWERS[kind])
    result = there.console.ok("split", SOURCE, *CUTS)
    times = [line.split("  ")[0] for line in result.out.splitlines()]
    assert times == [f"~ Split {each}" for each in ("10:00–10:20", "10:20–10:40", "10:40–11:00")]
    assert result.err == kept(there, 4 - number, kind)
    assert len(there.writes()) == number
    assert covered(there) == set(range(60))
    sent_later(there, 4 - number)
    assert parts(there) == [(0, 20), (20, 40), (40, 60)]
    assert {row[2:] for row in there.sql(LOOK)} == {whole[2:]}
    assert there.console.ok("sync").err == "No pending changes.\n"


@pytest.mark.parametrize("kind", KINDS)
def test_a_part_that_is_kept_hides_nothing_of_the_entry(there: Place, kind: str) -> None:
    """The entry is shortened after its parts are made, also when they are made later."""
    nth(there, 2, kind, ANSWERS[kind])
    there.console.ok("split", SOURCE, *CUTS)
    assert parts(there) == [(0, 60), (20, 40)] + ([(40, 60)] if kind == "lost" else [])


def test_a_part_that_is_refused_later_leaves_the_entry_whole(there: Place) -> None:
    """The rest of the command waits for the decision, too: no time is there twice."""
    nth(there, 1, "500", ANSWERS["500"])
    there.console.ok("split", SOURCE, *CUTS)
    nth(there, 1, "refused", says(400, 501, "The month is closed"))
    there.sent.clear()
    there.console("sync")
    assert parts(there) == [(0, 60)]
    there.before = lambda _: None
    there.console("sync")
    assert parts(there) == [(0, 60)]


def test_a_part_that_cannot_be_taken_back_is_named(there: Place) -> None:
    """What is there too much is said, with how to get rid of it."""

    def before(request: Request) -> Answer | None:
        if request.method == "DELETE" or (request.method == "POST" and len(there.writes()) == 2):
            return says(403, 1003, "Time entry is locked")
        return None

    there.before = before
    result = there.console("split", SOURCE, *CUTS)
    part = there.sql("SELECT id FROM entries WHERE id != ?", SOURCE)[0][0]
    assert result.code == 5
    assert "1 of the new parts could not be deleted again" in result.err
    assert f"hint: delete them: clocktool delete {part}\n" in result.err


@pytest.mark.parametrize("number", [2, 3])
def test_a_running_entry_runs_again(there: Place, number: int) -> None:
    """The timer was ended at the first cut; when a part is refused it is as it was, and runs."""
    there.sql("UPDATE entries SET end_at = NULL")
    there.console.now = Instant(START + 3600)
    nth(there, number, "refused", says(400, 501, "The month is closed"))
    result = there.console("split", SOURCE, *CUTS)
    assert result.code == 5
    assert there.sql("SELECT start_at, end_at FROM entries") == [(START, None)]
    assert "; the entry is unchanged\n" in result.err


@pytest.mark.parametrize("number", [1, 2, 3])
def test_an_interrupted_split_loses_no_time(there: Place, number: int) -> None:
    """Every second of the entry is still in some entry."""

    def stop(request: Request) -> None:
        if request.method != "GET" and len(there.writes()) == number:
            interrupt()

    there.after = stop
    result = there.console("split", SOURCE, *CUTS)
    assert result.code == 130
    assert covered(there) == set(range(60))


@pytest.mark.slow
@pytest.mark.parametrize("number", [1, 2, 3])
@pytest.mark.parametrize("kind", KINDS)
def test_of_a_running_entry_nothing_is_lost(there: Place, number: int, kind: str) -> None:
    """Its start is never later than it was; then the last part runs, once, from its own start."""
    there.sql("UPDATE entries SET end_at = NULL")
    there.console.now = Instant(START + 3600)
    nth(there, number, kind, ANSWERS[kind])
    result = there.console.ok("split", SOURCE, *CUTS)
    assert result.err == kept(there, 4 - number, kind)
    first = there.sql("SELECT start_at, end_at FROM entries WHERE id = ?", SOURCE)[0]
    assert first[0] == START
    assert first[1] in (None, START + 1200)
    sent_later(there, 4 - number)
    assert parts(there) == [(0, 20), (20, 40), (40, None)]


def test_a_time_ago_needs_no_dashes_before_it(day: Console) -> None:
    """-15m is a TIME, wherever it stands; options keep their meaning."""
    assert day("split", "current", "-15m", "-30m", "-o", "id").out.count("\n") == 3
    assert day.ok("split", "current", "--", "-5m").out.startswith("~ Split 13:15–13:25")


@pytest.mark.parametrize("clock", ["9:00", "10:30"])
def test_a_cut_at_the_end_of_an_entry_is_refused(day: Console, clock: str) -> None:
    """One part would have no length."""
    result = day("split", "0009", clock)
    assert (result.code, result.out) == (5, "")
    assert "is not inside the entry, from 09:00 to 10:30" in result.err
