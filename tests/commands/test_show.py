"""``show`` at the front door, and REF in all its forms."""

import pytest

from tests.conftest import Console


def test_everything_known_about_an_entry(day: Console) -> None:
    """A line for each thing the entry has."""
    day.ok("fields", "add", "Ticket")
    day.ok("edit", "9", "--field", "Ticket=CF-1", "-t", "Login")
    assert day("show", "9") == (
        0,
        (
            "description  Fix login page\n"
            "      start  Tue 24 Nov 2026 09:00:00 (+01:00)\n"
            "        end  Tue 24 Nov 2026 10:30:00 (+01:00)\n"
            "   duration  1h 30m (1:30:00)\n"
            "    project  Site\n"
            "     client  ACME\n"
            "       task  Login\n"
            "       tags  dev\n"
            "   billable  yes\n"
            "       rate  105.00 USD an hour\n"
            "     Ticket  CF-1\n"
            "       user  ada\n"
            "         id  000000000000000000000009\n"
        ),
        "",
    )


def test_a_running_entry_counts_so_far(day: Console) -> None:
    """The running entry has no end yet."""
    lines = day("show", "current").out.splitlines()
    assert lines[2:4] == ["        end  running", "   duration  1h 00m (1:00:00)"]


@pytest.mark.parametrize(
    ("ref", "found"),
    [
        ("current", "b"),
        ("CURRENT", "b"),
        ("last", "a"),
        ("last~0", "a"),
        ("last~1", "9"),
        ("9", "9"),
        ("000a", "a"),
        ("00000000000000000000000b", "b"),
        ("00000000000000000000000B", "b"),
    ],
)
def test_every_form_of_ref(day: Console, ref: str, found: str) -> None:
    """current, last, last~n, a full id and the end of one."""
    assert day("show", ref, "-o", "id").out == f"{found:0>24}\n"


def test_last_is_the_newest_finished_that_started_before_now(day: Console) -> None:
    """An entry planned for later is not the last one."""
    day.ok("add", "later", "--future", "--from", "15:00", "--for", "1h")
    assert day("show", "last", "--template", "{description}").out == "Review\n"


def test_an_ambiguous_ending_names_the_candidates(day: Console) -> None:
    """Several entries end so: exit code 4, and none is picked."""
    for _ in range(16):
        day.ok("add", "x", "--for", "1m")
    assert day("show", "a") == (
        4,
        "",
        "error: 2 ids end with 'a': …0001a, …0000a\nhint: add one more character of the id\n",
    )


@pytest.mark.parametrize(
    ("ref", "code", "error"),
    [
        ("last~7", 4, "error: fewer than 8 finished entries"),
        ("ffff", 4, "error: no id of your newest 1000 entries ends with 'ffff'"),
        ("f" * 24, 4, "error: not found: "),
        ("lst", 2, "error: invalid entry `lst`"),
        ("last~", 2, "error: invalid entry `last~`"),
        ("9/../a", 2, "error: invalid entry `9/../a`"),
    ],
)
def test_an_invalid_ref_is_a_usage_error(day: Console, ref: str, code: int, error: str) -> None:
    """A valid one without an entry is not found."""
    result = day("show", ref)
    assert (result.code, result.out) == (code, "")
    first, second = result.err.splitlines()
    assert first.startswith(error)
    assert second.startswith("hint: ")


def test_current_without_a_timer_is_exit_code_1(run: Console) -> None:
    """Last without an entry is exit code 4."""
    assert run("show", "current").code == 1
    assert run("show", "last") == (
        4,
        "",
        "error: no finished entry yet\nhint: list entries: clocktool list year\n",
    )


def test_several_and_standard_input(day: Console) -> None:
    """Several REFs in their order, each once; - reads words from standard input."""
    assert day("show", "a", "current", "a", "--template", "{description}").out == (
        "Review\nDeploy\n"
    )
    result = day("show", "-", "-o", "id", stdin="a\n\n9 last\n")
    assert [line[-1] for line in result.out.splitlines()] == ["a", "9"]
    table = day("show", "9", "a").out.split("\n\n")
    assert [each.splitlines()[0] for each in table] == [
        "description  Fix login page",
        "description  Review",
    ]


def test_an_empty_standard_input_shows_nothing(day: Console) -> None:
    """The exit code is 0."""
    assert day("show", "-", stdin="") == (0, "", "")
    assert day("show", "-", "-o", "json", stdin="") == (0, "[]\n", "")


def test_json_is_an_object_for_one_and_an_array_for_several(day: Console) -> None:
    """One REF is an object, several or - an array."""
    assert day("show", "last", "-o", "json").json["description"] == "Review"
    assert len(day("show", "last", "current", "-o", "json").json) == 2
    assert len(day("show", "-", "-o", "json", stdin="last").json) == 1


def test_other_outputs(day: Console) -> None:
    """JSONL, CSV and Markdown write a line each."""
    assert day("show", "9", "a", "-o", "jsonl").out.count("\n") == 2
    assert day("show", "9", "a", "-o", "csv").out.count("\n") == 3
    assert day("show", "9", "a", "-o", "md").out.count("\n") == 4
