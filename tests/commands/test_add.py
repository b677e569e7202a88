"""``add`` at the front door."""

import pytest

from tests.conftest import Console


@pytest.mark.parametrize(
    ("times", "expected"),
    [
        (["--from", "9", "--to", "10:30"], "09:00–10:30  1h 30m"),
        (["--from", "9", "--for", "1h15m"], "09:00–10:15  1h 15m"),
        (["--to", "10:30", "--for", "90m"], "09:00–10:30  1h 30m"),
        (["--for", "20m"], "12:10–12:30  20m"),
        (["--for", "1:30"], "11:00–12:30  1h 30m"),
        (["--for", "1.5h"], "11:00–12:30  1h 30m"),
        (["--for", "45s"], "12:29–12:30  45s"),
        (["--for", "PT1H30M"], "11:00–12:30  1h 30m"),
        (["--from", "-1h", "--to", "now"], "11:30–12:30  1h 00m"),
        (["--from", "yesterday 9", "--to", "10:30"], "Mon 23 Nov 2026 09:00–10:30  1h 30m"),
        (
            ["--from", "yesterday 23:50", "--to", "today 0:20"],
            "Mon 23 Nov 2026 23:50–00:20+1d  30m",
        ),
    ],
)
def test_any_two_of_start_end_and_length(run: Console, times: list[str], expected: str) -> None:
    """Two of --from, --to and --for make an entry; --for alone ends now."""
    assert run("add", "x", *times) == (0, f"+ Added {expected}  x  0003\n", "")


def test_start_end_and_length_together_are_refused(run: Console) -> None:
    """They could contradict each other."""
    assert run("add", "x", "--from", "9", "--to", "10", "--for", "1h") == (
        2,
        "",
        "error: --from, --to and --for can't be used together\nhint: use two of them\n",
    )


@pytest.mark.parametrize("times", [[], ["--from", "9"], ["--to", "9"]])
def test_one_time_alone_is_refused(run: Console, times: list[str]) -> None:
    """A start or an end alone has no length."""
    assert run("add", "x", *times) == (
        2,
        "",
        (
            "error: a finished entry needs two of --from, --to and --for\n"
            "hint: like --from 9:00 --to 10:30, or --for 45m for one that ends now\n"
        ),
    )


def test_an_end_before_the_start_offers_the_overnight_form(run: Console) -> None:
    """A bare --to before --from may mean the next day; the hint says how to write that."""
    assert run("add", "x", "--from", "yesterday 23:00", "--to", "1:00") == (
        5,
        "",
        (
            "error: the end 01:00 is before the start 23:00\n"
            "hint: over midnight? write --from '2026-11-23 23:00' --to '2026-11-24 01:00'\n"
        ),
    )
    result = run("add", "x", "--from", "yesterday 23:00", "--to", "2026-11-24 01:00")
    assert result.out == "+ Added Mon 23 Nov 2026 23:00–01:00+1d  2h 00m  x  0003\n"


def test_the_overnight_form_that_is_offered_works(run: Console) -> None:
    """What the hint offers for two bare times is taken when it is typed."""
    result = run("add", "x", "--from", "11:00", "--to", "10:00")
    assert (result.code, result.out) == (5, "")
    assert "2026-11-25" not in result.err


def test_a_dated_end_before_the_start_is_refused(run: Console) -> None:
    """With a day there is no overnight form to offer."""
    result = run("add", "x", "--from", "9:00", "--to", "2026-11-23 10:00")
    assert result == (5, "", "error: the end is before the start Tue 24 Nov 2026 09:00\n")


@pytest.mark.parametrize(
    "times",
    [
        ["--from", "23:50", "--to", "23:55"],
        ["--from", "12:00", "--for", "1h"],
        ["--from", "12:00", "--to", "13:00"],
    ],
)
def test_future_times_need_the_option(run: Console, times: list[str]) -> None:
    """They are refused with a hint, and accepted with --future."""
    result = run("add", "x", *times)
    assert (result.code, result.out) == (2, "")
    assert "future" in result.err
    assert "hint: " in result.err
    assert run("add", "x", "--future", *times).code == 0


def test_an_entry_over_midnight_is_on_both_days(run: Console) -> None:
    """Each day shows its part, the parts add up, and a bare period counts only its own."""
    run.ok("add", "night", "--from", "yesterday 23:50", "--to", "today 0:20")
    assert run("list", "yesterday..today").out == (
        f"Mon 23 Nov 2026{'10m':>63}\n"
        "  0003  23:50–24:00     10m  night\n"
        "\n"
        f"Tue 24 Nov 2026{'20m':>63}\n"
        "  0003  00:00–00:20     20m  night\n"
        f"{'total 30m':>78}\n"
    )
    assert run("list", "yesterday", "--total").out == "0:10:00\n"
    assert run("list", "today", "--total").out == "0:20:00\n"
    assert run("list", "yesterday..today", "--total").out == "0:30:00\n"


def test_a_night_over_the_fold_lasts_an_hour_more(run: Console) -> None:
    """From 1:00 to 4:00 four hours pass when the clocks go back."""
    run.at("2026-10-25 10:00")
    assert run("add", "x", "--from", "1:00", "--to", "4:00").out == (
        "+ Added 01:00–04:00  4h 00m  x  0003\n"
    )


