"""Hostile input ends in one line and the right exit code; hostile text is shown as text."""

import contextlib
import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from clocktool.cli.root import SUMMARIES
from tests.conftest import Console

pytestmark = pytest.mark.slow

HUGE = "9" * 400
LONE = "\udcff"
"""A byte that is no UTF-8, as Python hands it on from the command line."""

NASTY = "[bold]x[/] [/x] \x1b[31mred \x9b31m a\rb \u202eevil\u2066 🎉 漢字 \u2028end"
SHOWN = "[bold]x[/] [/x] �[31mred �31m a b �evil� 🎉 漢字  end"


def refused(console: Console, code: int, *argv: str) -> str:
    """Run what must be refused: nothing on standard output, one error line, at most one hint."""
    result = console(*argv)
    assert result.code == code, result
    assert result.out == ""
    lines = result.err.splitlines()
    assert result.err.isprintable() or result.err.replace("\n", "").isprintable()
    assert [line.partition(": ")[0] for line in lines] in (["error"], ["error", "hint"]), result
    assert "Traceback" not in result.err
    as_json = console(*argv, "-o", "json") if argv and argv[0] in ("start", "add", "list") else None
    if as_json is not None and "-o" not in argv:
        assert (as_json.code, as_json.out) == (code, "")
        error = json.loads(as_json.err)["error"]
        assert set(error) == {"code", "message", "hint"}
        assert error["code"] == code
        assert as_json.err.count("\n") == 1
    return result.err


@pytest.mark.parametrize(
    ("code", "argv"),
    [
        (2, ["start", "--at", "15 minutes aog"]),
        (2, ["start", "--at", "25:00"]),
        (2, ["start", "--at", "9:60"]),
        (2, ["start", "--at", ""]),
        (2, ["start", "--at", HUGE]),
        (2, ["start", "--at", LONE]),
        (2, ["start", "--at", "\uff19:30"]),
        (2, ["start", "--at", "2026-02-30 9:00"]),
        (2, ["start", "--at", "-" + HUGE + "h"]),
        (2, ["start", "--at", "9999-12-31T23:59:59-23:59"]),
        (2, ["start", "--at", "0001-01-01T00:00:00+23:59"]),
        (2, ["start", LONE]),
        (2, ["start", "a\x00b"]),
        (5, ["start", "a" * 1_000_000]),
        (4, ["start", "-p", "nope"]),
        (4, ["start", "-p", "[bold]"]),
        (4, ["start", "-p", "\x1b[31m"]),
        (4, ["start", "-p", "a" * 10_000]),
        (4, ["start", "-p", "../../etc"]),
        (2, ["start", "-p", LONE]),
        (2, ["start", "-T", LONE]),
        (2, ["start", "-t", "x"]),
        (2, ["start", "--field", f"{LONE}=1"]),
        (2, ["start", "z", "--field", f"Ticket={LONE}"]),
        (2, ["stop", "-p", LONE]),
        (2, ["bulk", "last", "--set-description", LONE, "-y"]),
        (2, ["report", "--by", LONE]),
        (2, ["start", "--field", "x"]),
        (2, ["start", "--bogus"]),
        (2, ["list", "--json"]),
        (2, ["start", "-o", "xml"]),
        (2, ["add", "--for", HUGE]),
        (2, ["add", "--for", f"{HUGE}h"]),
        (2, ["add", "--for", "1d"]),
        (2, ["add", "--for", ""]),
        (2, ["add", "--from", HUGE, "--to", HUGE]),
        (5, ["add", "--from", "11", "--to", "10"]),
        (2, ["list", HUGE]),
        (2, ["list", f"{HUGE}d"]),
        (2, ["list", "tomorow"]),
        (2, ["list", LONE]),
        (2, ["list", "--from", "\x1b[31m"]),
        (2, ["list", "a", "b"]),
        (4, ["list", "--client", "x"]),
        (2, ["list", "--user", LONE]),
        (2, ["list", "--template", "{x.__class__}"]),
        (2, ["list", "--template", "{description.__class__}"]),
        (2, ["list", "--template", "{description!r}"]),
        (2, ["list", "--template", "{description:>99999999999}"]),
        (2, ["list", "--template", "{0}"]),
        (2, ["list", "--template", "{}"]),
        (2, ["list", "--template", "{"]),
        (2, ["list", "--template", "{\x1b[31m}"]),
        (2, ["show", HUGE]),
        (2, ["show", "0/../../x"]),
        (2, ["show", "%2e%2e"]),
        (2, ["show", LONE]),
        (2, ["show", ""]),
        (2, ["show", f"last~{HUGE}"]),
        (4, ["show", "last~9999"]),
        (2, ["delete", "a/b", "-y"]),
        (2, ["edit", "x y", "-d", "z"]),
        (4, ["resume", "\x1b[31m"]),
        (2, ["stop", "--max", "[/x]"]),
        (2, ["projects", "add", LONE]),
        (2, ["projects", "add", "x", "--rate", HUGE]),
        (2, ["projects", "add", "x", "--rate", "nan"]),
        (5, ["projects", "add", "a" * 10_000]),
        (2, ["clients", "add", LONE]),
        (2, ["tags", "add", LONE]),
        (5, ["tags", "add", ""]),
        (2, ["fields", "add", LONE]),
        (2, ["workspaces", "add", LONE]),
        (2, ["workspaces", "set", LONE, "true"]),
        (2, ["workspaces", "set", "lock-before", HUGE]),
        (2, ["workspaces", "set", "hourly-rate", HUGE]),
        (2, ["config", "get", LONE]),
        (2, ["config", "set", "timezone", "../../etc/passwd"]),
        (2, ["config", "set", LONE, LONE]),
        (2, ["-w", LONE, "running"]),
        (4, ["-w", "f" * 24, "running"]),
        (3, ["--profile", "nope", "running"]),
        (3, ["--profile", "\x1b[31m", "running"]),
        (2, [LONE]),
        (2, [""]),
        (2, ["[bold]"]),
        (2, ["strat"]),
        (2, ["-x"]),
    ],
)
def test_hostile_words_end_in_one_line(run: Console, code: int, argv: list[str]) -> None:
    """One error line with its hint, the right exit code, nothing else."""
    refused(run, code, *argv)


