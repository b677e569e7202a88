"""``list`` at the front door."""

import json
from unicodedata import east_asian_width

import pytest

from tests.commands.conftest import put
from tests.conftest import Console

DAY = (
    f"Tue 24 Nov 2026{'3h 45m':>63}\n"
    "  0009  09:00–10:30  1h 30m  Site · ACME  Fix login page  $ #dev\n"
    "  000a  10:45–12:00  1h 15m  Site · ACME  Review          $\n"
    "● 000b  12:30–…      1h 00m  Ops          Deploy\n"
    f"{'billable 2h 45m    total 3h 45m':>78}\n"
)
HEADER = "id,start,end,duration_seconds,description,project,client,task,tags,billable,user,type\n"


def test_today_by_default(day: Console) -> None:
    """Entries oldest first under their day, with totals; the running one is marked."""
    assert day("list") == (0, DAY, "")
    assert day("list", "today").out == DAY


def test_an_empty_list_is_only_a_note(run: Console) -> None:
    """Exit code 0, and standard output stays empty."""
    assert run("list") == (0, "", "No entries: Tue 24 Nov 2026.\n")
    assert run("list", "week") == (
        0,
        "",
        "No entries: Mon 23 Nov to Sun 29 Nov 2026.\n",
    )
    assert run("list", "-o", "json") == (0, "[]\n", "")
    assert run("list", "-o", "csv") == (0, HEADER, "")
    assert run("list", "-o", "id") == (0, "", "")


def test_total_is_a_number_and_nothing_else(day: Console) -> None:
    """--total is hours, minutes and seconds, --total-decimal hours."""
    assert day("list", "--total") == (0, "3:45:00\n", "")
    assert day("list", "--total-decimal") == (0, "3.75\n", "")
    assert day("list", "2020", "--total") == (0, "0:00:00\n", "")


def test_csv_has_the_documented_columns(day: Console) -> None:
    """CSV: local times with their offset, seconds, one row an entry, the running one so far."""
    assert day("list", "-o", "csv").out == HEADER + (
        "000000000000000000000009,2026-11-24T09:00:00+01:00,2026-11-24T10:30:00+01:00,5400,"
        "Fix login page,Site,ACME,,dev,true,ada,REGULAR\n"
        "00000000000000000000000a,2026-11-24T10:45:00+01:00,2026-11-24T12:00:00+01:00,4500,"
        "Review,Site,ACME,,,true,ada,REGULAR\n"
        "00000000000000000000000b,2026-11-24T12:30:00+01:00,,3600,Deploy,Ops,,,,false,ada,REGULAR\n"
    )


def test_markdown_is_a_table(day: Console) -> None:
    """Markdown: a table to paste."""
    assert day("list", "-o", "md").out == (
        "| Date | Start | End | Duration | Project | Client | Task | Description | Tags |\n"
        "|---|---|---|---:|---|---|---|---|---|\n"
        "| 2026-11-24 | 09:00 | 10:30 | 1h 30m | Site | ACME |  | Fix login page | dev |\n"
        "| 2026-11-24 | 10:45 | 12:00 | 1h 15m | Site | ACME |  | Review |  |\n"
        "| 2026-11-24 | 12:30 |  | 1h 00m | Ops |  |  | Deploy |  |\n"
    )


def test_json_and_jsonl_are_the_same_objects(day: Console) -> None:
    """JSON is an array, JSONL a line each; project, task and tags are always filled in."""
    array = day("list", "-o", "json").json
    lines = [json.loads(x) for x in day("list", "-ojsonl").out.splitlines()]
    assert array == lines
    assert [each["durationSeconds"] for each in array] == [5400, 4500, 3600]
    assert [each["project"]["name"] for each in array] == ["Site", "Site", "Ops"]
    assert array[0]["tags"][0]["name"] == "dev"
    assert array[1]["tags"] == []
    assert array[1]["task"] is None


def test_ids_and_templates(day: Console) -> None:
    """-o id prints ids; a template fills in its fields, and an unknown one lists the known."""
    assert day("list", "-o", "id").out == (
        "000000000000000000000009\n00000000000000000000000a\n00000000000000000000000b\n"
    )
    assert day("list", "--template", "{start} {project} {duration}").out == (
        "09:00 Site 1h 30m\n10:45 Site 1h 15m\n12:30 Ops 1h 00m\n"
    )
    assert day("list", "--template", "{{{tags}}}").out == "{dev}\n{}\n{}\n"
    result = day("list", "--template", "{foo}")
    assert (result.code, result.out) == (2, "")
    assert result.err == (
        "error: --template has no field {foo}\n"
        "hint: fields: id, date, start, end, duration, duration_seconds, type, hours, "
        "description, project, client, task, tags, billable, user\n"
    )