def test_a_skipped_end_is_refused(run: Console) -> None:
    """An end that daylight saving skips is refused and nothing is added."""
    run.at("2026-03-29 10:00")
    assert run("add", "x", "--from", "1:00", "--to", "2:30").code == 2
    assert run("list", "-o", "id").out == ""


def test_the_flags_of_start_work_here(shop: Console) -> None:
    """Project, task, tags, billable, fields and break are as with start."""
    shop.ok("fields", "add", "Ticket")
    result = shop(
        *("add", "x", "--for", "1h", "-p", "Site", "-t", "Login", "-T", "dev", "--no-billable"),
        *("--field", "Ticket=7", "--break", "-o", "json"),
    )
    entry = result.json
    assert (entry["type"], entry["billable"], entry["task"]["name"]) == ("BREAK", False, "Login")
    assert entry["customFieldValues"][0]["value"] == "7"
    assert entry["timeInterval"]["duration"] == "PT1H"
    assert entry["hourlyRate"] == {"amount": 10500, "currency": "USD"}


def test_defaults_apply(shop: Console) -> None:
    """[defaults] are used for what was not said."""
    del shop.env["CLOCKTOOL_PROFILE"]
    shop.configure('[defaults]\nproject = "Ops"\ntags = ["dev"]\n')
    assert shop("add", "x", "--for", "5m").out == "+ Added 12:25–12:30  5m  x  Ops  #dev  0009\n"


def test_an_entry_for_another_member(run: Console) -> None:
    """--user files the entry for someone else, found by name or e-mail address."""
    run.ok("users", "add", "bob@example.org")
    entry = run("add", "x", "--for", "5m", "--user", "bob", "-o", "json").json
    assert entry["userId"] == "000000000000000000000003"
    assert run("list").err == "No entries: Tue 24 Nov 2026.\n"
    assert run("list", "--user", "bob@example.org", "--total").out == "0:05:00\n"
    assert run("add", "x", "--for", "5m", "--user", "eve").code == 4


def test_an_entry_for_another_member_names_them(run: Console) -> None:
    """The entry as added says whose it is, as list does."""
    run.ok("users", "add", "bob@example.org")
    assert run("add", "x", "--for", "5m", "--user", "bob", "--template", "{user}").out == "bob\n"


@pytest.mark.parametrize(
    ("rule", "words", "more"),
    [
        ("force-project", "project", ["-p", "Ops"]),
        ("force-description", "description", ["x"]),
        ("force-tags", "tags", ["-T", "dev"]),
        ("force-task", "task", ["-p", "Site", "-t", "Login"]),
    ],
)
def test_a_required_field_is_refused_with_the_way_to_say_it(
    shop: Console, rule: str, words: str, more: list[str]
) -> None:
    """Each force rule refuses an entry that lacks it, exit code 5, and takes one that has it."""
    shop.ok("workspaces", "set", rule, "true")
    result = shop("add", "--for", "5m")
    assert (result.code, result.out) == (5, "")
    first, second = result.err.splitlines()
    assert first == f"error: refused by a rule: {words} is a required field in this workspace"
    assert second.startswith("hint: add -")
    assert shop("add", "--for", "5m", *more).code == 0


def test_locked_time_takes_no_entries(run: Console) -> None:
    """Before lock-before nothing is added."""
    run.ok("workspaces", "set", "lock-before", "2026-11-24")
    assert run("add", "x", "--from", "yesterday 9", "--to", "yesterday 10").code == 5
    assert run("add", "x", "--from", "9", "--to", "10").code == 0


@pytest.mark.parametrize(
    ("output", "expected"),
    [
        (["-q"], ""),
        (["-o", "id"], "000000000000000000000003\n"),
        (["--template", "{date} {start}-{end} {hours}"], "2026-11-24 12:00-12:30 0.50\n"),
    ],
)
def test_other_outputs(run: Console, output: list[str], expected: str) -> None:
    """Id, template and quiet."""
    assert run("add", "x", "--for", "30m", *output) == (0, expected, "")


@pytest.mark.parametrize("word", ["5", "1d", "-5m", "0m", "soon", "1h 30", "99999h"])
def test_words_that_are_no_duration_are_refused(run: Console, word: str) -> None:
    """A number without a unit, days, nothing and nonsense are usage errors."""
    result = run("add", "x", f"--for={word}")
    assert (result.code, result.out) == (2, "")
    assert [line.partition(":")[0] for line in result.err.splitlines()] == ["error", "hint"]


@pytest.mark.parametrize(
    "line", [("--from", "9", "--to", "9"), ("--from", "9:00:00", "--to", "2026-11-24 9")]
)
def test_an_entry_of_no_length_is_refused(run: Console, line: tuple[str, ...]) -> None:
    """It says why, and nothing is written."""
    said = "the entry would have no length: it starts and ends at 09:00:00"
    hint = "move the start or the end, or give a length: --for 20m"
    assert run("add", "x", *line) == (5, "", f"error: {said}\nhint: {hint}\n")
    assert run.ok("list", "-o", "json").json == []