def test_an_option_that_is_no_unicode_ends_in_one_line(run: Console) -> None:
    """Also where the error is an object."""
    refused(run, 2, "start", f"--{LONE}")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (b"workspace = ", "is not valid TOML"),
        (b"workspace = '\xff\xfe'", "is not valid TOML"),
        (b"a" * 100_000, "is not valid TOML"),
        (b"x = " + b"[" * 5_000, "is not valid TOML"),
        (b"timezone = '../../etc/passwd'", "`timezone` must be an IANA time zone"),
        (b'"\\u001b[31m" = 1', "unknown key"),
        (b'workspace = "\\u001b[31m"', "`workspace` must be a workspace's name or id"),
        (b"nokey = 1", "unknown key `nokey`"),
    ],
)
def test_a_broken_configuration_is_named(run: Console, text: bytes, said: str) -> None:
    """Exit code 3 with file and reason, whatever the bytes are."""
    path = Path(run.env["CLOCKTOOL_CONFIG"])
    path.write_bytes(text)
    for command in ("start", "list", "config"):
        error = refused(run, 3, command)
        assert error.startswith(f"error: {path}")
        assert said in error


def test_a_folder_in_place_of_the_configuration_is_named(run: Console) -> None:
    """A directory cannot be read, nor replaced by config set: only a person can move it away."""
    Path(run.env["CLOCKTOOL_CONFIG"]).mkdir()
    for line in (("start",), ("config", "set", "workspace", "x")):
        error = refused(run, 8, *line)
        assert error.startswith(f"error: cannot use {run.env['CLOCKTOOL_CONFIG']}")
        assert "mv" in error


