"""``import`` of a file of klog, at the front door."""

from collections.abc import Callable

import pytest

from tests.commands.rows import told
from tests.conftest import Console
from tests.contract.worlds import WORLDS, fill, world

FILE = """\
2026-11-23 (8h!)
Workshop #acme
    9:00 - 10:30 Fix the #login page #dev #ticket=17
    10:45am-1:00pm
    1h30m #review Notes
        of the day #who="Ada B"

2026/11/24
\t<23:00 - 1:00 Deploy
\t9:00 - ??? Call
\t22:00 - 24:00
"""
NOTES = (
    "Read as klog.\n"
    "Skipped 1 entry of a running timer.\n"
    "Durations without a start, placed after the entries above: line 5.\n"
)
CREATED = "tag 'acme', tag 'login', tag 'dev', tag 'ticket=17', tag 'review', tag 'who=Ada B'.\n"
REFUSED = "hint: correct or remove these lines; for another format than klog add --from\n"


def listed(console: Console) -> list[tuple[str, ...]]:
    """Return the entries of a console: start, duration, description and tags."""
    return [
        (
            entry["times"]["start"],
            entry["times"]["duration"],
            entry["description"],
            *sorted(entry["tags"]),
        )
        for entry in reversed(told(console))
    ]


def test_a_file_is_added_once(run: Console) -> None:
    """A dry run says what would be; the file again adds nothing."""
    assert run("import", "-", "--dry-run", stdin=FILE) == (
        0,
        f"Would create {CREATED}5 entries would be added, 0 already there.\n",
        NOTES,
    )
    assert run.ok("export").out == ""
    assert run("import", "-", stdin=FILE) == (
        0,
        "5 entries added, 0 already there.\n",
        f"{NOTES}Created {CREATED}",
    )
    assert listed(run) == [
        (
            "2026-11-23T08:00:00Z",
            "PT1H30M",
            "Fix the login page",
            "acme",
            "dev",
            "login",
            "ticket=17",
        ),
        ("2026-11-23T09:45:00Z", "PT2H15M", "Workshop", "acme"),
        ("2026-11-23T12:00:00Z", "PT1H30M", "Notes of the day", "acme", "review", "who=Ada B"),
        ("2026-11-23T22:00:00Z", "PT2H", "Deploy"),
        ("2026-11-24T21:00:00Z", "PT2H", ""),
    ]
    assert run("import", "-", "--from", "klog", stdin=FILE) == (
        0,
        "0 entries added, 5 already there.\n",
        NOTES.removeprefix("Read as klog.\n"),
    )


@pytest.mark.parametrize("name", WORLDS)
def test_on_a_server_tags_are_created_with_create_missing(
    name: str, new_console: Callable[[str], Console]
) -> None:
    """Else the first line of each that is missing is named."""
    console = new_console(name)
    with world(name, console) as there:
        fill(there.behind)
        if name != "local":
            result = console("import", "-", stdin=FILE)
            assert (result.code, result.out) == (4, "")
            assert result.err == (
                f"{NOTES}"
                "error: not found: tag 'acme' (line 3), tag 'login' (line 3),"
                " tag 'ticket=17' (line 3), tag 'review' (line 5), tag 'who=Ada B' (line 5)\n"
                "hint: create them: add --create-missing\n"
            )
        result = console.ok("import", "-", "--create-missing", stdin=FILE)
        assert result.out == "5 entries added, 0 already there.\n"
        again = console.ok("import", "-", stdin=FILE)
        assert again.out == "0 entries added, 5 already there.\n"


def test_lines_that_break_the_format_are_named_before_anything_is_written(run: Console) -> None:
    """Below an invalid date nothing is read; the entries around bad lines are counted."""
    text = (
        "2026-11-23\n"
        "    9:00 - 10:00 Fix\n"
        "  10:00 - 11:00\n"
        "no entry\n"
        "    -30m Lunch\n"
        "    9:00 - 8:00\n"
        "    9:00 - 25:00\n"
        "    13:00am - 14:00\n"
        "    1h60m\n"
        "    <9:00> - 10:00\n"
        "    9:00 bis 10:00\n"
        "\n"
        "24.11.2026\n"
        "    9:00 - 10:00\n"
        "\n"
        "    9:00 - 10:00\n"
        "\n"
        "2026-11-25 (8h)\n"
    )
    indent = "indent the entries of a day alike: by 2 to 4 blanks, or by a tab"
    assert run("import", "-", stdin=text) == (
        2,
        "",
        (
            f"line 3: {indent}\n"
            f"line 4: {indent}\n"
            "line 5: '-30m' is negative, which no entry can be; take it off another entry\n"
            "line 6: its end is before its start; a time of the next day is written 1:00>\n"
            "line 7: invalid time '25:00', expected one like 09:00:00\n"
            "line 8: invalid time '13:00am', expected one like 09:00:00\n"
            "line 9: invalid duration '1h60m', expected one like 1h30m\n"
            "line 10: invalid time '<9:00>', expected one like 9:00, <23:00 or 1:00>\n"
            "line 11: not an entry, expected one like 9:00 - 10:30 or 1h30m\n"
            "line 13: invalid date '24.11.2026', expected one like 2026-11-24 or 2026-11-24 (8h!)\n"
            "and 2 more\n"
            "error: 12 of 13 rows can't be read; nothing was written\n"
            f"{REFUSED}"
        ),
    )
    assert run.ok("export").out == ""


