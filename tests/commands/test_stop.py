"""``stop`` at the front door."""

from collections.abc import Callable

import pytest

from tests.conftest import Console
from tests.outbox.places import placed

NOTHING = "No timer is running\nstart one with: clocktool start WORDS…\n"


def test_the_timer_ends_now(day: Console) -> None:
    """Stop ends the timer and writes the finished entry."""
    assert day("stop") == (0, "■ Stopped 12:30–13:30  1h 00m  Deploy  Ops  000b\n", "")
    assert day("stop") == (1, "", NOTHING)


def test_at_ends_it_earlier(day: Console) -> None:
    """--at says when the timer ended."""
    assert day("stop", "--at", "13:00").out == "■ Stopped 12:30–13:00  30m  Deploy  Ops  000b\n"


def test_without_a_timer_stop_is_exit_code_1(run: Console) -> None:
    """With --if-running it is 0."""
    assert run("stop") == (1, "", NOTHING)
    assert run("stop", "--if-running") == (0, "", "")
    assert run("stop", "--max", "10h") == (1, "", NOTHING)
    hint = "to move the last end: clocktool edit last --to 'yesterday 17:30'"
    assert run("stop", "--at", "yesterday 17:30") == (1, "", f"No timer is running\n{hint}\n")
    assert run("stop", "-d", "x", "--if-running", "-o", "json") == (0, "", "")


@pytest.mark.parametrize("more", [(), ("--max", "10h"), ("-d", "x")])
def test_an_end_before_the_start_is_refused(day: Console, more: tuple[str, ...]) -> None:
    """The timer keeps running when its end would lie before its start."""
    result = day("stop", "--at", "12:00", *more)
    assert (result.code, result.out) == (5, "")
    assert result.err.startswith("error: ")
    assert day("running", "--template", "{start} {description}").out == "12:30 Deploy\n"