def test_a_broken_folder_file_is_named(run: Console) -> None:
    """The .clocktool.toml of a folder is checked the same way."""
    path = run.folder / ".clocktool.toml"
    path.write_bytes(b"\xff")
    assert refused(run, 3, "start").startswith(f"error: {path} is not valid TOML")


@pytest.mark.parametrize("name", ["CLOCKTOOL_TIMEZONE", "CLOCKTOOL_BASE_URL"])
@pytest.mark.parametrize("value", ["Mars/Base", "/etc/passwd", "\x1b[31m", LONE, HUGE])
def test_a_bad_value_in_the_environment_is_named(run: Console, name: str, value: str) -> None:
    """Exit code 3 naming the variable."""
    run.env[name] = value
    assert f"${name}" in refused(run, 3, "start")


def database(console: Console) -> Path:
    """Return where the console's local workspace is, its folder made."""
    path = Path(console.env["CLOCKTOOL_DATA"]) / "local.sqlite3"
    path.parent.mkdir(exist_ok=True)
    return path


def test_a_damaged_database_is_named(run: Console) -> None:
    """A file of another kind, and one with a hole in it: exit code 8, and the file stays."""
    path = database(run)
    path.write_bytes(b"SQLite format 3\x00" + b"garbage" * 1000)
    assert f"cannot use {path}: it is damaged or not a database" in refused(run, 8, "start")
    path.write_bytes(b"not a database at all, but long enough to have a header of a hundred " * 9)
    refused(run, 8, "list")
    assert path.read_bytes().startswith(b"not a database")


def test_a_hole_in_the_database_is_named(run: Console) -> None:
    """Pages overwritten after the file was in use."""
    run.ok("start", "x")
    path = database(run)
    size = path.stat().st_size
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(b"\xa5" * (size - 4096))
    for journal in path.parent.glob("local.sqlite3-*"):
        journal.unlink()
    refused(run, 8, "list")


def test_a_folder_in_place_of_the_database_is_named(run: Console) -> None:
    """The path is a folder."""
    database(run).mkdir()
    assert "it is a folder" in refused(run, 8, "start")


def test_a_file_in_place_of_the_data_folder_is_named(run: Console) -> None:
    """The folder of the data is a file."""
    Path(run.env["CLOCKTOOL_DATA"]).write_text("x", "utf-8")
    refused(run, 8, "start")


def test_a_newer_database_is_left_alone(run: Console) -> None:
    """A file of a version still to come is named and not touched."""
    run.ok("start", "x")
    path = database(run)
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA user_version = 999")
    assert "update clocktool" in refused(run, 8, "start")


def test_another_programs_database_is_left_alone(run: Console) -> None:
    """A sound SQLite file that is not ours is named and not filled with our tables."""
    with contextlib.closing(sqlite3.connect(database(run))) as connection:
        connection.execute("CREATE TABLE mine (x)")
        connection.commit()
    refused(run, 8, "start")


def test_hostile_text_is_shown_as_text(run: Console) -> None:
    """Markup, escape codes and marks that turn text around reach no terminal."""
    run.ok("clients", "add", NASTY)
    run.ok("projects", "add", NASTY, "--client", NASTY[:20])
    run.ok("tags", "add", NASTY)
    run.ok("start", NASTY, "-p", NASTY, "-T", NASTY)
    for argv in (
        ["list"],
        ["running"],
        ["show", "current"],
        ["projects"],
        ["clients"],
        ["tags"],
        ["list", "-o", "md"],
        ["list", "-o", "csv"],
        ["list", "-o", "json"],
        ["list", "-o", "jsonl"],
        ["list", "--template", "{description}{project}{client}{tags}"],
        ["projects", "-o", "json"],
        ["projects", "-o", "md"],
        ["stop", "--at", "12:31"],
        ["delete", "last", "-y"],
    ):
        for columns in (None, 60):
            if argv[0] in ("stop", "delete") and columns:
                continue
            run.later(60)
            result = run.ok(*argv, columns=columns, env={"NO_COLOR": "1"})
            marks = set(result.out + result.err) & set("\x1b\x9b\r\x00\u202e\u2066\u2028")
            assert marks == set(), (argv, marks)