def test_durations_follow_the_entries_above_them(run: Console) -> None:
    """Not before midnight, and never over an entry above, also of another record of the day."""
    text = (
        "2026-11-23\n  45m a\n  9:00 - 10:00 b\n  8:00 - 8:30 c\n  +90m d\n\n"
        "2026-11-22\n  <22:00 - <23:00 z\n  0m e\n  1h f\n\n"
        "2026-11-23\n  1h g\n"
    )
    result = run.ok("import", "-", stdin=text)
    assert result.err == (
        "Read as klog.\n"
        "Durations without a start, placed after the entries above:"
        " line 2, line 5, line 9, line 10, line 13.\n"
    )
    assert listed(run) == [
        ("2026-11-21T21:00:00Z", "PT1H", "z"),
        ("2026-11-21T23:00:00Z", "PT0S", "e"),
        ("2026-11-21T23:00:00Z", "PT1H", "f"),
        ("2026-11-22T23:00:00Z", "PT45M", "a"),
        ("2026-11-23T07:00:00Z", "PT30M", "c"),
        ("2026-11-23T08:00:00Z", "PT1H", "b"),
        ("2026-11-23T09:00:00Z", "PT1H30M", "d"),
        ("2026-11-23T10:30:00Z", "PT1H", "g"),
    ]
    more = run.ok("import", "-", stdin=text + "  30m h\n")
    assert more.out == "1 entry added, 8 already there.\n"


def test_of_times_that_happened_twice_the_first_is_taken(run: Console) -> None:
    """When the clocks go back; a range over the change is longer by that hour."""
    text = "2026-10-25\n    2:10 - 2:30 a\n    2:30 - 4:00 b\n    <23:00 - 3:00 c\n    1h d\n"
    assert run("import", "-", stdin=text) == (
        0,
        "4 entries added, 0 already there.\n",
        (
            "Read as klog.\n"
            "Times that happened twice, read as the first: line 2, line 3.\n"
            "Durations without a start, placed after the entries above: line 5.\n"
        ),
    )
    assert listed(run) == [
        ("2026-10-24T21:00:00Z", "PT5H", "c"),
        ("2026-10-25T00:10:00Z", "PT20M", "a"),
        ("2026-10-25T00:30:00Z", "PT2H30M", "b"),
        ("2026-10-25T03:00:00Z", "PT1H", "d"),
    ]


def test_times_that_the_clocks_skipped_are_refused(run: Console) -> None:
    """Also the start of an open range; a duration is as long as it says."""
    text = "2026-03-29\n    2:30 - 4:00\n    1:00 - 2:15\n    2:05 - ?\n    4h\n"
    assert run("import", "-", stdin=text) == (
        2,
        "",
        (
            "line 2: 2026-03-29 02:30 was skipped in Europe/Berlin: the clocks went forward\n"
            "line 3: 2026-03-29 02:15 was skipped in Europe/Berlin: the clocks went forward\n"
            "line 4: 2026-03-29 02:05 was skipped in Europe/Berlin: the clocks went forward\n"
            "error: 3 of 4 rows can't be read; nothing was written\n"
            f"{REFUSED}"
        ),
    )
    run.ok("import", "-", stdin="2026-03-29\n    4h Long night\n")
    assert listed(run) == [("2026-03-28T23:00:00Z", "PT4H", "Long night")]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_a_file_of_windows_is_the_same(run: Console, encoding: str) -> None:
    """CRLF, a mark at the begin, blank lines before it and lines of blanks."""
    path = run.home / "work.klg"
    path.write_bytes(("\n \t\n" + FILE).replace("\n", "\r\n").encode(encoding))
    assert run.ok("import", str(path)).out == "5 entries added, 0 already there.\n"
    assert run.ok("import", "-", stdin=FILE).out == "0 entries added, 5 already there.\n"


def test_lines_that_are_not_utf_8_are_named(run: Console) -> None:
    """A date among them takes its entries along."""
    path = run.home / "work.klg"
    path.write_bytes(b"2026-11-23\n  1h \xe4\n  1h\n\n\xff\n  1h\n\n2026-11-24\n  1h\n")
    assert run("import", str(path)) == (
        2,
        "",
        (
            "line 2: it is not UTF-8\n"
            "line 5: it is not UTF-8\n"
            "error: 2 of 4 rows can't be read; nothing was written\n"
            f"{REFUSED}"
        ),
    )


@pytest.mark.parametrize("head", ["2026-11-24 (8h)", "2026-11-31", "2026-11/24", " 2026-11-24"])
def test_an_invalid_date_is_shown(run: Console, head: str) -> None:
    """With its should-total, and what is expected; the days around it are read."""
    result = run("import", "-", stdin=f"2026-11-23\n\n{head}\n    1h\n\n2026-11-25\n    1h\n")
    assert result == (
        2,
        "",
        (
            f"line 3: invalid date '{head.strip()}',"
            " expected one like 2026-11-24 or 2026-11-24 (8h!)\n"
            "error: 1 of 2 rows can't be read; nothing was written\n"
            f"{REFUSED}"
        ),
    )


@pytest.mark.parametrize("text", ["2026-11-23", "2026-11-23 (7h30m!)\nDay off\n", "2026/11/23\n\n"])
def test_days_without_entries_import_nothing(run: Console, text: str) -> None:
    """Exit code 0, with a note."""
    assert run("import", "-", stdin=text) == (
        0,
        "",
        "Read as klog.\nNothing to import.\n",
    )