@pytest.mark.parametrize(
    ("period", "total"),
    [
        ("today", "1:00:00"),
        ("yesterday", "2:00:00"),
        ("week", "3:00:00"),
        ("last-week", "4:00:00"),
        ("month", "7:00:00"),
        ("last-month", "8:00:00"),
        ("year", "15:00:00"),
        ("1d", "1:00:00"),
        ("7d", "7:00:00"),
        ("2d", "3:00:00"),
        ("mon", "2:00:00"),
        ("2026-11-23", "2:00:00"),
        ("2026-10", "8:00:00"),
        ("2026-W47", "4:00:00"),
        ("2026-w48", "3:00:00"),
        ("2026-Q4", "15:00:00"),
        ("2026-Q3", "0:00:00"),
        ("2026", "15:00:00"),
        ("2026-11-18..2026-11-23", "6:00:00"),
        ("2026-10-31..yesterday", "14:00:00"),
        ("mon..fri", "3:00:00"),
    ],
)
def test_periods(run: Console, period: str, total: str) -> None:
    """Every form of PERIOD, by what is in it: hours of powers of two on days of Berlin."""
    for day, hours in (("11-24", 1), ("11-23", 2), ("11-20", 4), ("10-31", 8)):
        run.ok("add", "x", "--from", f"2026-{day} 01:00", "--for", f"{hours}h")
    assert run("list", period, "--total") == (0, f"{total}\n", "")


def test_from_and_to_are_days_both_included(run: Console) -> None:
    """--from alone reaches up to today; with a PERIOD they are one word too many."""
    run.ok("add", "x", "--from", "2026-11-22 9", "--for", "1h")
    run.ok("add", "x", "--from", "2026-11-23 9", "--for", "2h")
    run.ok("add", "x", "--from", "9", "--for", "2h30m")
    assert run("list", "--from", "2026-11-22", "--to", "mon", "--total").out == "3:00:00\n"
    assert run("list", "--from", "yesterday", "--total").out == "4:30:00\n"
    assert run("list", "week", "--from", "mon").code == 2
    assert run("list", "--to", "mon").code == 2
    assert run("list", "--from", "today", "--to", "yesterday").code == 2
    assert run("list", "--from", "soon").code == 2


def test_weeks_start_where_the_configuration_says(run: Console) -> None:
    """With week_start = "sunday" the week of a Tuesday has the Sunday before."""
    run.ok("add", "x", "--from", "2026-11-22 9", "--for", "1h")
    assert run("list", "week", "--total").out == "0:00:00\n"
    run.configure('week_start = "Sunday"\n')
    assert run("list", "week", "--total").out == "1:00:00\n"


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        (["-p", "Site"], "9a"),
        (["-p", "acme/site", "-T", "dev"], "9"),
        (["-T", "dev", "-T", "urgent"], ""),
        (["--not-tag", "dev"], "ab"),
        (["--client", "acme"], "9a"),
        (["-d", "DEPLOY"], "b"),
        (["-d", "login"], "9"),
        (["--billable"], "9a"),
        (["--no-billable"], "b"),
        (["--running"], "b"),
        (["--no-project"], ""),
        (["--no-task"], "9ab"),
        (["--no-client"], "b"),
        (["--no-tags"], "ab"),
        (["--not-project", "Site"], "b"),
        (["--not-project", "Site", "--not-project", "Ops"], ""),
        (["--not-client", "acme"], "b"),
        (["--not-description", "DEPLOY"], "9a"),
        (["--not-description", "login", "--not-description", "rev"], "b"),
        (["-d", "e", "--not-description", "review"], "9b"),
        (["--not-task", "Login"], "9ab"),
        (["-t", "Login"], ""),
        (["--client", "acme", "--not-tag", "dev"], "a"),
        (["-p", "Site", "-t", "Login"], ""),
        (["--user", "ada"], "9ab"),
        (["--user", "eve"], ""),
        (["yesterday"], ""),
        (["week", "-p", "Ops", "--running", "-d", "dep"], "b"),
    ],
)
def test_filters(day: Console, filters: list[str], expected: str) -> None:
    """Each filter lets through what has it; several must all hold."""
    day.ok("users", "add", "eve@example.org")
    found = day.ok("list", *filters, "-o", "id").out.split()
    assert [each[-1] for each in found] == list(expected)