TURNING = "".join(
    map(chr, [0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A), 0xFEFF])
)
"""Every control of Unicode that turns text around, and the mark of byte order."""


def turned(text: str) -> set[str]:
    """Return which of them are in a text, but for the pairs that we put around a text."""
    return set(re.sub("\u2068([^\u2068\u2069]*)\u2069", r"\1", text)) & set(TURNING)


def test_no_control_turns_text_around(run: Console) -> None:
    """In tables, notes, errors, documents, templates, the prompt and JSON, on terminals, too."""
    text = f"a{TURNING}b אב"
    run.ok("clients", "add", text)
    run.ok("projects", "add", text, "--client", text, "--billable")
    run.ok("tags", "add", text)
    run.ok("tasks", "add", text, "-p", text)
    run.ok("add", text, "--for", "1h", "-p", text, "-t", text, "-T", text)
    run.ok("start", text, "-p", text, "-T", text)
    run.later(60)
    formats = [(), *(("-o", each) for each in ("json", "jsonl", "csv", "md", "id"))]
    for command in ("list", "report", "running", "projects", "clients", "tags"):
        for words in formats:
            for columns in (None, 40, 100):
                result = run(command, *words, columns=columns)
                assert turned(result.out + result.err) == set(), (command, words, columns)
    for line in (
        ["show", "current"],
        ["list", "--template", "{description}{project}{client}{task}{tags}"],
        ["report", "--by", "description,tag", "--chart"],
        ["report", "week", "--by", "client,day"],
        ["running", "--prompt"],
        ["running", "--prompt", "-o", "json"],
        ["invoice", "--dry-run"],
        ["undo", "--list"],
        ["bulk", "today", "--set-description", text, "--dry-run"],
        ["bulk", "today", "--set-description", "b", "--dry-run", "-o", "json"],
        ["start", "-p", f"x{TURNING}"],
        ["start", "-p", f"x{TURNING}", "-o", "json"],
        ["list", TURNING],
        ["list", "-p", text, "-T", f"{text}c"],
        [f"st{TURNING}art"],
        ["start", f"--{TURNING}"],
        ["pending", "drop", TURNING],
        ["pending", "keep", TURNING, "p1"],
        ["config", "set", TURNING, TURNING],
        ["help", TURNING],
        ["stop"],
        ["undo"],
        ["delete", "last", "-y"],
    ):
        for columns in (None, 40):
            result = run(*line, columns=columns)
            assert result.code != 70
            assert turned(result.out + result.err) == set(), (line, columns)


def test_json_gives_back_what_turns_text_around(run: Console) -> None:
    """Escaped, so that a terminal does not act on it, and nothing is lost."""
    run.ok("start", f"a{TURNING}b")
    result = run("running", "-o", "json", columns=80)
    assert "\\u061c" in result.out
    assert result.json["description"].strip("\ufeff") == f"a{TURNING}b"


def test_right_to_left_names_keep_their_columns(run: Console) -> None:
    """On a terminal each is closed in itself, so that what follows stays where its heading is."""
    run.ok("clients", "add", "משרד")
    run.ok("projects", "add", "אתר", "--client", "משרד")
    run.ok("projects", "add", "Site")
    run.ok("add", "תיקון", "-p", "אתר", "--for", "1h")
    run.ok("add", "Review", "-p", "Site", "--from", "9", "--for", "1h")
    expected = {
        "clients": "name  id\n⟨משרד⟩  000000000000000000000003\n",
        "report": (
            "Tue 24 Nov 2026            total  billable\n"
            "Site                 50%  1h 00m    1h 00m\n"
            "⟨אתר⟩ · ⟨משרד⟩           50%  1h 00m    1h 00m\n"
            "total                     2h 00m    2h 00m  100%\n"
        ),
        "bulk today --set-description x --dry-run": (
            "  0007  Tue 24 Nov 2026 09:00  Review  text → x\n"
            "  0006  Tue 24 Nov 2026 11:30  ⟨תיקון⟩   text → x\n"
        ),
    }
    for line, shown in expected.items():
        result = run.ok(*line.split(), columns=48, env={"NO_COLOR": "1"})
        out = result.out.replace("\u2068", "⟨").replace("\u2069", "⟩")
        assert out == shown
        assert "\u2068" not in run.ok(*line.split()).out, "a pipe has the texts as they are"


