"""``export`` and ``import``: what goes out comes back as it was."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clocktool.domain.time.instant import Instant, format_iso
from tests.commands.rows import local, told
from tests.conftest import Console, local_console
from tests.contract.worlds import world

pytestmark = pytest.mark.slow


@pytest.fixture
def history(shop: Console) -> Console:
    """A shop with twins, a break, a custom field and hostile texts."""
    shop.ok("clients", "add", "Beta")
    shop.ok("projects", "add", "Site", "--client", "Beta", "--color", "#FF0000")
    shop.ok("projects", "add", "=1+1")
    shop.ok("tags", "add", 'a, "b"')
    shop.ok("tags", "add", "@x")
    shop.ok("fields", "add", "Ticket")
    line = ("--from", "2026-11-23 09:00", "--for", "1h")
    shop.ok("add", "=HYPERLINK(1)", *line, "-p", "ACME/Site", "-t", "Login", "-T", "dev")
    shop.ok("add", "'-quoted", *line, "-p", "Beta/Site", "-T", 'a, "b"', "-T", "@x")
    shop.ok("add", 'two\nlines, "quoted"', *line, "-p", "=1+1", "--no-billable")
    shop.ok("add", "[bold]x[/bold] ✓", *line)
    shop.ok("add", "same", *line)
    shop.ok("add", "same", *line)
    return shop


@pytest.mark.parametrize("output", ["jsonl", "csv"])
def test_a_history_comes_back_as_it_was(
    history: Console, new_console: Callable[[str], Console], output: str
) -> None:
    """In a fresh workspace, twins, formulas and quotes; once more into it or back adds nothing."""
    other = local(new_console("other"))
    text = history.ok("export", "-o", output).out
    assert other.ok("import", "-", stdin=text).out == "6 entries added, 0 already there.\n"
    expected, found = told(history), told(other)
    if output == "csv":  # it has no colours
        for entry in expected + found:
            entry["project"] = entry["project"] and entry["project"][:2]
    assert sorted(found, key=json.dumps) == sorted(expected, key=json.dumps)
    for console in (other, history):
        again = console.ok("import", "-", stdin=text)
        assert again.out == "0 entries added, 6 already there.\n"


def test_json_lines_keep_breaks_colours_and_custom_fields(
    history: Console, new_console: Callable[[str], Console]
) -> None:
    """A custom field that is not there is said, one of that name is filled in."""
    history.ok("add", "noon", "--for", "30m", "--break", "--field", "Ticket=T1", "-p", "Beta/Site")
    text = history.ok("export", "-d", "noon").out
    without, other = local(new_console("without")), local(new_console("other"))
    other.ok("fields", "add", "Ticket")
    result = without.ok("import", "-", stdin=text)
    assert "No custom field 'Ticket': skipped 1 value.\n" in result.err
    other.ok("import", "-", stdin=text)
    (entry,) = told(other)
    assert entry["project"] == ["Site", "Beta", "#FF0000"]
    assert (entry["type"], entry["fields"]) == ("BREAK", [("Ticket", "T1")])


def test_the_backup_of_purge_is_imported(day: Console) -> None:
    """What was deleted is back, with its tags."""
    before = told(day)[1:]
    day.ok("purge", "today", "-p", "Site", "--yes-delete", "2")
    (backup,) = (Path(day.env["CLOCKTOOL_DATA"]) / "purged").glob("*")
    assert day.ok("import", str(backup)).out == "2 entries added, 0 already there.\n"
    assert told(day)[1:] == before


@pytest.mark.parametrize("name", ["guide", "service"])
def test_a_local_history_moves_to_a_new_account(
    history: Console, name: str, new_console: Callable[[str], Console]
) -> None:
    """Export there, import here; all of it arrives."""
    console = new_console("account")
    with world(name, console):
        text = history.ok("export").out
        result = console.ok("import", "-", "--create-missing", stdin=text)
        assert result.out == "6 entries added, 0 already there.\n"
        assert sorted(told(console), key=json.dumps) == sorted(told(history), key=json.dumps)


def test_the_array_of_list_is_imported_too(
    day: Console, new_console: Callable[[str], Console]
) -> None:
    """'list -o json' is as good as 'export'."""
    other = local(new_console("other"))
    result = other.ok("import", "-", stdin=day.ok("list", "-o", "json").out)
    assert "Read as jsonl.\n" in result.err
    assert result.out == "2 entries added, 0 already there.\n"


def test_marks_that_csv_cannot_hold_are_no_other_name(run: Console) -> None:
    """A project with a mark of direction in its name is the same after a trip through CSV."""
    run.ok("projects", "add", "x\u200ey")
    run.ok("add", "a\u200fb", "--for", "5m", "-p", "x\u200ey")
    text = run.ok("export", "-o", "csv").out
    assert run.ok("import", "-", stdin=text).out == "0 entries added, 1 already there.\n"


TEXTS = st.text(
    st.characters(blacklist_categories=["Cs", "Cc", "Cf", "Zl", "Zp", "Co", "Cn"]), max_size=8
).map(str.strip) | st.sampled_from(["=1+1", "'=x", "a, b", 'a "b"', "-", "漢字", "[red]x[/]"])


NAMES = st.sampled_from(["Site", "site", "Ops", "=1+1", "a, b", "ACME"]) | TEXTS.filter(bool)


def object_of(
    at: tuple[int, int], text: str, filed: tuple[str, str, str], tags: list[str], kind: str
) -> str:
    """Return an entry as a line of JSON, with nothing but what an export tells."""
    start, length = at
    project, client, task = filed
    return json.dumps(
        {
            "id": f"{start:024x}",
            "description": text,
            "timeInterval": {
                "start": format_iso(Instant(start)),
                "end": format_iso(Instant(start + length)),
            },
            "project": {"id": "p", "name": project, "clientName": client} if project else None,
            "task": {"id": "t", "name": task} if project and task else None,
            "tags": [{"id": "g", "name": tag} for tag in tags],
            "billable": length % 2 == 0,
            "type": kind,
        }
    )


LINES = st.builds(
    object_of,
    st.tuples(st.integers(10**9, 2 * 10**9), st.integers(0, 10**6)),
    TEXTS,
    st.tuples(st.just("") | NAMES, st.just("") | NAMES, st.just("") | NAMES),
    st.lists(NAMES, max_size=3),
    st.sampled_from(["REGULAR", "BREAK"]),
)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(lines=st.lists(LINES, min_size=1, max_size=5))
def test_any_history_comes_back_by_either_format(
    lines: list[str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Into one workspace, out of it, into another: all is there, and once more adds nothing."""
    home = tmp_path_factory.mktemp("round")
    first = local_console(home / "first")
    first.ok("import", "-", "--from", "jsonl", stdin="\n".join(lines))
    assert len(told(first)) == len(lines)
    for output in ("jsonl", "csv"):
        other = local_console(home / output)
        text = first.ok("export", "-o", output).out
        other.ok("import", "-", stdin=text)
        assert comparable(told(other), output) == comparable(told(first), output)
        again = other.ok("import", "-", stdin=text).out
        assert again == f"0 entries added, {len(lines)} already there.\n"
        assert other.ok("list", "2001-01-01..2034-01-01", "--total").out == (
            first.ok("list", "2001-01-01..2034-01-01", "--total").out
        )


def comparable(entries: list[dict[str, Any]], output: str) -> list[str]:
    """Return entries in an order of their own; CSV tells no colours and no breaks."""
    if output == "csv":
        for entry in entries:
            del entry["type"]
            entry["project"] = entry["project"] and entry["project"][:2]
    return sorted(map(json.dumps, entries))