@pytest.mark.parametrize(
    "filters",
    [
        *(["-p", "Nope"], ["--client", "x"], ["-t", "x"], ["-T", "x"], ["--user", "x"]),
        *(["--not-project", "Nope"], ["--not-client", "x"], ["--not-task", "x"]),
        ["--not-tag", "x"],
    ],
)
def test_a_filter_by_an_unknown_name_is_not_found(day: Console, filters: list[str]) -> None:
    """A name that nothing has is exit code 4, not an empty list."""
    result = day("list", *filters)
    assert (result.code, result.out) == (4, "")


def test_a_task_is_looked_for_in_the_projects_given_or_in_all(day: Console) -> None:
    """All tasks of one name count; a name of several is refused, and none is picked."""
    for name, of in (("Review", "Site"), ("review", "Ops"), ("Release", "Ops")):
        day.ok("tasks", "add", name, "-p", of)
    for text, of, task in (("a", "Site", "Review"), ("b", "Ops", "Review"), ("c", "Ops", "Rel")):
        day.ok("add", text, "--for", "5m", "-p", of, "-t", task)

    def listed(*words: str) -> str:
        return "".join(day.ok("list", *words, "--template", "{description}").out.split())

    assert listed("-t", "review") == "ab"
    assert listed("-t", "rev") == "ab"
    assert listed("-t", "rev", "-p", "Ops") == "b"
    assert listed("-t", "rev", "-t", "rel") == "abc"
    assert listed("-t", "rel", "-p", "Ops", "-p", "Site") == "c"
    assert listed("-p", "Ops", "--not-task", "rev", "--not-description", "deploy") == "c"
    result = day("list", "-t", "re")
    assert (result.code, result.err) == (
        4,
        "error: 're' matches 2 tasks: Release, review\nhint: say which: -t Release\n",
    )
    result = day("list", "-t", "Reviews")
    assert (result.code, result.err) == (
        4,
        "error: no task 'Reviews'\nhint: did you mean review?\n",
    )


@pytest.mark.parametrize(
    ("filters", "error"),
    [
        ("-p Site --no-project", "--project and --no-project contradict each other"),
        ("--client ACME --no-client", "--client and --no-client contradict each other"),
        ("-t Login --no-task", "--task and --no-task contradict each other"),
        ("--no-tags -T dev", "--tag and --no-tags contradict each other"),
    ],
)
def test_filters_that_contradict_each_other_are_refused(
    day: Console, filters: str, error: str
) -> None:
    """An empty list would look like an answer."""
    result = day("list", *filters.split())
    assert result == (2, "", f"error: {error}\nhint: use one of them\n")


def test_an_empty_part_that_no_description_may_have_is_refused(day: Console) -> None:
    """Every description has it: nothing would be left."""
    assert day("list", "--not-description", "") == (
        2,
        "",
        (
            "error: --not-description '' would leave out every entry\n"
            "hint: use a part of the descriptions to leave out\n"
        ),
    )


def test_a_list_of_several_users_says_whose_each_entry_is(day: Console) -> None:
    """Beside the times, or before the description on a line below them."""
    day.ok("users", "add", "eve@example.org")
    day.ok("add", "plan", "--from", "8", "--to", "8:30", "-p", "Ops", "--user", "eve")
    filters = ("--user", "eve", "--user", "ada", "--not-description", "deploy")
    assert day.ok("list", *filters).out == (
        "Tue 24 Nov 2026                                                         3h 15m\n"
        "  000d  08:00–08:30     30m  eve  Ops          plan\n"
        "  0009  09:00–10:30  1h 30m  ada  Site · ACME  Fix login page  $ #dev\n"
        "  000a  10:45–12:00  1h 15m  ada  Site · ACME  Review          $\n"
        "                                               billable 2h 45m    total 3h 15m\n"
    )
    assert day("list", *filters, columns=60, env={"NO_COLOR": "1"}).out == (
        "Tue 24 Nov 2026                                       3h 15m\n"
        "  000d  08:00–08:30     30m  eve  Ops       plan\n"
        "  0009  09:00–10:30  1h 30m  ada  Site · …  Fix log…  $ #dev\n"
        "  000a  10:45–12:00  1h 15m  ada  Site · …  Review    $\n"
        "                             billable 2h 45m    total 3h 15m\n"
    )
    assert day("list", *filters, columns=40, env={"NO_COLOR": "1"}).out == (
        "Tue 24 Nov 2026                   3h 15m\n"
        "  000d  08:00–08:30     30m\n"
        "        eve  plan  Ops\n"
        "  0009  09:00–10:30  1h 30m\n"
        "        ada  Fix login page  Site · ACM…\n"
        "  000a  10:45–12:00  1h 15m\n"
        "        ada  Review  Site · ACME  $\n"
        "         billable 2h 45m    total 3h 15m\n"
    )
    assert day("list", *filters, columns=30, env={"NO_COLOR": "1"}).out == (
        "Tue 24 Nov 2026           3h 15m\n"
        "  000d  08:00–08:30     30m\n"
        "        eve  plan  Ops\n"
        "  0009  09:00–10:30  1h 30m\n"
        "        ada  Fix login page  Si…\n"
        "  000a  10:45–12:00  1h 15m\n"
        "        ada  Review  Site · ACM…\n"
        " billable 2h 45m    total 3h 15m\n"
    )
    assert "eve" not in day.ok("list", "--user", "eve").out


