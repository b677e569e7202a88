"""Narrow terminals: what does not fit is wrapped between words, or cut as a list is."""

import pytest

from clocktool.render.text import cells, wrapped
from tests.conftest import Console

PLAIN = {"NO_COLOR": "1"}


@pytest.fixture
def wide(run: Console) -> Console:
    """A workspace with names that are long, one of them of wide characters."""
    run.ok("clients", "add", "Acme Industries International")
    run.ok("projects", "add", "Website relaunch", "--client", "acme", "--rate", "105")
    run.ok("projects", "add", "漢字漢字漢字 漢字漢字漢字 漢字漢字漢字")
    run.ok("tags", "add", "dev")
    about = "Fix the login page that nobody at all can use any more"
    run.ok("start", about, "-p", "web", "-T", "dev", "--at", "12:00")
    return run


@pytest.mark.parametrize("columns", [40, 60, 80, 100])
@pytest.mark.parametrize(
    "line",
    ["projects", "config", "undo --list", "show current", "running", "running --all", "clients"],
)
def test_no_line_is_wider_than_the_terminal(wide: Console, line: str, columns: int) -> None:
    """So that the terminal itself breaks none, in the middle of a word."""
    shown = wide.ok(*line.split(), columns=columns, env=PLAIN).out.splitlines()
    if not (line == "config" and columns < 60):  # the path of a test may be longer than a line
        assert max(map(cells, shown)) <= columns
    assert shown


def test_cells_are_wrapped_between_words(wide: Console) -> None:
    """At 80 columns a table stays one; its ids are whole, and nothing is left out."""
    assert wide.ok("projects", columns=80, env=PLAIN).out == (
        "name             client           billable  rate        id\n"
        "Website          Acme Industries  billable  105.00 USD  000000000000000000000004\n"
        "relaunch         International\n"
        "漢字漢字漢字                      billable              000000000000000000000005\n"
        "漢字漢字漢字\n"
        "漢字漢字漢字\n"
    )


def test_a_table_that_has_no_room_is_written_as_paragraphs(wide: Console) -> None:
    """At 40 columns a line for each value."""
    assert wide.ok("projects", columns=40, env=PLAIN).out == (
        "name      Website relaunch\n"
        "client    Acme Industries International\n"
        "billable  yes\n"
        "rate      105.00 USD\n"
        "id        000000000000000000000004\n"
        "\n"
        "name      漢字漢字漢字 漢字漢字漢字\n"
        "          漢字漢字漢字\n"
        "billable  yes\n"
        "id        000000000000000000000005\n"
    )


def test_a_timer_is_cut_as_a_row_of_a_list_is(wide: Console) -> None:
    """The description is what one looks for: where room is scarce it has all of it."""
    assert wide.ok("running", columns=40, env=PLAIN).out == (
        "● 12:00  30m  Fix the login page …  0007\n  today 30m\n"
    )
    assert wide.ok("running", columns=80, env=PLAIN).out == (
        "● 12:00  30m  Fix the login page that nobody …  Website relaunch …  $ #dev  0007\n"
        "  today 30m\n"
    )
    assert len(wide.ok("running", columns=40).out.splitlines()) == 2, "colours take no room"


def test_piped_tables_are_never_cut(wide: Console) -> None:
    """Off a terminal each record is a line, whatever its width."""
    assert len(wide.ok("projects").out.splitlines()) == 3
    assert "nobody at all can use any more" in wide.ok("running").out


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("", 5, [""]),
        ("one two", 7, ["one two"]),
        ("one two", 5, ["one", "two"]),
        ("/a/long/path/name.txt", 8, ["/a/long/", "path/", "name.txt"]),
        ("abcdefghij kl", 4, ["abcd", "efgh", "ij", "kl"]),
        ("漢字漢", 4, ["漢字", "漢"]),
        ("漢", 1, ["漢"]),
    ],
)
def test_wrapping_leaves_nothing_out(text: str, width: int, lines: list[str]) -> None:
    """Between words, in paths behind a slash, and only then in a word."""
    assert wrapped(text, width) == lines


def test_a_long_word_of_wide_letters_is_wrapped_at_once() -> None:
    """The longest description there may be, without a blank: every line measured a few times."""
    text = "漢" * 3000
    assert wrapped(text, 41) == ["漢" * 20] * 150
