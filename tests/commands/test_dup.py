"""``dup`` at the front door."""

import re
from datetime import date, timedelta

import pytest

from clocktool.backends.base import Request
from clocktool.domain.time.instant import parse_iso
from tests.commands.conftest import put
from tests.conftest import Console
from tests.guide_server import Answer
from tests.tracking.servers import ENTRIES, Place, interrupt, says

FIX = "09:00–10:30  1h 30m  Fix login page  Site · ACME  $ #dev"


def shown(out: str) -> str:
    """Return lines without the ids at their ends: which copy gets which is chance."""
    return re.sub(r"  [0-9a-f]{4}$", "", out, flags=re.MULTILINE)


def starts(console: Console, period: str = "2026") -> list[str]:
    """Return day, start and end of what is there, as JSON has it."""
    return [
        f"{each['timeInterval']['start']} {each['timeInterval']['end']}"
        for each in console.ok("list", period, "-o", "json").json
    ]


def test_to_many_days(day: Console) -> None:
    """One entry to each day of this week but its own, at the same time; the future is said."""
    result = day("dup", "9", "--on", "mon..fri")
    assert result.code == 0
    assert shown(result.out) == (
        f"+ Copied Mon 23 Nov 2026 {FIX}\n"
        f"+ Copied Wed 25 Nov 2026 {FIX}\n"
        f"+ Copied Thu 26 Nov 2026 {FIX}\n"
        f"+ Copied Fri 27 Nov 2026 {FIX}\n"
    )
    assert result.err == (
        "Skipped copies with the same day and time as their original.\n3 of 4 end in the future.\n"
    )


def test_days_are_said_in_several_ways(day: Console) -> None:
    """--on is repeatable, takes a day, days of this week, dates, and each day counts once."""
    words = ("--on", "yesterday", "--on", "2026-11-19..2026-11-20", "--on", "2026-11-20")
    result = day.ok("dup", "9", *words, "--template", "{date} {start}")
    assert result.out == "2026-11-19 09:00\n2026-11-20 09:00\n2026-11-23 09:00\n"


def test_without_a_day_it_is_today(day: Console) -> None:
    """An entry of yesterday is copied to today."""
    day.ok("add", "Stand-up", "--from", "yesterday 9:30", "--for", "15m", "-q")
    assert day.ok("dup", "c").out == "+ Copied 09:30–09:45  15m  Stand-up  000d\n"


def test_the_day_of_the_entry_itself_is_skipped(day: Console) -> None:
    """The copy would equal the entry."""
    said = "Skipped copies with the same day and time as their original.\n"
    assert day("dup", "9") == (0, "", said)
    assert day("dup", "9", "--for", "2h") == (0, "", said)


def test_at_another_time_it_is_as_long(day: Console) -> None:
    """--at alone keeps the length, also past midnight."""
    assert day.ok("dup", "a", "--at", "8").out == (
        "+ Copied 08:00–09:15  1h 15m  Review  Site · ACME  $  000c\n"
    )
    assert day.ok("dup", "a", "--at", "23:30", "--on", "yesterday").out == (
        "+ Copied Mon 23 Nov 2026 23:30–00:45+1d  1h 15m  Review  Site · ACME  $  000d\n"
    )


def test_for_another_length(day: Console) -> None:
    """--for alone keeps the start, with --at both are said."""
    assert day.ok("dup", "a", "--for", "20m", "--on", "yesterday").out == (
        "+ Copied Mon 23 Nov 2026 10:45–11:05  20m  Review  Site · ACME  $  000c\n"
    )
    assert day.ok("dup", "a", "--for", "20m", "--at", "8").out == (
        "+ Copied 08:00–08:20  20m  Review  Site · ACME  $  000d\n"
    )