def test_hostile_text_keeps_its_words(run: Console) -> None:
    """What is harmless of it is all there, and JSON gives back every character."""
    run.ok("start", NASTY)
    assert run("running", "--template", "{description}").out == f"{SHOWN}\n"
    assert run("running", "-o", "json").json["description"] == NASTY


def test_columns_stay_aligned_with_wide_text(run: Console) -> None:
    """Emoji and Chinese take two columns of a terminal."""
    from rich.cells import cell_len

    run.ok("projects", "add", "漢字")
    run.ok("projects", "add", "plain")
    run.ok("add", "AAA", "-p", "漢字", "--from", "9", "--to", "10")
    run.ok("add", "AAA", "-p", "plain", "--from", "10", "--to", "11")
    one, two = run.ok("list").out.splitlines()[1:3]
    assert cell_len(one[: one.index("AAA")]) == cell_len(two[: two.index("AAA")])


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "  =1+1", "=cmd|' /C calc'!A0"])
def test_a_spreadsheet_runs_no_formula(run: Console, text: str) -> None:
    """A cell of CSV that would be a formula starts with an apostrophe."""
    name = (text.strip() + " p").replace("/", "\\/")
    run.ok("projects", "add", "--", name)
    run.ok("start", f"--project={name}", "--", text)
    row = run.ok("list", "-o", "csv").out.splitlines()[1].split(",")
    assert row[4].lstrip('"').startswith("'")
    assert row[5].lstrip('"').startswith("'")
    assert run.ok("projects", "-o", "csv").out.splitlines()[1].startswith("'")


def test_csv_and_markdown_keep_their_columns(run: Console) -> None:
    """Commas, quotes and pipes stay in their cell."""
    import csv

    text = 'a,b "c" | d\\|e <b>'
    run.ok("start", text)
    row = next(iter(csv.DictReader(run.ok("list", "-o", "csv").out.splitlines())))
    assert row["description"] == text
    line = run.ok("list", "-o", "md").out.splitlines()[2]
    assert line == ('| 2026-11-24 | 12:30 |  | 0m |  |  |  | a,b "c" \\| d\\\\\\|e \\<b\\> |  |')


WORDS = st.one_of(
    st.sampled_from(
        [
            *("-p", "-t", "-T", "-d", "-o", "-q", "-y", "-v", "-w", "--", "-", "--at", "--from"),
            *("--to", "--for", "--max", "--user", "--field", "--template", "--total", "--all"),
            *("json", "csv", "md", "id", "add", "set", "get", "last", "current", "last~1", "9"),
            *("today", "mon", "1h", "x=1", "=", "lock-before", "workspace", "timezone", "''"),
            *("--running", "--client", "--no-project", "--clear-tags", "--if-running", "--rate"),
        ]
    ),
    st.text(max_size=12),
    st.integers().map(str),
)


