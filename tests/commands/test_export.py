"""``export`` at the front door."""

import json
import os
import subprocess
import sys
from collections.abc import Callable

import pytest

from tests.conftest import Console
from tests.tracking.servers import place, says


def test_csv(day: Console) -> None:
    """Newest first; the timer has no end, and its length is so far."""
    result = day.ok("export", "-o", "csv")
    assert result.err == ""
    assert result.out == (
        "id,start,end,duration_seconds,description,project,client,task,tags,billable,user,type\n"
        "00000000000000000000000b,2026-11-24T12:30:00+01:00,,3600,Deploy,Ops,,,,false,ada,REGULAR\n"
        "00000000000000000000000a,2026-11-24T10:45:00+01:00,2026-11-24T12:00:00+01:00,4500,"
        "Review,Site,ACME,,,true,ada,REGULAR\n"
        "000000000000000000000009,2026-11-24T09:00:00+01:00,2026-11-24T10:30:00+01:00,5400,"
        "Fix login page,Site,ACME,,dev,true,ada,REGULAR\n"
    )


def test_json_lines_are_the_objects_of_list(day: Console) -> None:
    """One a line, newest first, without a word more."""
    lines = day.ok("export").out.splitlines()
    assert [json.loads(line) for line in lines] == day.ok("list", "-o", "json").json[::-1]


def test_filters(day: Console) -> None:
    """The same as those of list."""
    out = day.ok("export", "-p", "Site", "-T", "dev", "--billable").out
    assert [json.loads(line)["description"] for line in out.splitlines()] == ["Fix login page"]
    assert day.ok("export", "--running").out.count("\n") == 1


def test_without_a_period_all_entries_are_exported(day: Console) -> None:
    """Also old ones and future ones."""
    day.ok("add", "old", "--from", "2019-01-01 09:00", "--for", "1h")
    day.ok("add", "new", "--from", "2027-01-01 09:00", "--for", "1h", "--future")
    assert day.ok("export").out.count("\n") == 5
    assert day.ok("export", "2019").out.count("\n") == 1
    assert day.ok("export", "--from", "2026-11-24").out.count("\n") == 3


def test_an_entry_belongs_to_the_period_it_starts_in(run: Console) -> None:
    """Exports of adjacent days have it once, and whole."""
    run.ok("add", "night", "--from", "2026-11-22 23:00", "--to", "2026-11-23 01:00")
    assert run.ok("export", "2026-11-23").out == ""
    (line,) = run.ok("export", "2026-11-22").out.splitlines()
    assert json.loads(line)["durationSeconds"] == 7200


def test_nothing_to_export(run: Console) -> None:
    """No line of JSON, the header of CSV."""
    assert run.ok("export") == (0, "", "")
    assert run.ok("export", "-o", "csv").out.startswith("id,start,end,")


@pytest.mark.parametrize("output", ["table", "json", "md", "id", "xml"])
def test_other_formats_are_for_list(run: Console, output: str) -> None:
    """Exit 2, with what there is."""
    result = run("export", "-o", output)
    assert (result.code, result.out) == (2, "")
    assert "'jsonl'" in result.err


def test_tags_with_commas_are_in_quotes(run: Console) -> None:
    """So that no reader takes one for two."""
    run.ok("tags", "add", "a, b")
    run.ok("tags", "add", "c")
    run.ok("add", "x", "--for", "1h", "-T", "a, b", "-T", "c")
    assert ',"""a, b"", c",' in run.ok("export", "-o", "csv").out


def test_pending_changes_are_noted(new_console: Callable[[str], Console]) -> None:
    """They are missing in the export."""
    with place("service", new_console("told")) as there:
        there.console.ok("add", "sent", "--for", "5m")
        there.before = lambda request: says(500, 1, "Sorry") if request.method == "POST" else None
        there.console.ok("add", "kept", "--for", "5m")
        result = there.console.ok("export")
        assert len(result.out.splitlines()) == 1
        assert "Not included: 1 pending change (see clocktool pending).\n" in result.err
        assert "waits to be sent" not in there.console.ok("export", "2020").err


def test_it_is_utf_8_whatever_the_locale(run: Console) -> None:
    """A locale of ASCII would put a question mark in the place of a letter."""
    run.ok("add", "İstanbul — 東京", "--for", "5m")
    words = [sys.executable, "-m", "clocktool", "export", "-o", "csv"]
    env = {**os.environ, **run.env, "PYTHONIOENCODING": "ascii"}
    out = subprocess.run(words, capture_output=True, check=True, env=env).stdout
    assert "İstanbul — 東京" in out.decode("utf-8")


def test_what_was_requested_for_a_reader_who_has_gone_is_kept(
    new_console: Callable[[str], Console],
) -> None:
    """'export | head' ends without an error, and nothing it asked for was in vain."""
    with place("service", new_console("told")) as there:
        there.add(3000)
        there.console("running")
        there.sent.clear()
        words = [sys.executable, "-m", "clocktool", "export"]
        env = {**os.environ, **there.console.env}
        with subprocess.Popen(words, stdout=subprocess.PIPE, env=env) as process:
            assert process.stdout is not None
            process.stdout.readline()
            process.stdout.close()
            assert process.wait(30) == 0
        assert len(there.console.ok("--offline", "export").out.splitlines()) == 3000