def test_at_now_starts_a_timer(day: Console) -> None:
    """--at now without --on and --for is resume: the running one ends, a copy runs."""
    assert day.ok("dup", "9", "--at", "now").out == (
        "■ Stopped 12:30–13:30  1h 00m  Deploy  Ops  000b\n"
        "● Started 13:30  Fix login page  Site · ACME  $ #dev  000c\n"
    )
    assert day.ok("list", "--running", "-o", "id").out == "00000000000000000000000c\n"


def test_at_now_with_a_length_or_days_is_no_timer(day: Console) -> None:
    """It is the time of the day then."""
    assert day.ok("dup", "9", "--at", "now", "--for", "30m").out == (
        "+ Copied 13:30–14:00  30m  Fix login page  Site · ACME  $ #dev  000c\n"
    )
    assert day.ok("dup", "9", "--at", "now", "--on", "yesterday").out == (
        "+ Copied Mon 23 Nov 2026 13:30–15:00  1h 30m  Fix login page  Site · ACME  $ #dev  000d\n"
    )
    assert day.ok("list", "--running", "-o", "id").out == "00000000000000000000000b\n"


def test_a_day_in_at_is_refused(day: Console) -> None:
    """Days are said with --on."""
    result = day("dup", "9", "--at", "yesterday 9:00")
    assert (result.code, result.out) == (2, "")
    assert result.err == (
        "error: invalid time of day 'yesterday 9:00'\n"
        "hint: use 9:30 or 9am, and --on for the days\n"
    )


def test_a_template_day(day: Console) -> None:
    """All finished entries of a day on other days; a note says that the running one is left out."""
    result = day.ok("dup", "--day", "tue", "--on", "wed..thu")
    assert shown(result.out) == (
        f"+ Copied Wed 25 Nov 2026 {FIX}\n"
        "+ Copied Wed 25 Nov 2026 10:45–12:00  1h 15m  Review  Site · ACME  $\n"
        f"+ Copied Thu 26 Nov 2026 {FIX}\n"
        "+ Copied Thu 26 Nov 2026 10:45–12:00  1h 15m  Review  Site · ACME  $\n"
    )
    assert result.err == "Skipped the running timer of that day.\n4 of 4 end in the future.\n"


def test_a_template_day_is_what_starts_in_it(day: Console) -> None:
    """Monday's night that ends on Tuesday is Monday's."""
    day.ok("add", "Night", "--from", "yesterday 23:00", "--to", "today 1:00", "-q")
    out = day.ok("dup", "--day", "mon", "--on", "thu..fri").out
    assert shown(out) == (
        "+ Copied Thu 26 Nov 2026 23:00–01:00+1d  2h 00m  Night\n"
        "+ Copied Fri 27 Nov 2026 23:00–01:00+1d  2h 00m  Night\n"
    )


def test_a_template_day_on_itself_is_left_out(day: Console) -> None:
    """The day that is copied may lie among the days that are copied to."""
    result = day.ok("dup", "--day", "tue", "--on", "mon..wed")
    assert [line[9:24] for line in result.out.splitlines()] == [
        "Mon 23 Nov 2026",
        "Mon 23 Nov 2026",
        "Wed 25 Nov 2026",
        "Wed 25 Nov 2026",
    ]


def test_an_empty_template_day_is_refused(day: Console) -> None:
    """There is nothing to copy, which a slip of the finger should not hide."""
    result = day("dup", "--day", "2026-11-02", "--on", "mon..fri")
    assert result.code == 5
    assert result.err == (
        "error: no finished entry on Mon 2 Nov 2026\nhint: see: clocktool list week\n"
    )


@pytest.mark.parametrize("words", [(), ("9", "--day", "mon")])
def test_a_ref_or_a_day_is_copied_not_both(day: Console, words: tuple[str, ...]) -> None:
    """One of them is required."""
    result = day("dup", *words)
    assert result.code == 2
    assert result.err == (
        "error: dup needs either a REF or --day DAY\n"
        "hint: for example: clocktool dup last --on mon..fri\n"
    )


