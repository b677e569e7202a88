"""``start`` at the front door."""

import pytest

from tests.conftest import Console


def test_words_become_the_description(run: Console) -> None:
    """The words after start are the description; the line says what was started."""
    assert run("start", "fix", "login") == (0, "● Started 12:30  fix login  0003\n", "")


def test_no_words_start_without_asking(run: Console) -> None:
    """Without words the timer starts without a description, also on a terminal."""
    assert run("start", asks=True) == (0, "● Started 12:30  0003\n", "")


def test_the_entry_gets_the_project_task_and_tags(shop: Console) -> None:
    """They are found by name; billable is the project's unless given."""
    result = shop("start", "fix", "-p", "acme/site", "-t", "log", "-T", "dev", "-T", "urg")
    expected = "● Started 12:30  fix  Site · ACME: Login  $ #dev #urgent  0009\n"
    assert result == (0, expected, "")
    free = shop("start", "fix", "-p", "Site", "--no-billable").out.splitlines()[1]
    assert free == "● Started 12:30  fix  Site · ACME  000a"
    paid = shop("start", "fix", "-p", "Ops", "--billable").out.splitlines()[1]
    assert paid == "● Started 12:30  fix  Ops  $  000b"


def test_a_second_start_ends_the_first_at_the_new_start(run: Console) -> None:
    """The running entry ends at the second the new one starts, and the output says so."""
    run.at("2026-11-24 09:00").ok("start", "one")
    result = run.at("2026-11-24 10:00")("start", "two", "--at", "-15m")
    assert result == (
        0,
        "■ Stopped 09:00–09:45  45m  one  0003\n● Started 09:45  15m  two  0004\n",
        "",
    )
    entries = run.ok("list", "-o", "json").json
    assert [each["timeInterval"]["start"] for each in entries] == [
        "2026-11-24T08:00:00Z",
        "2026-11-24T08:45:00Z",
    ]
    assert [each["timeInterval"]["end"] for each in entries] == ["2026-11-24T08:45:00Z", None]


@pytest.mark.parametrize(
    ("word", "start"),
    [
        ("9", "2026-11-24T08:00:00Z"),
        ("9:30", "2026-11-24T08:30:00Z"),
        ("0930", "2026-11-24T08:30:00Z"),
        ("9am", "2026-11-24T08:00:00Z"),
        ("now", "2026-11-24T11:30:00Z"),
        ("-15m", "2026-11-24T11:15:00Z"),
        ("-1h30m", "2026-11-24T10:00:00Z"),
        ("15m ago", "2026-11-24T11:15:00Z"),
        ("yesterday 17:30", "2026-11-23T16:30:00Z"),
        ("yesterday 23:50", "2026-11-23T22:50:00Z"),
        ("mon 9:00", "2026-11-23T08:00:00Z"),
        ("2026-11-23 09:00", "2026-11-23T08:00:00Z"),
        ("2026-11-24T09:00:00Z", "2026-11-24T09:00:00Z"),
        ("2026-11-24T09:00-05:00", None),
        ("2026-11-24T09:00+05:00", "2026-11-24T04:00:00Z"),
    ],
)
def test_at_takes_every_form_of_a_time(run: Console, word: str, start: str | None) -> None:
    """Each form of TIME is the zone's wall clock unless it has an offset; the future is refused."""
    result = run("start", "x", "--at", word, "-o", "json")
    if start is None:
        assert result.code == 2
    else:
        assert result.json["timeInterval"] == {"start": start, "end": None, "duration": None}


def test_a_future_start_is_refused_with_a_hint(run: Console) -> None:
    """The hint says what was probably meant."""
    assert run("start", "x", "--at", "23:50") == (
        2,
        "",
        "error: 23:50 is in the future\nhint: write 'yesterday 23:50'\n",
    )


def test_a_time_that_daylight_saving_skips_is_refused(run: Console) -> None:
    """02:30 did not happen in Berlin when the clocks went forward."""
    result = run.at("2026-03-29 10:00")("start", "x", "--at", "2:30")
    assert result == (
        2,
        "",
        (
            "error: 02:30 on Sun 29 Mar 2026 does not exist in Europe/Berlin: "
            "the clocks went forward\nhint: write 03:00\n"
        ),
    )