@given(
    argv=st.lists(
        st.tuples(st.sampled_from(sorted({*SUMMARIES} - {"serve"})), st.lists(WORDS, max_size=6)),
        min_size=1,
        max_size=4,
    )
)
@example(argv=[("start", ["x"]), ("list", ["-o", "json"])])
@settings(
    max_examples=80,
    suppress_health_check=list(HealthCheck),
)
def test_no_words_are_a_bug(argv: Sequence[tuple[str, list[str]]]) -> None:
    """Whatever the words are: a documented exit code, never 70, never a traceback."""
    with TemporaryDirectory() as home:
        console = Console(Path(home))
        console.env["CLOCKTOOL_PROFILE"] = "local"
        for command, words in argv:
            if command == "config" and "edit" in words:
                continue
            result = console(command, *words)
            assert result.code in (0, 1, 2, 3, 4, 5), (command, words, result)
            assert "Traceback" not in result.err


@pytest.mark.parametrize("command", ["", *SUMMARIES])
def test_help_is_no_error(run: Console, command: str) -> None:
    """--help and -h write the same to standard output, no wider than a terminal, and end in 0."""
    words = [command] if command else []
    result = run(*words, "--help")
    assert (result.code, result.err) == (0, "")
    assert f"\nUsage: clocktool {command} " in result.out or not command
    assert max(map(len, result.out.splitlines())) <= 80
    assert run(*words, "-h") == result
    assert not Path(run.env["CLOCKTOOL_DATA"]).exists()


def test_no_command_shows_the_state(run: Console) -> None:
    """The help is behind 'help' and -h; an option alone is a usage error."""
    assert run().code == 0
    assert run() == run("status")
    assert run("-h").out.startswith("Track time from the terminal")


def test_debug_asks_for_the_traceback(run: Console) -> None:
    """For those who look for the cause: before the same lines, with the same exit code."""
    plain = run("start", "--at", "soon")
    result = run("--debug", "start", "--at", "soon")
    assert (result.code, result.out) == (plain.code, "") == (2, "")
    assert result.err.startswith("Traceback (most recent call last):\n")
    assert result.err.endswith(f"\n{plain.err}")