def test_twice_adds_nothing(day: Console) -> None:
    """--skip-existing leaves out what is there: running it again writes nothing."""
    for words in (("9", "--on", "mon..fri"), ("--day", "tue", "--on", "mon..fri")):
        day.ok("dup", *words, "--skip-existing")
        before = starts(day)
        result = day.ok("dup", *words, "--skip-existing")
        assert (result.out, starts(day)) == ("", before)
        assert result.err.endswith(": already there.\n")


def test_existing_is_start_text_and_project(day: Console) -> None:
    """What differs in one of them is another entry."""
    for text, project in (("Fix login page", "Ops"), ("Fix", "Site")):
        day.ok("add", text, "--from", "yesterday 9", "--for", "1h", "-p", project, "-q")
    result = day.ok("dup", "9", "--on", "mon", "--skip-existing")
    assert result.out == f"+ Copied Mon 23 Nov 2026 {FIX}  000e\n"
    day.ok("delete", "e", "-y", "-q")
    words = ("--from", "yesterday 9", "--for", "5m", "-p", "Site", "-q")
    day.ok("add", "Fix login page", *words)
    result = day.ok("dup", "9", "--on", "mon", "--skip-existing")
    assert (result.out, result.err) == ("", "Skipped 1 of 1: already there.\n")


def test_without_skip_existing_copies_are_added_again(day: Console) -> None:
    """Two entries at the same time are allowed."""
    for _ in range(2):
        day.ok("dup", "9", "--on", "mon", "-q")
    assert day.ok("list", "mon", "--total").out == "3:00:00\n"


def test_dry_run_makes_nothing(day: Console) -> None:
    """The table of what would be made, and that it was not."""
    before = starts(day)
    result = day.ok("dup", "9", "--on", "mon", "--dry-run")
    assert result.out == (
        "Mon 23 Nov 2026                                                         1h 30m\n"
        "    09:00–10:30  1h 30m  Site · ACME  Fix login page  $ #dev\n"
        "                                               billable 1h 30m    total 1h 30m\n"
    )
    assert result.err == "Dry run: 1 entry would be created.\n"
    assert starts(day) == before
    plan = day.ok("dup", "9", "--on", "mon..wed", "--dry-run", "-o", "json").json
    assert [each["timeInterval"]["start"] for each in plan] == [
        "2026-11-23T08:00:00Z",
        "2026-11-25T08:00:00Z",
    ]
    assert starts(day) == before


def test_a_running_source_needs_a_length(day: Console) -> None:
    """It has no end; --for says how long the copy is."""
    result = day("dup", "current", "--on", "mon")
    assert (result.code, result.out) == (5, "")
    assert result.err == (
        "error: the entry is still running\nhint: give the length of the copy: --for 1h\n"
    )
    assert day.ok("dup", "current", "--on", "mon", "--for", "1h").out == (
        "+ Copied Mon 23 Nov 2026 12:30–13:30  1h 00m  Deploy  Ops  000c\n"
    )
    assert day.ok("running").out.startswith("● 12:30")


def test_a_night_is_copied_as_a_night(day: Console) -> None:
    """What crosses midnight crosses it again."""
    day.ok("add", "Night", "--from", "yesterday 22:00", "--to", "today 2:00", "-q")
    assert day.ok("dup", "c", "--on", "2026-11-22").out == (
        "+ Copied Sun 22 Nov 2026 22:00–02:00+1d  4h 00m  Night  000d\n"
    )


def test_everything_but_the_times_is_kept(shop: Console) -> None:
    """Tags, task, custom fields, billable against the project's default, and the type."""
    shop.ok("fields", "add", "Ticket", "-q")
    shop.ok(
        *("add", "All", "--from", "8", "--for", "1h", "-p", "Site", "-t", "Login", "-T", "dev"),
        *("-T", "urgent", "--field", "Ticket=CF-1", "--no-billable", "--break", "-q"),
    )
    (copy,) = shop.ok("dup", "last", "--on", "mon", "-o", "json").json
    source = shop.ok("show", "last", "-o", "json").json
    for mine in (copy, source):
        for value in mine["customFieldValues"]:
            del value["timeEntryId"]
    different = {name for name in source if source[name] != copy[name]}
    assert different == {"id", "timeInterval"}
    assert copy["type"] == "BREAK"
    assert not copy["billable"]
    assert copy["customFieldValues"][0]["value"] == "CF-1"


