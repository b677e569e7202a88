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
    """The added entry names its user, as list does."""
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


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["call", "9:00-9:20"], "09:00–09:20  20m  call"),
        (["call", "back", "9–10:30"], "09:00–10:30  1h 30m  call back"),
        (["9am..noon"], "09:00–12:00  3h 00m"),
        (["chapter", "2-3"], "02:00–03:00  1h 00m  chapter"),
        (["9-5pm", "9-10"], "09:00–10:00  1h 00m  9-5pm"),
    ],
)
def test_a_last_word_that_is_a_range_is_start_and_end(
    run: Console, words: list[str], expected: str
) -> None:
    """Today; what is before it is the description."""
    assert run("add", *words) == (0, f"+ Added {expected}  0003\n", "")


def test_two_plain_numbers_are_words_beside_other_times(run: Console) -> None:
    """Numbers of chapters are not a range if the times are given."""
    assert run("add", "chapter", "2-3", "--for", "20m").out == (
        "+ Added 12:10–12:30  20m  chapter 2-3  0003\n"
    )


NEAR = {
    "9.30-10": "did you mean 9:30-10?",
    "9-17h": "did you mean 9-17?",
    "9 - 10": "did you mean 9-10?",
    "9—10": "did you mean 9-10?",
    "9 to 10:30": "did you mean 9-10:30?",
    "24-1": "use two clock times, like 14:00-14:20, or --from and --to",
    "9-now": "use two clock times, like 14:00-14:20, or --from and --to",
}


@pytest.mark.parametrize("typed", NEAR)
def test_what_is_almost_a_range_is_named(run: Console, typed: str) -> None:
    """Where no other times are given; nothing is written."""
    shown = typed.replace(" ", "")
    assert run("add", "call", *typed.split()) == (
        *(2, ""),
        f"error: invalid range `{shown}`\nhint: {NEAR[typed]}\n",
    )
    assert run("add", "call", *typed.split(), "--for", "10m").code == 0


REFUSED = {
    "backwards": (
        ["call", "10:20-10:00"],
        5,
        (
            "error: the end 10:00 is before the start 10:20\n"
            "hint: over midnight? write --from '2026-11-23 10:20' --to '2026-11-24 10:00'\n"
        ),
    ),
    "no length": (
        ["call", "10:00-10"],
        5,
        (
            "error: the entry would have no length: it starts and ends at 10:00:00\n"
            "hint: move the start or the end, or give a length: --for 20m\n"
        ),
    ),
    "no times": (
        ["call", "9-25:00"],
        2,
        (
            "error: invalid range `9-25:00`: clocks go from 0:00 to 23:59:59\n"
            "hint: use two clock times, like 14:00-14:20; a description that looks like that"
            ' needs quotes around all of it: "call 14:00-14:20"\n'
        ),
    ),
    "future": (
        ["call", "14:00-14:20"],
        2,
        (
            "error: 14:00 is in the future\n"
            "hint: write --from 'yesterday 14:00' --to 14:20, or allow it with --future\n"
        ),
    ),
    "beside an option": (
        ["call", "9:00-10:00", "--from", "8"],
        2,
        (
            "error: the range `9:00-10:00` can't be used with --from, --to or --for\n"
            "hint: use one of them; as part of the description, put quotes around all of it:"
            ' "call 9:00-10:00"\n'
        ),
    ),
    "afternoon": (
        ["call", "2-3pm"],
        2,
        (
            "error: invalid range `2-3pm`: 2 may be in the morning or in the afternoon\n"
            "hint: write 2am-3pm or 2pm-3pm\n"
        ),
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_range_that_cannot_be_is_refused(run: Console, case: str) -> None:
    """Nothing is written."""
    words, code, said = REFUSED[case]
    assert run("add", *words) == (code, "", said)
    assert run.ok("list", "-o", "id").out == ""


def test_a_range_in_a_description_in_quotes_is_text(run: Console) -> None:
    """Only a word that stands alone is a range."""
    assert run("add", "call 9:00-10:00", "--for", "20m").out == (
        "+ Added 12:10–12:30  20m  call 9:00-10:00  0003\n"
    )


def test_a_range_may_be_in_the_future_if_allowed(run: Console) -> None:
    """Like other times."""
    assert run("add", "call", "14:00-14:20", "--future").out == (
        "+ Added 14:00–14:20  20m  call  0003\n"
    )


def test_a_range_in_the_autumn_night_takes_the_first_hour(run: Console) -> None:
    """A note says which of the two it is."""
    run.at("2026-10-25 10:00")
    result = run("add", "watch", "2:30-4:00")
    assert result.out == "+ Added 02:30–04:00  2h 30m  watch  0003\n"
    assert "2:30 happened twice" in result.err