@pytest.mark.parametrize("word", ["tomorow", "2026-13", "2026-02-30", "2026-W54", "0d", "a..b"])
def test_a_word_that_is_no_period_is_a_usage_error(run: Console, word: str) -> None:
    """What is no PERIOD is refused with what is accepted."""
    result = run("list", word)
    assert (result.code, result.out) == (2, "")
    assert [line.partition(":")[0] for line in result.err.splitlines()] == ["error", "hint"]


def test_a_name_that_was_archived_can_still_be_listed(day: Console) -> None:
    """Archived projects have entries, too: filters find them."""
    put(day, "/projects/000000000000000000000004", {"name": "Site", "archived": True})
    found = day("list", "-p", "Site", "-o", "id")
    assert (found.code, [each[-1] for each in found.out.split()]) == (0, ["9", "a"])


def test_a_narrow_terminal_cuts_descriptions_and_a_pipe_does_not(run: Console) -> None:
    """On a terminal no line is wider than it; in a pipe nothing is cut."""
    run.ok("add", "word " * 40, "--for", "1h")
    for columns in (40, 60, 80, 120):
        lines = run("list", columns=columns, env={"NO_COLOR": "1"}).out.splitlines()
        assert all(len(line) <= columns for line in lines), lines
        assert "…" in "".join(lines[1:-1])
    assert ("word " * 40).strip() in run("list").out


BROKEN = "Rewrite the importer so that a broken row no longer stops the whole night's run"
MEETING = "請求書の書式を直して、お客様に確認していただく打ち合わせの準備をする"
WIDE = "ウェブサイトの全面改修 · 東京商事株式会社"
AT_WIDTH = {
    200: (
        f"Tue 24 Nov 2026{'3h 20m':>185}\n"
        f"  000a  08:00–09:15  1h 15m  {WIDE}  {BROKEN}"
        "  $ #review #customer-visible #緊急 #second round\n"
        f"  000b  09:15–10:00     45m  Internal{' ' * 35}{MEETING}{' ' * 13}#緊急\n"
        f"  000c  10:00–10:20     20m{' ' * 45}Mail\n"
        f"● 000d  11:30–…      1h 00m  {WIDE}  デプロイ deploy{' ' * 66}$ #review\n"
        f"{'billable 2h 15m    total 3h 20m':>200}\n"
    ),
    80: (
        f"Tue 24 Nov 2026{'3h 20m':>65}\n"
        "  000a  08:00–09:15  1h 15m  ウェブサイト …  Rewrite the importer…  $ #review #…\n"
        "  000b  09:15–10:00     45m  Internal        請求書の書式を直して…  #緊急\n"
        "  000c  10:00–10:20     20m                  Mail\n"
        "● 000d  11:30–…      1h 00m  ウェブサイト …  デプロイ deploy        $ #review\n"
        f"{'billable 2h 15m    total 3h 20m':>80}\n"
    ),
    60: (
        f"Tue 24 Nov 2026{'3h 20m':>45}\n"
        "  000a  08:00–09:15  1h 15m  ウェブ …  Rewrite the…  $ #rev…\n"
        "  000b  09:15–10:00     45m  Internal  請求書の書 …  #緊急\n"
        "  000c  10:00–10:20     20m            Mail\n"
        "● 000d  11:30–…      1h 00m  ウェブ …  デプロイ de…  $ #rev…\n"
        f"{'billable 2h 15m    total 3h 20m':>60}\n"
    ),
    40: (
        f"Tue 24 Nov 2026{'3h 20m':>25}\n"
        "  000a  08:00–09:15  1h 15m\n"
        "        Rewrite the importer so that a …\n"
        "  000b  09:15–10:00     45m\n"
        "        請求書の書式を直して、お客様に …\n"
        "  000c  10:00–10:20     20m\n"
        "        Mail\n"
        "● 000d  11:30–…      1h 00m\n"
        "        デプロイ deploy  ウェブサイトの…\n"
        f"{'billable 2h 15m    total 3h 20m':>40}\n"
    ),
}