WEEKENDS = {
    # zone, template Friday, offsets before and after, Sunday's 01:30–02:30, Saturday's night
    "Berlin forward": (
        *("Europe/Berlin", "2027-03-26", "+01:00", "+02:00"),
        *("01:30:00+01:00", "03:00:00+02:00", 1800, 7 * 3600),
        "02:30 does not exist on Sun 2027-03-28: using 03:00, so the copy is 30m long",
    ),
    "Berlin back": (
        *("Europe/Berlin", "2026-10-23", "+02:00", "+01:00"),
        *("01:30:00+02:00", "02:30:00+02:00", 3600, 9 * 3600),
        "02:30 happens twice on Sun 2026-10-25: using the first",
    ),
    "New York forward": (
        *("America/New_York", "2027-03-12", "-05:00", "-04:00"),
        *("01:30:00-05:00", "03:00:00-04:00", 1800, 7 * 3600),
        "02:30 does not exist on Sun 2027-03-14: using 03:00, so the copy is 30m long",
    ),
    "New York back": (
        *("America/New_York", "2026-10-30", "-04:00", "-05:00"),
        *("01:30:00-04:00", "02:30:00-05:00", 7200, 9 * 3600),
        "01:30 happens twice on Sun 2026-11-01: using the first, so the copy is 2h 00m long",
    ),
    "Lord Howe forward": (
        *("Australia/Lord_Howe", "2026-10-02", "+10:30", "+11:00"),
        *("01:30:00+10:30", "02:30:00+11:00", 1800, 7 * 3600 + 1800),
        "",
    ),
    "Lord Howe back": (
        *("Australia/Lord_Howe", "2027-04-02", "+11:00", "+10:30"),
        *("01:30:00+11:00", "02:30:00+10:30", 5400, 8 * 3600 + 1800),
        "01:30 happens twice on Sun 2027-04-04: using the first, so the copy is 1h 30m long",
    ),
}


@pytest.mark.parametrize("weekend", WEEKENDS)
def test_a_template_day_over_the_weekend_when_clocks_change(run: Console, weekend: str) -> None:
    """A copy has the same local time on each day that has it; a note names the others."""
    zone, friday, old, new, first, end, seconds, night, note = WEEKENDS[weekend]
    run.zone = str(zone)
    run.now = parse_iso(f"{friday}T23:00:00{old}")
    for text, at, until in (
        ("early", f"{friday} 01:30", f"{friday} 02:30"),
        ("work", f"{friday} 09:00", f"{friday} 17:00"),
    ):
        run.ok("add", text, "--from", at, "--to", until, "-q")
    run.later(5 * 86400)
    days = [after(str(friday), number) for number in range(5)]
    run.ok("add", "night", "--from", f"{friday} 22:00", "--to", f"{days[1]} 06:00", "-q")
    result = run.ok("dup", "--day", str(friday), "--on", f"{days[1]}..{days[3]}", "-o", "csv")
    found = [line.split(",")[1:5] for line in result.out.splitlines()[1:]]
    sat, sun, mon = days[1:4]
    assert found == [
        [f"{sat}T01:30:00{old}", f"{sat}T02:30:00{old}", "3600", "early"],
        [f"{sat}T09:00:00{old}", f"{sat}T17:00:00{old}", "28800", "work"],
        [f"{sat}T22:00:00{old}", f"{sun}T06:00:00{new}", str(night), "night"],
        [f"{sun}T{first}", f"{sun}T{end}", str(seconds), "early"],
        [f"{sun}T09:00:00{new}", f"{sun}T17:00:00{new}", "28800", "work"],
        [f"{sun}T22:00:00{new}", f"{mon}T06:00:00{new}", "28800", "night"],
        [f"{mon}T01:30:00{new}", f"{mon}T02:30:00{new}", "3600", "early"],
        [f"{mon}T09:00:00{new}", f"{mon}T17:00:00{new}", "28800", "work"],
        [f"{mon}T22:00:00{new}", f"{days[4]}T06:00:00{new}", "28800", "night"],
    ]
    said = [line for line in result.err.splitlines() if not line.startswith("Overlaps 'night' ")]
    assert said == ([note] if note else [])
    again = run.ok(
        *("dup", "--day", str(friday), "--on", f"{days[1]}..{days[3]}"), "--skip-existing"
    )
    assert (again.out, again.err.splitlines()[-1]) == ("", "Skipped 9 of 9: already there.")