def test_debug_asks_for_the_traceback_of_a_bug(
    run: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Exit code 70 all the same, without the hint to run it again with --debug."""

    def fail(*_: object) -> None:
        raise LookupError("three\x1b[31m")

    monkeypatch.setattr("clocktool.backends.local.workspace.LocalWorkspace.send", fail)
    result = run("--debug", "list")
    assert result.code == 70
    assert result.err.startswith("Traceback (most recent call last):\n")
    assert result.err.endswith("\nhint: report what is printed above\n")
    assert "\x1b" not in result.err


# The real program, in processes of its own.


def program(
    home: Path,
    *argv: str,
    env: dict[str, str] | None = None,
    stdout: IO[str] | int = subprocess.PIPE,
) -> subprocess.CompletedProcess[str]:
    """Run the installed program with nothing in its environment but what is given."""
    if env is None:
        env = {"CLOCKTOOL_DATA": str(home / "data"), "CLOCKTOOL_CONFIG": str(home / "c.toml")}
    return subprocess.run(
        [sys.executable, "-m", "clocktool", *argv],
        stdout=stdout,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
        timeout=20,
        env=env,
    )


def one_line(ran: subprocess.CompletedProcess[str], code: int) -> None:
    """Check that a process ended in an error of one line and a hint."""
    assert ran.returncode == code, ran
    lines = ran.stderr.splitlines()
    assert lines[0].startswith("error: "), ran.stderr
    assert len(lines) <= 2
    assert "Traceback" not in ran.stderr


def test_an_empty_environment_will_do(tmp_path: Path) -> None:
    """With HOME alone, as env -i gives it, everything works, in the folders of the home."""
    env = {"HOME": str(tmp_path), "PATH": os.defpath}
    first = program(tmp_path, "start", "x", env=env)
    assert first.returncode == 0, first
    assert program(tmp_path, "running", "--template", "{description}", env=env).stdout == "x\n"
    kept = [each.relative_to(tmp_path) for each in tmp_path.rglob("local.sqlite3")]
    workspace = min(kept, key=lambda each: len(each.parts))
    assert set(kept) == {workspace, workspace.parent / "journal" / "local.sqlite3"}


def test_an_encoding_of_ascii_will_do(tmp_path: Path) -> None:
    """In the C locale symbols have stand-ins, and text that it lacks causes no error."""
    env = {
        "CLOCKTOOL_DATA": str(tmp_path),
        "CLOCKTOOL_CONFIG": str(tmp_path / "c"),
        "PYTHONIOENCODING": "ascii",
        "CLOCKTOOL_PROFILE": "local",
    }
    ran = program(tmp_path, "start", "漢", env=env)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert ran.stdout.startswith("* Started ")
    assert ran.stdout.isascii()


def test_a_full_disk_behind_the_output_is_an_error(tmp_path: Path) -> None:
    """Writing to /dev/full ends in a line and a hint, not in silence."""
    program(tmp_path, "start", "x")
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        ran = program(tmp_path, "list", stdout=full)
    assert ran.returncode != 0
    error, hint = ran.stderr.splitlines()
    assert error.startswith("error: ")
    assert hint.startswith("hint: ")


def test_a_reader_that_leaves_is_no_error(tmp_path: Path) -> None:
    """``list | head -1`` says nothing on standard error."""
    for number in range(3):
        program(tmp_path, "add", f"{number} " + "x" * 2900, "--for", "1m")
    read, write = os.pipe()
    os.close(read)
    with os.fdopen(write, "w") as pipe:
        ran = program(tmp_path, "list", stdout=pipe)
    assert ran.stderr == ""
    assert ran.returncode == 0


def test_interrupted_is_130(tmp_path: Path) -> None:
    """Ctrl-C at a question ends in exit code 130 without a traceback."""
    env = {
        "CLOCKTOOL_DATA": str(tmp_path),
        "CLOCKTOOL_CONFIG": str(tmp_path / "c"),
        "CLOCKTOOL_PROFILE": "local",
    }
    with subprocess.Popen(
        [sys.executable, "-m", "clocktool", "config", "set", "api_key", "-v"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=env | {"CLOCKTOOL_PROFILE": ""},
    ) as process:
        _wait_until_it_reads(process.pid)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=20)
    assert process.returncode == 130
    assert "Traceback" not in err
    assert err in ("", "error: interrupted\n")


def _wait_until_it_reads(pid: int) -> None:
    """Return when a process waits for its standard input."""
    for _ in range(200_000):
        with contextlib.suppress(OSError):
            words = Path(f"/proc/{pid}/syscall").read_text("utf-8").split()
            if words[:2] == ["0", "0x0"] or words[:2] == ["63", "0x0"]:  # read(0, …)
                return
    pytest.fail("it does not read its standard input")


@pytest.fixture
def gone(tmp_path: Path) -> Iterator[Path]:
    """A folder that is deleted when the program is in it."""
    folder = tmp_path / "gone"
    folder.mkdir()
    yield folder
    assert not folder.exists()


def test_a_deleted_folder_will_do(tmp_path: Path, gone: Path) -> None:
    """The current folder was deleted: then no folder's defaults apply."""
    ran = subprocess.run(
        ["/bin/sh", "-c", f'rmdir "{gone}" && exec "{sys.executable}" -P -m clocktool start x'],
        capture_output=True,
        text=True,
        check=False,
        timeout=20,
        cwd=gone,
        env={"CLOCKTOOL_DATA": str(tmp_path), "CLOCKTOOL_CONFIG": str(tmp_path / "c")},
    )
    assert ran.returncode == 0, ran
    assert "Started" in ran.stdout


@pytest.mark.parametrize("stream", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
def test_closed_streams_are_no_traceback(tmp_path: Path, stream: str) -> None:
    """Standard input, output or error may be closed, as some daemons do."""
    ran = subprocess.run(
        ["/bin/sh", "-c", f'exec "{sys.executable}" -m clocktool start x {stream}'],
        capture_output=True,
        text=True,
        check=False,
        timeout=20,
        env={
            "CLOCKTOOL_DATA": str(tmp_path),
            "CLOCKTOOL_CONFIG": str(tmp_path / "c"),
            "CLOCKTOOL_PROFILE": "local",
        },
    )
    assert "Traceback" not in ran.stderr
    assert ran.returncode == 0, ran
    if stream == "<&-":
        assert ran.returncode == 0
        assert "Started" in ran.stdout


def test_an_unknown_machine_zone_is_named(tmp_path: Path) -> None:
    """A TZ that no zone has is exit code 3: hours in the wrong zone are worse than none."""
    env = {"CLOCKTOOL_DATA": str(tmp_path), "CLOCKTOOL_CONFIG": str(tmp_path / "c")}
    one_line(program(tmp_path, "start", "x", env=env | {"TZ": "Mars/Base"}), 3)


def test_no_home_will_do(tmp_path: Path) -> None:
    """Without HOME the user's entry in the password file counts; paths that are named need none."""
    ran = program(tmp_path, "start", "x")
    assert ran.returncode == 0, ran


def test_a_home_that_cannot_be_is_named() -> None:
    """A HOME that is not a folder ends in one line."""
    env = {"HOME": "/dev/null/x"}
    one_line(program(Path("/"), "start", "x", env=env), 3)


@pytest.mark.parametrize(
    "line",
    [
        ["add", "o", "--from", "9999-12-31T23:00Z", "--for", "1h", "--future"],
        ["add", "o", "--to", "0001-01-01T00:10Z", "--for", "1h"],
        ["dup", "last", "--on", "9999-12-31", "--at", "23:30", "--for", "2h"],
        ["dup", "last", "--on", "9999-12-31"],
        ["dup", "last", "--on", "0001-01-01", "--at", "0:00"],
        ["edit", "last", "--to", "0001-01-01T00:10Z", "--for", "1h"],
        ["edit", "last", "--from", "9999-12-31T23:00Z", "--for", "1h", "--future"],
    ],
)
def test_times_that_no_calendar_has_are_refused_before_anything_is_kept(
    run: Console, line: list[str]
) -> None:
    """What ends before the year 1 or after 9999 is a usage error, and all goes on as before."""
    run.ok("add", "night", "--from", "yesterday 23:00", "--to", "2026-11-24 00:30")
    result = run(*line)
    assert result.code == 2
    assert result.err.startswith("error: ")
    assert "9999" in result.err
    assert run.ok("pending").err == "No pending changes.\n"
    assert run.ok("list", "yesterday", "--total").out == "1:00:00\n"


def test_the_name_of_a_file_may_hold_any_bytes(run: Console) -> None:
    """What the system allows is for import and report --save: only what is tracked is UTF-8."""
    path = run.home / f"time{LONE}.jsonl"
    path.write_text("", encoding="utf-8")
    assert run("import", str(path), "--from", "jsonl").code == 0
    picture = run.home / f"time{LONE}.svg"
    run.ok("add", "x", "--for", "1h")
    run.ok("report", "--save", str(picture))
    run.ok("report", f"--save={picture}")
    assert picture.exists()


def test_the_currency_of_others_is_no_terminal_code(run: Console) -> None:
    """Neither the totals of an invoice nor the rules of a workspace let one through."""
    run.ok("projects", "add", "Site", "--billable", "--rate", "10")
    run.ok("add", "x", "--for", "1h", "-p", "Site")
    path = Path(run.env["CLOCKTOOL_DATA"]) / "local.sqlite3"
    with contextlib.closing(sqlite3.connect(path)) as file, file:
        file.execute("UPDATE workspaces SET currency = ?", ("\x1b[2JX",))
    invoice = run.ok("invoice", "--dry-run")
    rules = run.ok("workspaces", "set", "hourly-rate", "80")
    assert "10.00  �[2JX" in invoice.out.splitlines()[-1]
    assert "hourly-rate = 80.00 �[2JX" in rules.out
    assert "\x1b" not in invoice.out + rules.out