def test_a_time_that_happens_twice_is_its_first_and_says_so(run: Console) -> None:
    """02:30 happened twice in Berlin when the clocks went back: the first is taken."""
    result = run.at("2026-10-25 10:00")("start", "x", "--at", "2:30", "-o", "jsonl")
    assert result.json["timeInterval"]["start"] == "2026-10-25T00:30:00Z"
    assert result.err == (
        "02:30 happened twice on Sun 25 Oct 2026; took the first, 02:30+02:00 "
        "(write 2026-10-25T02:30+01:00 for the second)\n"
    )


@pytest.mark.parametrize(
    ("output", "expected"),
    [
        (["-o", "id"], "000000000000000000000003\n"),
        (["-q"], ""),
        (["-q", "-o", "json"], ""),
        (["--template", "{start} {description}|{end}"], "12:30 x|\n"),
        (
            ["-o", "md"],
            (
                "| Date | Start | End | Duration | Project | Client | Task | Description | Tags |\n"
                "|---|---|---|---:|---|---|---|---|---|\n"
                "| 2026-11-24 | 12:30 |  | 0m |  |  |  | x |  |\n"
            ),
        ),
    ],
)
def test_the_result_is_written_as_asked(run: Console, output: list[str], expected: str) -> None:
    """Every output format writes the started entry, quiet writes nothing."""
    assert run("start", "x", *output) == (0, expected, "")


def test_csv_names_the_user(run: Console) -> None:
    """CSV has the user by name, as list has."""
    assert run("start", "x", "-o", "csv").out == (
        "id,start,end,duration_seconds,description,project,client,task,tags,billable,user,type\n"
        "000000000000000000000003,2026-11-24T12:30:00+01:00,,0,x,,,,,false,ada,REGULAR\n"
    )


def test_json_is_one_object_and_the_ended_one_a_note(run: Console) -> None:
    """-o json is the new entry alone; what it ended is said on standard error."""
    run.ok("start", "one")
    result = run("start", "two", "-o", "json")
    assert (result.json["description"], result.json["project"], result.json["tags"]) == (
        "two",
        None,
        [],
    )
    assert result.err == "■ Stopped 12:30–12:30  0m  one  0003\n"


def test_quiet_does_not_hide_an_error(run: Console) -> None:
    """-q is for success only."""
    assert run("start", "-q", "-p", "Nope").code == 4
    assert run("start", "-q", "-p", "Nope").err != ""


def test_custom_fields_are_given_by_name(run: Console) -> None:
    """--field NAME=VALUE is checked against the type of the field."""
    run.ok("fields", "add", "Ticket")
    run.ok("fields", "add", "Points", "--type", "number")
    run.ok("fields", "add", "Kind", "--type", "choice", "--choices", "bug, feature")
    run.ok("fields", "add", "Paid", "--type", "checkbox")
    fields = ["Ticket=CF=1", "points=3", "Kind=BUG", "Paid=yes"]
    result = run("start", "x", *(word for each in fields for word in ("--field", each)), "-ojson")
    values = {each["name"]: each["value"] for each in result.json["customFieldValues"]}
    assert values == {"Ticket": "CF=1", "Points": 3, "Kind": "bug", "Paid": True}
    assert run("start", "--field", "Points=many") == (
        2,
        "",
        "error: Points takes a number, not 'many'\n",
    )
    assert run("start", "--field", "Kind=chore") == (
        2,
        "",
        "error: invalid value 'chore' for Kind\nhint: choices: bug, feature\n",
    )
    assert run("start", "--field", "Ticket").err == (
        "error: --field 'Ticket' has no value\nhint: write --field NAME=VALUE\n"
    )


def test_a_break_is_of_type_break(run: Console) -> None:
    """--break makes the entry a break."""
    assert run("start", "lunch", "--break", "-o", "json").json["type"] == "BREAK"


def test_defaults_come_from_the_configuration(shop: Console) -> None:
    """Project, task, tags and billable of [defaults] are used where nothing was said."""
    del shop.env["CLOCKTOOL_PROFILE"]
    shop.configure(
        '[defaults]\nproject = "Site"\ntask = "Login"\ntags = ["dev"]\nbillable = false\n'
    )
    assert shop("start", "x").out == "● Started 12:30  x  Site · ACME: Login  #dev  0009\n"
    assert shop("start", "x", "-p", "Ops", "-T", "urgent").out.splitlines()[1] == (
        "● Started 12:30  x  Ops  #urgent  000a"
    )
    assert shop("start", "x", "-p", "", "-T", "").out.splitlines()[1] == "● Started 12:30  x  000b"