def test_a_day_that_a_country_skipped_is_left_out(run: Console) -> None:
    """Samoa crossed the date line: nothing is made of it on the day after, and it is said."""
    run.zone = "Pacific/Apia"
    run.at("2026-11-24 12:30")
    run.ok("add", "x", "--from", "2011-12-28 09:00", "--for", "1h", "-q")
    result = run.ok("dup", "last", "--on", "2011-12-29..2011-12-31", "-o", "csv")
    assert [line.split(",")[1] for line in result.out.splitlines()[1:]] == [
        "2011-12-29T09:00:00-10:00",
        "2011-12-31T09:00:00+14:00",
    ]
    assert result.err == "Skipped Fri 2011-12-30: it does not exist in Pacific/Apia.\n"
    assert run.ok("dup", "last~1", "--on", "2011-12-30").out == ""


def after(day: str, later: int) -> str:
    """Return a day so many days later."""
    return (date.fromisoformat(day) + timedelta(days=later)).isoformat()


@pytest.fixture
def there(there: Place) -> Place:
    """A server of each route set with one full entry, 1000, of 15 October."""
    there.add(1)
    return there


SOURCE = "000000000000000000001000"


def test_the_requests_and_their_bodies(there: Place) -> None:
    """One to read, one a day, one more to look what is there; the guide's have the times alone."""
    there.console.ok("dup", SOURCE, "--on", "mon..wed", "--skip-existing", "-q")
    account = ("/user", "/workspaces/000000000000000000000002")
    asked = [each for each in there.sent if each.path not in account]
    assert [each.method for each in asked] == ["GET", "GET", "POST", "POST", "POST"]
    times = [
        {"start": f"2026-11-{day}T12:30:00Z", "end": f"2026-11-{day}T12:40:00Z"}
        for day in (23, 24, 25)
    ]
    posts = sorted(there.writes(), key=lambda each: each.body["start"])  # type: ignore[index]
    if there.routes == "guide":
        assert {each.path for each in posts} == {f"{ENTRIES}/{SOURCE}/duplicate"}
        assert [each.body for each in posts] == times
    else:
        assert {each.path for each in posts} == {ENTRIES}
        assert [each.body for each in posts] == [
            {
                **time,
                "billable": False,
                "description": "work 0000",
                "projectId": there.shop.site,
                "taskId": there.shop.login,
                "tagIds": [there.shop.dev],
                "customFields": [{"customFieldId": there.shop.ticket, "value": "CF-0"}],
                "type": "REGULAR",
            }
            for time in times
        ]