def columns_of(text: str) -> int:
    """Return how many columns of a terminal a text takes, by the Unicode tables."""
    return sum(2 if east_asian_width(each) in "WF" else 1 for each in text)


@pytest.fixture
def crowded(run: Console) -> Console:
    """A console with long texts, wide characters and several tags; a timer is running."""
    run.ok("clients", "add", "東京商事株式会社")
    run.ok("projects", "add", "ウェブサイトの全面改修", "--client", "東京商事", "--billable")
    run.ok("projects", "add", "Internal", "--no-billable")
    tags = ("review", "customer-visible", "緊急", "second round")
    for tag in tags:
        run.ok("tags", "add", tag)
    every_tag = [word for tag in tags for word in ("-T", tag)]
    run.ok("add", BROKEN, "--from", "8", "--to", "9:15", "-p", "ウェブ", *every_tag)
    run.ok("add", MEETING, "--from", "9:15", "--to", "10", "-p", "Internal", "-T", "緊急")
    run.ok("add", "Mail", "--from", "10", "--to", "10:20")
    run.ok("start", "デプロイ deploy", "-p", "ウェブ", "-T", "review", "--at", "11:30")
    return run


@pytest.mark.parametrize("columns", AT_WIDTH)
def test_a_list_fits_its_terminal(crowded: Console, columns: int) -> None:
    """From wide to narrow: cut texts and signs end in …, the description goes last."""
    result = crowded("list", columns=columns, env={"NO_COLOR": "1"})
    assert result == (0, AT_WIDTH[columns], "")
    assert max(map(columns_of, result.out.splitlines())) <= columns


@pytest.mark.parametrize(
    ("columns", "starts"),
    [
        (200, [BROKEN, MEETING, "Mail", "デプロイ"]),
        (200, ["$ #", "#緊急", None, "$ #"]),
        (80, ["Rewrite", "請求書", "Mail", "デプロイ"]),
        (80, ["$ #", "#緊急", None, "$ #"]),
        (60, ["Rewrite", "請求書", "Mail", "デプロイ"]),
        (60, ["$ #", "#緊急", None, "$ #"]),
        (None, [BROKEN, MEETING, "Mail", "デプロイ"]),
        (None, ["$ #", "#緊急", None, "$ #"]),
    ],
)
def test_columns_are_straight_with_wide_characters(
    crowded: Console, columns: int | None, starts: list[str | None]
) -> None:
    """Descriptions start in one column of the terminal, and so do the signs behind them."""
    rows = crowded("list", columns=columns, env={"NO_COLOR": "1"}).out.splitlines()[1:-1]
    found = {
        columns_of(row[: row.index(start)])
        for row, start in zip(rows, starts, strict=True)
        if start is not None
    }
    assert len(found) == 1


def test_colour_follows_terminal_and_environment(day: Console) -> None:
    """A terminal gets colour unless NO_COLOR; a pipe none unless FORCE_COLOR."""
    assert "\x1b[" in day("list", columns=80).out
    assert "\x1b[" not in day("list", columns=80, env={"NO_COLOR": "1"}).out
    assert "\x1b[" not in day("list", columns=80, env={"TERM": "dumb"}).out
    assert "\x1b[" in day("list", env={"FORCE_COLOR": "1"}).out
    assert day("list", columns=80, env={"NO_COLOR": "1"}).out == DAY


def test_the_shortest_unique_ending_is_shown(run: Console) -> None:
    """Ids with the same last four characters are shown with more of them."""
    ids = iter(["1" * 24, "2" * 24, "a" * 19 + "1beef", "a" * 19 + "2beef"])
    run.new_id = lambda: next(ids)  # type: ignore[method-assign]
    run.ok("add", "one", "--from", "9", "--for", "1h")
    run.ok("add", "two", "--from", "10", "--for", "1h")
    assert [line.split()[0] for line in run("list").out.splitlines()[1:3]] == ["1beef", "2beef"]
    assert run("show", "1beef", "--template", "{description}").out == "one\n"
    ambiguous = run("show", "beef")
    assert ambiguous == (
        4,
        "",
        (
            "error: 2 ids end with 'beef': …aaa2beef, …aaa1beef\n"
            "hint: add one more character of the id\n"
        ),
    )


