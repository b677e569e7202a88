"""``import`` of a file of bartib, at the front door."""

from collections.abc import Callable

import pytest

from tests.commands.rows import told
from tests.conftest import Console
from tests.contract.worlds import WORLDS, fill, world

FILE = r"""2026-11-23 09:00 - 2026-11-23 10:30 | Site | fix the login
2026-11-23 22:00:05 - 2026-11-24 01:00:00 | A\|B | C:\\tmp \| größer
2026-11-24 08:00 - 2026-11-24 08:30 | Site

2026-11-24 12:00 | Site | review
"""
NOTES = "Read as bartib.\nSkipped 1 entry of a running timer.\n"
REFUSED = "hint: correct or remove these lines; for another format than bartib add --from\n"


def listed(console: Console) -> list[tuple[str, ...]]:
    """Return the entries of a console: start, duration, project and description."""
    return [
        (
            entry["times"]["start"],
            entry["times"]["duration"],
            entry["project"][0],
            entry["description"],
        )
        for entry in reversed(told(console))
    ]


def test_a_file_is_added_once(run: Console) -> None:
    """A dry run says what would be; the file again adds nothing."""
    names = "project 'Site', project 'A|B'.\n"
    assert run("import", "-", "--dry-run", stdin=FILE) == (
        0,
        f"Would create {names}3 entries would be added, 0 already there.\n",
        NOTES,
    )
    assert run.ok("export").out == ""
    assert run("import", "-", stdin=FILE) == (
        0,
        "3 entries added, 0 already there.\n",
        f"{NOTES}Created {names}",
    )
    assert listed(run) == [
        ("2026-11-23T08:00:00Z", "PT1H30M", "Site", "fix the login"),
        ("2026-11-23T21:00:05Z", "PT2H59M55S", "A|B", r"C:\tmp | größer"),
        ("2026-11-24T07:00:00Z", "PT30M", "Site", ""),
    ]
    assert run("import", "-", "--from", "bartib", stdin=FILE) == (
        0,
        "0 entries added, 3 already there.\n",
        NOTES.removeprefix("Read as bartib.\n"),
    )


@pytest.mark.parametrize("name", WORLDS)
def test_on_a_server_projects_are_created_with_create_missing(
    name: str, new_console: Callable[[str], Console]
) -> None:
    """Else the line of what is missing is named."""
    console = new_console(name)
    with world(name, console) as there:
        fill(there.behind)
        if name != "local":
            assert console("import", "-", stdin=FILE) == (
                4,
                "",
                (
                    f"{NOTES}error: not found: project 'A|B' (line 2)\n"
                    "hint: create them: add --create-missing\n"
                ),
            )
        result = console.ok("import", "-", "--create-missing", stdin=FILE)
        assert result.out == "3 entries added, 0 already there.\n"
        again = console.ok("import", "-", stdin=FILE)
        assert again.out == "0 entries added, 3 already there.\n"


def test_lines_that_break_the_format_are_named_before_anything_is_written(run: Console) -> None:
    """Notes, too, which bartib itself passes over."""
    text = (
        "2026-11-23 09:00 - 2026-11-23 10:00 | Site | fine\n"
        "# a note\n"
        "2026-11-23 10:00 - 2026-11-23 09:00 | Site\n"
        "2026-11-31 10:00 - 2026-12-01 09:00 | Site\n"
        "2026-11-23 10:00 - 2026-11-23 24:00 | Site\n"
        "2026-11-23 10:00 - 11:00 | Site\n"
        "2026-11-23 10:00\n"
        "2026-11-23 10:00 - 2026-11-23 11:00 | Site | a | b\n"
    )
    form = (
        "not an activity, expected one like"
        " 2026-11-24 09:00 - 2026-11-24 10:30 | project | description\n"
    )
    assert run("import", "-", stdin=text) == (
        2,
        "",
        (
            f"line 2: {form}"
            "line 3: its end is before its start\n"
            "line 4: invalid time '2026-11-31 10:00', expected one like 2026-11-24 09:00\n"
            "line 5: invalid time '2026-11-23 24:00', expected one like 2026-11-24 09:00\n"
            f"line 6: {form}"
            f"line 7: {form}"
            "line 8: it has a third |; in a text write \\|\n"
            "error: 7 of 8 rows can't be read; nothing was written\n"
            f"{REFUSED}"
        ),
    )
    assert run.ok("export").out == ""


def test_when_the_clocks_change_the_first_of_two_times_is_taken(run: Console) -> None:
    """The end decides where only one of both fits; a time that was skipped is refused."""
    text = (
        "2026-10-25 02:10 - 2026-10-25 02:30 | Site | a\n"
        "2026-10-25 02:40 - 2026-10-25 02:20 | Site | b\n"
    )
    result = run.ok("import", "-", stdin=text)
    assert result.err == (
        "Read as bartib.\n"
        "Times that happened twice, read as the first: line 1.\n"
        "Created project 'Site'.\n"
    )
    assert listed(run) == [
        ("2026-10-25T00:10:00Z", "PT20M", "Site", "a"),
        ("2026-10-25T00:40:00Z", "PT40M", "Site", "b"),
    ]
    for times in ("2026-03-29 02:30 - 2026-03-29 04:00", "2026-03-29 02:30"):
        assert run("import", "-", stdin=f"{times} | Site\n").err.startswith(
            "line 1: 2026-03-29 02:30 was skipped in Europe/Berlin: the clocks went forward\n"
        )


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_a_file_of_windows_is_the_same(run: Console, encoding: str) -> None:
    """CRLF, a mark at the begin, blank lines before it."""
    path = run.home / "activities.bartib"
    path.write_bytes(("\n \t\n" + FILE).replace("\n", "\r\n").encode(encoding))
    assert run.ok("import", str(path)).out == "3 entries added, 0 already there.\n"
    assert run.ok("import", "-", stdin=FILE).out == "0 entries added, 3 already there.\n"


def test_lines_that_are_not_utf_8_are_named(run: Console) -> None:
    """Nothing is written."""
    path = run.home / "activities.bartib"
    path.write_bytes(FILE.encode() + FILE.encode("latin-1"))
    assert run("import", str(path)) == (
        2,
        "",
        (
            "line 7: it is not UTF-8\n"
            "error: 1 of 8 rows can't be read; nothing was written\n"
            f"{REFUSED}"
        ),
    )