def test_sixty_days_are_made_in_order_and_none_is_lost(there: Place) -> None:
    """Results in the order of the days, whichever answer comes first; what is refused is named."""

    def first_of_november(request: Request) -> Answer | None:
        body = request.body
        if isinstance(body, dict) and body["start"].startswith("2026-11-01"):
            return says(403, 1003, "Time entry is locked")
        return None

    there.before = first_of_november
    result = there.console("dup", SOURCE, "--on", "2026-10-16..2026-12-14", "--template", "{date}")
    assert result.code == 5
    days = [after("2026-10-16", number) for number in range(60)]
    days.remove("2026-11-01")
    assert result.out.splitlines() == days
    assert [row[0] for row in there.sql("SELECT count(*) FROM entries")] == [60]
    assert result.err.splitlines() == [
        "21 of 60 end in the future.",
        "Sun 1 Nov 2026 13:30",
        "error: 59 of 60 copies done, 1 failed: this time is locked",
        "hint: ask an owner of the workspace to unlock it",
    ]


def test_ctrl_c_leaves_a_true_summary(there: Place) -> None:
    """What was made is shown, what was not tried is counted, exit 130."""

    def stop(request: Request) -> None:
        if request.method == "POST" and len(there.writes()) == 20:
            interrupt()

    there.after = stop
    result = there.console("dup", SOURCE, "--on", "2026-10-16..2026-12-14", "--template", "{date}")
    made = int(there.sql("SELECT count(*) FROM entries")[0][0]) - 1
    assert result.code == 130
    assert len(result.out.splitlines()) == made
    assert 20 <= made < 60
    assert result.err.splitlines()[-2:] == [
        f"{made} of 60 copies done, {60 - made} not tried",
        "error: interrupted",
    ]


def test_the_second_of_two_equal_hours_is_not_copied_onto_its_own_day(run: Console) -> None:
    """The copy would be at the first 02:30, where the clock shows the same: it is left out."""
    run.at("2026-11-01 09:00")
    run.ok("add", "night", "--from", "2026-10-25T02:30:00+01:00", "--for", "1h", "-q")
    run.ok("dup", "last", "--on", "2026-10-25..2026-10-26", "-q")
    assert run.ok("list", "2026-10-25", "--total").out == "1:00:00\n"
    assert run.ok("list", "2026-10-26", "--total").out == "1:00:00\n"


@pytest.mark.parametrize("on", ["2027-03-27..2027-03-29", "2027-03-28..2027-03-29"])
def test_a_time_that_one_day_skips_is_moved_on_that_day_alone(day: Console, on: str) -> None:
    """Which day comes first makes no difference to the others: each reads --at for itself."""
    line = ("dup", "9", "--on", on, "--at", "2:30", "--dry-run", "--template", "{date} {start}")
    result = day.ok(*line)
    assert result.out.endswith("2027-03-28 03:00\n2027-03-29 02:30\n")
    assert "02:30 does not exist on Sun 2027-03-28: using 03:00\n" in result.err


def test_messages_of_a_server_are_shown_without_control_characters(there: Place) -> None:
    """If reasons differ, each is shown."""
    said = iter(["\x1b[31mone", "\x1b[32mtwo"])

    def refuse(request: Request) -> Answer | None:
        return says(400, 1, next(said)) if request.method == "POST" else None

    there.before = refuse
    result = there.console("dup", SOURCE, "--on", "2026-10-16..2026-10-17")
    assert result.code == 5
    assert "refused by a rule: �[31mone\n" in result.err
    assert "\x1b" not in result.err


def test_filters_say_which_of_a_day(day: Console) -> None:
    """As for every command that is about many; beside a REF most are refused."""
    day.ok("dup", "--day", "today", "-p", "Site", "-d", "review", "--on", "2026-11-20")
    assert day.ok("list", "2026-11-20", "--template", "{description}").out == "Review\n"
    refused = day("dup", "last", "--client", "ACME", "--on", "2026-11-20")
    assert (refused.code, refused.err.splitlines()[-1]) == (
        2,
        "hint: use them with --day; -p, -t and -T file the copies of a REF elsewhere",
    )
    assert day("dup", "--day", "today", "--user", "ada", "--on", "2026-11-20").code == 2
    none = day("dup", "--day", "today", "--client", "ACME", "-d", "no such", "--on", "2026-11-20")
    assert none.code == 5
    assert none.err.startswith("error: no matching finished entry on ")