def test_list_total_and_csv_agree_to_the_second(run: Console) -> None:
    """A running entry counts so far in every form; an entry over midnight counts its part."""
    run.at("2026-11-24 00:00")
    run.ok("start", "x", "--at", "yesterday 23:59:59")
    run.at("2026-11-24 10:00").later(7)
    assert run("list", "--total").out == "10:00:07\n"
    assert run("list", "yesterday", "--total").out == "0:00:01\n"
    assert run("list", "yesterday..today", "--total").out == "10:00:08\n"
    assert run("list", "--template", "{duration_seconds}").out == "36007\n"
    both = run("list", "yesterday..today", "--template", "{date} {start} {duration_seconds}")
    assert both.out == "2026-11-23 23:59 1\n2026-11-24 00:00 36007\n"
    assert [each["durationSeconds"] for each in run("list", "-o", "json").json] == [36007]


def test_rows_are_cut_at_midnight_and_objects_are_whole(run: Console) -> None:
    """CSV and Markdown have a row a day; JSON has the entry, and what of it is in the period."""
    run.ok("add", "Night", "--from", "yesterday 23:30", "--to", "today 1:00")
    run.ok("start", "Nothing", "--at", "9")
    run.ok("start", "Next", "--at", "9")
    run.ok("delete", "current", "-y")
    night, nothing = "000000000000000000000003", "000000000000000000000004"
    assert run("list", "yesterday..today", "-o", "csv").out == HEADER + (
        f"{night},2026-11-23T23:30:00+01:00,2026-11-24T00:00:00+01:00,1800,Night,,,,,false,ada,REGULAR\n"
        f"{night},2026-11-24T00:00:00+01:00,2026-11-24T01:00:00+01:00,3600,Night,,,,,false,ada,REGULAR\n"
        f"{nothing},2026-11-24T09:00:00+01:00,2026-11-24T09:00:00+01:00,0,Nothing,,,,,false,ada,REGULAR\n"
    )
    assert run("list", "-o", "md").out.splitlines()[2:] == [
        "| 2026-11-24 | 00:00 | 01:00 | 1h 00m |  |  |  | Night |  |",
        "| 2026-11-24 | 09:00 | 09:00 | 0m |  |  |  | Nothing |  |",
    ]
    whole = {"start": "2026-11-23T22:30:00Z", "end": "2026-11-24T00:00:00Z", "duration": "PT1H30M"}
    for period, seconds in (("yesterday", 1800), ("today", 3600), ("week", 5400)):
        first = run("list", period, "-o", "json").json[0]
        assert (first["timeInterval"], first["durationSeconds"]) == (whole, seconds)
        assert json.loads(run("list", period, "-o", "jsonl").out.splitlines()[0]) == first
    assert run("list", "yesterday..today", "-o", "id").out == f"{night}\n{nothing}\n"
    assert run("show", "03", "--template", "{duration}").out == "1h 30m\n"


def test_the_zone_is_named_where_it_is_not_the_machines(run: Console) -> None:
    """With a configured zone of its own the list says in which zone its times are."""
    run.ok("add", "x", "--from", "9", "--for", "1h")
    result = run("list", env={"CLOCKTOOL_TIMEZONE": "Asia/Tokyo"})
    assert result.out.splitlines()[1].split()[1] == "17:00–18:00"
    assert result.out.splitlines()[2].startswith("Asia/Tokyo")


def test_a_limit_keeps_the_newest(day: Console) -> None:
    """A note says how many there are; rows and totals are of those that are shown."""
    result = day.ok("list", "--limit", "2", "--template", "{description}")
    assert (result.out, result.err) == ("Review\nDeploy\n", "Only the newest 2 entries.\n")
    assert "total 2h 15m" in day.ok("list", "--limit", "2").out
    assert day.ok("list", "--limit", "3").err == ""


@pytest.mark.parametrize("words", [("--limit", "0"), ("--limit", "x"), ("--limit", "1", "--total")])
def test_a_limit_that_cannot_be_is_refused(day: Console, words: tuple[str, ...]) -> None:
    """It is a positive number, and not of a total."""
    assert day("list", *words).code == 2