def test_defaults_come_from_the_folder(shop: Console) -> None:
    """A .clocktool.toml in the folder, or above it, sets the project of its tree."""
    (shop.folder / ".clocktool.toml").write_text('[defaults]\nproject = "Ops"\n', "utf-8")
    shop.folder /= "deep"
    shop.folder.mkdir()
    assert shop("start", "x").out == "● Started 12:30  x  Ops  0009\n"


def test_a_task_without_a_project_is_a_usage_error(shop: Console) -> None:
    """A task is one of a project, so the project must be said too."""
    assert shop("start", "-t", "Login") == (
        2,
        "",
        "error: a task belongs to a project\nhint: say which: -p PROJECT -t Login\n",
    )


def test_an_unknown_name_leaves_the_old_timer_running(shop: Console) -> None:
    """Names are looked up before anything is stopped."""
    shop.ok("start", "old")
    assert shop.later(60)("start", "new", "-p", "Nope").code == 4
    assert shop("running", "--template", "{description} {start}").out == "old 12:30\n"


def test_a_refused_start_leaves_the_old_timer_as_it_was(shop: Console) -> None:
    """When the server refuses the new entry, the ended one runs again, unchanged."""
    shop.ok("start", "old", "-p", "Site", "-T", "dev", "--at", "9:00")
    before = shop.ok("show", "current", "-o", "json").json
    result = shop("start", "a" * 3001)
    assert (result.code, result.out) == (5, "")
    assert result.err.startswith(
        "error: refused by a rule: description must not be longer than 3000 characters; "
        "the previous timer is still running\n"
    )
    assert shop.ok("show", "current", "-o", "json").json == before
    assert len(shop.ok("list", "-o", "id").out.split()) == 1


def test_a_start_in_locked_time_leaves_the_old_timer_alone(run: Console) -> None:
    """Time before lock-before takes no entries; the timer that runs is not touched."""
    run.ok("start", "old", "--at", "9:00")
    before = run.ok("show", "current", "-o", "json").json
    run.ok("workspaces", "set", "lock-before", "2026-11-24")
    result = run("start", "new", "--at", "yesterday 9:00")
    assert (result.code, result.out) == (5, "")
    assert run.ok("show", "current", "-o", "json").json == before


def test_an_old_timer_that_lacks_something_is_named_as_the_reason(shop: Console) -> None:
    """If a rule keeps the running timer from ending, the hint is about that timer."""
    shop.ok("start", "old")
    shop.ok("workspaces", "set", "force-project", "true")
    result = shop("start", "new", "-p", "Site")
    assert (result.code, result.out) == (5, "")
    assert shop("running", "--template", "{description}").out == "old\n"
    assert "clocktool stop -p" in result.err


def test_a_start_before_the_old_one_is_refused(run: Console) -> None:
    """The running entry would end before its start: nothing changes."""
    run.ok("start", "old", "--at", "12:00")
    assert run("start", "new", "--at", "11:00") == (
        5,
        "",
        (
            "error: the running timer 'old' started 1h 00m after that\n"
            "hint: move its start: clocktool edit current --from TIME\n"
        ),
    )
    assert run("running", "--template", "{description} {start}").out == "old 12:00\n"


@pytest.mark.parametrize(
    ("typed", "note"),
    [
        ("call Bo at 9:30", "Started now. To start it at 9:30: undo, and add --at 9:30\n"),
        ("call Bo 9am", "Started now. To start it at 9am: undo, and add --at 9am\n"),
        ("prepare the call at 17:00", ""),
        ("ticket 1234", ""),
        ("chapter 9", ""),
        ("score 25:00", ""),
        ("9:30 call", ""),
    ],
)
def test_words_that_end_in_a_clock_time_start_all_the_same(
    run: Console, typed: str, note: str
) -> None:
    """The way to mean --at is said if the time has passed."""
    assert run("start", *typed.split()) == (0, f"● Started 12:30  {typed}  0003\n", note)
    run.at("2026-11-25 12:30")
    assert run.ok("start", typed).err.endswith(note)
    assert run.ok("start", *typed.split(), "--at", "12:30").err == ""