def test_a_copy_is_filed_elsewhere(day: Console) -> None:
    """With a REF, -p, -t and -T are those of the copies; another project drops the task."""
    ref = day.ok("list", "-d", "Fix", "-o", "id").out.strip()
    assert shown(day.ok("dup", ref, "--on", "yesterday", "-p", "Ops", "-T", "urgent").out) == (
        "+ Copied Mon 23 Nov 2026 09:00–10:30  1h 30m  Fix login page  Ops  $ #urgent\n"
    )
    day.ok("edit", ref, "-t", "Login")
    result = day.ok("dup", ref, "--at", "13:00", "-p", "Ops", "--dry-run")
    assert result.err.splitlines()[0] == ("Without its task, Login: it belongs to the old project.")
    made = day.ok("dup", ref, "--at", "14:00", "-p", "", "--dry-run", "-o", "json").json
    assert [(each["project"], each["task"]) for each in made] == [(None, None)]
    made = day.ok("dup", ref, "--at", "14:00", "-t", "Login", "--dry-run", "-o", "json").json
    assert (made[0]["project"]["name"], made[0]["task"]["name"]) == ("Site", "Login")


@pytest.mark.parametrize("at_now", [[], ["--at", "now"]])
def test_names_of_a_copy_are_created(day: Console, at_now: list[str]) -> None:
    """Asked on a terminal, with --create without; the copies and the names are one undo."""
    before = day.ok("list", "week", "-o", "json").json
    line = ["dup", "last", "-p", "New/Shop", "-t", "Fix", "-T", "rush", *at_now]
    if not at_now:
        line += ["--on", "mon"]
    result = day(*line)
    assert (result.code, result.err) == (
        4,
        "error: no project 'New/Shop'\nhint: to create it, add --create\n",
    )
    result = day.ok(*line, asks=True, stdin="y\ny\ny\n")
    assert result.err.startswith("Create project Shop of the new client New? [y/N] ")
    assert "Shop · New: Fix" in result.out
    assert "#rush" in result.out
    day.ok("undo")
    assert day.ok("list", "week", "-o", "json").json == before
    assert [each["name"] for each in day.ok("clients", "-o", "json").json] == ["ACME"]
    assert day.ok(*line, "--create").code == 0
    assert [each["name"] for each in day.ok("clients", "-o", "json").json] == ["ACME", "New"]


def test_a_dry_run_creates_and_starts_nothing(day: Console) -> None:
    """It shows the copy under its new names, also of a timer."""
    before = day.ok("list", "week", "-o", "json").json
    result = day.ok("dup", "last", "-p", "Shop", "--create", "--at", "now", "--dry-run")
    assert "Shop" in result.out
    assert result.err == "Dry run: 1 entry would be created.\n"
    assert day.ok("list", "week", "-o", "json").json == before
    assert "Shop" not in day.ok("projects").out


@pytest.mark.parametrize(
    ("line", "error"),
    [
        (
            ("dup", "last", "-p", "Site", "-d", "Fix"),
            "filters can't be combined with a REF",
        ),
        (("dup", "last", "-p", "Site", "-p", "Ops"), "a copy has one project and one task"),
        (("dup", "--day", "today", "--create"), "--create needs a REF"),
    ],
)
def test_what_a_copy_can_not_take_is_an_error(
    day: Console, line: tuple[str, ...], error: str
) -> None:
    """Other filters choose entries, which a REF has done."""
    result = day(*line)
    assert (result.code, result.err.splitlines()[0]) == (2, f"error: {error}")


def test_a_refused_copy_creates_no_names(day: Console) -> None:
    """Names and copy are one change."""
    rules = {"workspaceSettings": {"lockTimeEntries": "2026-11-24T00:00:00Z"}}
    put(day, "", rules)
    assert day("dup", "last", "-p", "Shop", "--create", "--on", "mon").code == 5
    assert "Shop" not in day.ok("projects").out