def test_an_end_before_the_start_is_seen_in_what_was_read(
    new_console: Callable[[str], Console], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The timer is asked for once, not once more for the error."""
    with placed(new_console("service"), "service", monkeypatch) as place:
        place.run.ok("start", "fix", "--at", "12:00")
        place.server.asked.clear()
        assert place.run("stop", "--at", "9:00", "-d", "x") == (
            5,
            "",
            (
                "error: the running timer 'fix' started 3h 00m after that\n"
                "hint: move its start: clocktool edit current --from TIME\n"
            ),
        )
        assert place.requests == ["GET time-entries"]


def test_the_future_is_refused(day: Console) -> None:
    """A timer cannot end in the future."""
    assert day("stop", "--at", "23:50").err == (
        "error: 23:50 is in the future\nhint: write 'yesterday 23:50'\n"
    )
    assert day("stop", "--at", "+5m").code == 2


def test_max_ends_a_forgotten_timer(run: Console) -> None:
    """--max ends a timer that ran longer at its start plus that; a shorter one ends now."""
    run.at("2026-11-23 09:00").ok("start", "long")
    run.at("2026-11-24 09:00")
    assert run("stop", "--max", "10h").out == (
        "■ Stopped Mon 23 Nov 2026 09:00–19:00  10h 00m  long  0003\n"
    )
    run.ok("start", "short")
    run.at("2026-11-24 10:00")
    assert run("stop", "--max", "10h").out == "■ Stopped 09:00–10:00  1h 00m  short  0004\n"


def test_max_is_a_duration(day: Console) -> None:
    """A word that is no DURATION is a usage error, and nothing stops."""
    assert day("stop", "--max", "5 days").code == 2
    assert day("running").code == 0


def test_what_the_timer_lacks_is_filled_in(day: Console) -> None:
    """-d, -p, -t and -T replace what the timer has; the rest stays."""
    result = day("stop", "-d", "Ship it", "-p", "Site", "-t", "Login", "-T", "urgent")
    assert result.out == (
        "■ Stopped 12:30–13:30  1h 00m  Ship it  Site · ACME: Login  #urgent  000b\n"
    )


def test_a_required_project_can_be_said_at_the_stop(shop: Console) -> None:
    """With force-project a bare stop is refused and says how; -p makes it pass."""
    shop.ok("start", "x", "--at", "12:00")
    shop.ok("workspaces", "set", "force-project", "true")
    assert shop("stop") == (
        5,
        "",
        (
            "error: refused by a rule: project is a required field in this workspace\n"
            "hint: clocktool stop -p PROJECT\n"
        ),
    )
    assert shop("stop", "-p", "Ops").out == "■ Stopped 12:00–12:30  30m  x  Ops  0009\n"


def test_the_result_is_written_as_asked(day: Console) -> None:
    """JSON is one object with the length the server worked out."""
    stopped = day("stop", "-o", "json").json
    assert stopped["timeInterval"] == {
        "start": "2026-11-24T11:30:00Z",
        "end": "2026-11-24T12:30:00Z",
        "duration": "PT1H",
    }
    assert stopped["durationSeconds"] == 3600


@pytest.mark.parametrize(
    ("output", "expected"),
    [
        (["-q"], ""),
        (["-o", "id"], "00000000000000000000000b\n"),
        (["--template", "{duration} {hours} {duration_seconds}"], "1h 00m 1.00 3600\n"),
    ],
)
def test_other_outputs(day: Console, output: list[str], expected: str) -> None:
    """Id, template and quiet."""
    assert day("stop", *output) == (0, expected, "")


def test_an_end_that_happens_twice_says_so(run: Console) -> None:
    """02:30 in the night of the fold is the first one."""
    run.at("2026-10-25 01:00").ok("start", "night")
    run.at("2026-10-25 10:00")
    result = run("stop", "--at", "2:30")
    assert result.out == "■ Stopped 01:00–02:30  1h 30m  night  0003\n"
    assert result.err.startswith("02:30 happened twice on Sun 25 Oct 2026; took the first")


def test_a_night_over_the_gap_lasts_an_hour_less(run: Console) -> None:
    """From 1:00 to 4:00 two hours pass when the clocks go forward."""
    run.at("2026-03-29 01:00").ok("start", "night")
    run.at("2026-03-29 04:00")
    assert run("stop").out == "■ Stopped 01:00–04:00  2h 00m  night  0003\n"


def test_in_the_second_of_its_start_a_timer_ends_a_second_later(run: Console) -> None:
    """An entry needs a length; the same where something is filled in."""
    run.ok("start", "quick")
    assert run("stop") == (0, "■ Stopped 12:30–12:30  1s  quick  0003\n", "")
    run.ok("start", "other")
    assert run("stop", "-d", "more") == (0, "■ Stopped 12:30–12:30  1s  more  0004\n", "")


@pytest.mark.parametrize("fill", [(), ("-d", "more")])
def test_a_time_that_leaves_no_length_is_refused(run: Console, fill: tuple[str, ...]) -> None:
    """--at the second of its start: the timer runs on; --if-running takes it for none."""
    run.ok("start", "x", "--at", "12:00")
    said = "the running timer 'x' started in the same second and would have no length"
    hint = "end it later, or delete it: clocktool delete current"
    refused = (5, "", f"error: {said}\nhint: {hint}\n")
    assert run("stop", "--at", "12:00", *fill) == refused
    assert run("stop", "--if-running", "--at", "12:00", *fill) == (0, "", "")
    assert run.ok("running", "-o", "json").json["description"] == "x"


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (("17:30",), "for a time: clocktool stop --at 17:30"),
        (
            ("--at", "yesterday", "17:30"),
            'quote a value of several words: --at "yesterday 17:30"',
        ),
        (("-p", "Big", "Site", "-q"), 'quote a value of several words: -p "Big Site"'),
        (("-q", "17:30"), "for a time: clocktool stop --at 17:30"),
    ],
)
def test_a_word_too_many_is_explained(day: Console, words: tuple[str, ...], hint: str) -> None:
    """It is a time without --at, or the rest of a value without quotes."""
    result = day("stop", *words)
    assert (result.code, result.err.splitlines()[1]) == (2, f"hint: {hint}")
    assert day("running").code == 0
    assert day("-v", "edit", "last", "x").err.endswith("hint: see 'clocktool edit --help'\n")
