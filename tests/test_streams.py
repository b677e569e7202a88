"""Closed, full and non-Unicode streams: the command does its work anyway."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec
import pytest

from clocktool.backends.base import Backend, Reply, Request
from clocktool.backends.local.workspace import LocalWorkspace
from clocktool.render.json import dump, dump_line
from clocktool.render.text import ascii_json, visible
from tests.conftest import Console
from tests.contract.worlds import connect, fill, workspace_of
from tests.guide_server import Answer, GuideServer

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(os.name != "posix", reason="streams of POSIX"),
]

GONE, FULL, READ = "gone", "full", "read"
DONE = (
    "error: done, but the result could not be written: No space left on device\n"
    "hint: free some space, or write to another file; all changes are saved\n"
)
DONE_IN_JSON = (
    '{"error":{"code":8,'
    '"message":"done, but the result could not be written: No space left on device",'
    '"hint":"free some space, or write to another file; all changes are saved"}}\n'
)
EVER = "2024-01-01..2099-12-31"
MINUTE = ("--from", "2024-01-01 09:00", "--for", "1m")
WORDS = "ünïcode 漢 🎉 – “quoted” €"


class Ran(subprocess.CompletedProcess[str]):
    """A process that has ended."""

    @property
    def said(self) -> tuple[int, str]:
        """Exit code and standard error."""
        return self.returncode, self.stderr or ""


class Program:
    """The real program, on a local workspace in a home of its own."""

    def __init__(self, home: Path, env: Mapping[str, str] | None = None) -> None:
        self.env = {
            "CLOCKTOOL_DATA": str(home / "data"),
            "CLOCKTOOL_CONFIG": str(home / "config.toml"),
            "CLOCKTOOL_PROFILE": "local",
            "TZ": "Europe/Berlin",
            "PYTHONIOENCODING": "utf-8",
            **(env or {}),
        }

    def __call__(
        self,
        *argv: str,
        out: str = READ,
        err: str = READ,
        stdin: str = "",
        env: Mapping[str, str] | None = None,
    ) -> Ran:
        """Run a command whose streams are read, without a reader, or a full device."""
        streams = [_stream(out), _stream(err)]
        try:
            ran = subprocess.run(
                [sys.executable, "-m", "clocktool", *argv],
                input=stdin,
                stdout=streams[0],
                stderr=streams[1],
                encoding="utf-8",
                errors="surrogateescape",
                check=False,
                timeout=20,
                env={**self.env, **(env or {})},
            )
        finally:
            for each in streams:
                if each >= 0:
                    os.close(each)
        return Ran(ran.args, ran.returncode, ran.stdout, ran.stderr)

    def ids(self) -> list[str]:
        """Return the ids of all entries."""
        ran = self("list", EVER, "-o", "id")
        assert ran.said == (0, "")
        return ran.stdout.split()

    def descriptions(self) -> list[str]:
        """Return the descriptions of all entries."""
        return self("list", EVER, "--template", "{description}").stdout.split()


def _stream(kind: str) -> int:
    if kind == READ:
        return subprocess.PIPE
    if kind == FULL:
        return os.open("/dev/full", os.O_WRONLY)
    read, write = os.pipe()
    os.close(read)
    return write


@pytest.fixture(params=[{}, {"PYTHONUNBUFFERED": "1"}], ids=["buffered", "unbuffered"])
def program(tmp_path: Path, request: pytest.FixtureRequest) -> Program:
    """The real program, with Python's own buffer and without."""
    return Program(tmp_path, request.param)


@pytest.fixture
def plain(tmp_path: Path) -> Program:
    """The real program."""
    return Program(tmp_path)


# A reader that has gone.


def test_delete_deletes_all_when_nobody_reads_what_it_says(program: Program) -> None:
    """``delete - -y | true``: the first line that cannot be written ends nothing."""
    program("add", "x", *MINUTE)
    ids = program("dup", "last", "--on", "2024-02-01..2024-02-03", "-o", "id").stdout.split()
    assert len(ids) == 3
    assert program("delete", "-", "-y", out=GONE, stdin="\n".join(ids)).said == (0, "")
    assert len(program.ids()) == 1


@pytest.mark.parametrize(("out", "err"), [(GONE, READ), (READ, GONE)])
def test_a_verbose_start_starts_when_nobody_reads(program: Program, out: str, err: str) -> None:
    """-v says each request; where nobody reads it the timer starts and the code is 0."""
    ran = program("-v", "start", "one", out=out, err=err)
    assert ran.returncode == 0
    assert program("running", "--template", "{description}").stdout == "one\n"


CODES = [
    (0, ("list", "-o", "json")),
    (1, ("stop",)),
    (2, ("nothing",)),
    (4, ("list", "-p", "nope", "-o", "json")),
    (5, ("add", "x", "--from", "2024-01-01 10:00", "--to", "2024-01-01 09:00")),
]


@pytest.mark.parametrize(("code", "argv"), CODES)
def test_no_reader_changes_an_exit_code(plain: Program, code: int, argv: Sequence[str]) -> None:
    """Whichever stream it was, or both: the code is what the command has, never 120."""
    assert plain(*argv, out=GONE, err=GONE).returncode == code
    assert plain(*argv, err=GONE, env={"PYTHONUNBUFFERED": "1"}).returncode == code
    ran = plain(*argv, out=GONE)
    assert (ran.returncode, bool(ran.stderr)) == (code, code != 0)


@pytest.mark.parametrize(
    ("code", "argv"), [(0, ("--help",)), (0, ("start", "-h")), (0, ("--version",)), (0, ())]
)
def test_no_reader_of_the_help_is_no_error(plain: Program, code: int, argv: Sequence[str]) -> None:
    """``clocktool --help | head -1`` ends as if all had been read."""
    assert plain(*argv, out=GONE).said == (code, "")


# A full device.


@pytest.mark.parametrize(
    ("argv", "said"), [(("start", "x"), DONE), (("add", "x", *MINUTE, "-o", "json"), DONE_IN_JSON)]
)
def test_a_full_device_is_told_and_the_write_was_done(
    program: Program, argv: Sequence[str], said: str
) -> None:
    """Exit code 8 says that it is done: who reads that does not do it again."""
    assert program(*argv, out=FULL).said == (8, said)
    assert program.descriptions() == ["x"]


def test_a_full_device_is_told_of_many_lines(plain: Program) -> None:
    """More than a buffer holds: the first failure is kept, and said once."""
    plain("add", "x" * 2900, *MINUTE)
    copies = plain("dup", "last", "--on", "2024-02-01..2024-02-10", out=FULL)
    assert copies.said == (8, DONE)
    assert len(plain.ids()) == 11


@pytest.mark.parametrize(("code", "argv"), CODES)
def test_a_full_device_for_errors_keeps_the_exit_code(
    plain: Program, code: int, argv: Sequence[str]
) -> None:
    """What cannot be said is not said; the code is what the command has."""
    ran = plain(*argv, err=FULL)
    assert (ran.returncode, ran.stdout) == (code, "[]\n" if code == 0 else "")


def test_a_full_device_does_not_hide_a_refusal(plain: Program) -> None:
    """A command that failed says why it failed, not that its result could not be written."""
    ran = plain("list", "-p", "nope", out=FULL)
    assert ran.returncode == 4
    assert ran.stderr.startswith("error: no project 'nope'")
    assert plain("list", "-p", "nope", out=FULL, err=FULL).returncode == 4
    assert plain("start", "x", out=FULL, err=FULL).returncode == 8
    assert plain.descriptions() == ["x"]


# A stream without Unicode.


ENCODINGS = ["ascii", "cp1252"]


@pytest.fixture
def named(plain: Program) -> Program:
    """A program with an entry and a project; most encodings lack characters of their names."""
    assert plain("projects", "add", WORDS).said == (0, "")
    assert plain("add", WORDS, *MINUTE, "-p", WORDS).said == (0, "")
    return plain


def test_json_loses_nothing_whatever_the_encoding(named: Program) -> None:
    """What a stream has no letter for is escaped, so that json.loads gives it back."""
    for encoding in ENCODINGS:
        env = {"PYTHONIOENCODING": encoding}
        ran = named("list", EVER, "-o", "json", env=env)
        assert ran.said == (0, "")
        assert ran.stdout.isascii()
        (entry,) = json.loads(ran.stdout)
        assert (entry["description"], entry["project"]["name"]) == (WORDS, WORDS)
        (line,) = named("list", EVER, "-o", "jsonl", env=env).stdout.splitlines()
        assert json.loads(line) == entry


@pytest.mark.parametrize("output", ["json", "jsonl"])
def test_json_of_names_loses_nothing_whatever_the_encoding(named: Program, output: str) -> None:
    """Projects, tags and all other lists as well."""
    ran = named("projects", "-o", output, env={"PYTHONIOENCODING": "cp1252"})
    found = json.loads(ran.stdout)
    assert (found[0] if output == "json" else found)["name"] == WORDS


def test_a_json_error_loses_nothing_whatever_the_encoding(plain: Program) -> None:
    """The message names what was typed."""
    ran = plain("list", "-p", "漢字", "-o", "json", env={"PYTHONIOENCODING": "ascii"})
    assert ran.returncode == 4
    assert "漢字" in json.loads(ran.stderr)["error"]["message"]


def test_tables_fall_back_to_what_the_encoding_has(named: Program) -> None:
    """Signs have stand-ins, letters that are not there are ?, nothing fails."""
    for encoding in ENCODINGS:
        env = {"PYTHONIOENCODING": encoding}
        for argv in (("projects",), ("start", "漢")):
            ran = named(*argv, env=env)
            assert ran.said == (0, "")
            assert "●" not in ran.stdout
            assert "🎉" not in ran.stdout
        assert named("list", "-p", "漢字", env=env).stderr.startswith("error: no project '??'")


@pytest.mark.parametrize("text", [WORDS, "\x7f\x9b\u2028", "a\U0010ffffb", '"\\'])
def test_escaped_json_is_the_same_value(text: str) -> None:
    """Also pairs of surrogates and characters that JSON need not escape."""
    for written in (dump({"a": text}), dump_line([text])):
        assert json.loads(ascii_json(written)) == json.loads(written)
    assert ascii_json(f'"{text}"').isascii()


# Escape codes.

EVIL = "a\x1b[31mb\x9b1mc\rd\u202ee\x07"
"""What would paint, ring, go back or turn around, if it reached a terminal."""


def harmless(text: str) -> bool:
    """Whether a text is lines that a terminal shows as they are."""
    return all(visible(line) == line for line in text.split("\n"))


class Evil(Backend):
    """A backend that puts escape codes in the place of what a reply says."""

    def __init__(self, inner: LocalWorkspace, change: Callable[[Request, Any], Any]) -> None:
        self._inner = inner
        self._change = change

    def send(self, request: Request) -> Reply:
        """Answer from the workspace, changed."""
        reply = self._inner.send(msgspec.structs.replace(request, as_value=False))
        if not reply.body:
            return reply
        changed = self._change(request, json.loads(reply.body))
        return Reply(reply.status, reply.headers, json.dumps(changed).encode())


@pytest.fixture
def behind(run: Console) -> Iterator[LocalWorkspace]:
    """A shop behind the console, with a running timer on its only task."""
    workspace = workspace_of(run, run.home / "behind.sqlite3")
    fill(workspace)
    run.backend = workspace
    yield workspace
    workspace.close()


def test_a_tasks_name_in_the_note_of_edit_is_text(run: Console, behind: LocalWorkspace) -> None:
    """The note that a task was taken off names it, without its escape codes."""
    run.ok("start", "x", "-p", "Site", "-t", "Login")

    def change(_: Request, found: Any) -> Any:
        if isinstance(found, dict) and found.get("task"):
            found["task"]["name"] = EVIL
        if isinstance(found, list):
            return [change(_, each) for each in found]
        return found

    run.backend = Evil(behind, change)
    result = run("edit", "current", "-p", "Ops")
    assert result.code == 0, result
    assert "it belongs to the old project." in result.err
    assert visible(EVIL) in result.err
    assert harmless(result.out)
    assert harmless(result.err)


def test_ids_with_control_characters_are_text(run: Console, behind: LocalWorkspace) -> None:
    """Whatever a server calls an entry: a list and -o id show it harmless."""
    run.ok("add", "x", "--for", "5m", "-p", "Site")

    def change(_: Request, found: Any) -> Any:
        for each in found if isinstance(found, list) else [found]:
            if "timeInterval" in each:
                each["id"] = EVIL
        return found

    run.backend = Evil(behind, change)
    for argv in (
        ("list",),
        ("list", "-o", "id"),
        ("list", "-o", "md"),
        ("list", "-o", "csv"),
        ("list", "-o", "json"),
        ("list", "-o", "jsonl"),
        ("list", "--template", "{id}"),
        ("show", "last"),
        ("add", "y", "--for", "1m"),
        ("add", "z", "--for", "1m", "-o", "id"),
        ("list", "--total"),
    ):
        result = run(*argv, columns=None if "-o" in argv else 100, env={"NO_COLOR": "1"})
        assert result.code == 0, result
        assert harmless(result.out), result
        assert harmless(result.err), result


def test_names_with_control_characters_are_text(run: Console, behind: LocalWorkspace) -> None:
    """Ids of projects, too, in the lists of names."""

    def change(_: Request, found: Any) -> Any:
        for each in found if isinstance(found, list) else [found]:
            if "color" in each:
                each["id"] = each["name"] = each["color"] = EVIL
        return found

    run.backend = Evil(behind, change)
    for output in ("table", "id", "json", "jsonl", "csv", "md"):
        result = run.ok("projects", "-o", output, columns=80, env={"NO_COLOR": "1"})
        assert harmless(result.out), result


class EvilServer(GuideServer):
    """Refuses every write, in words with escape codes."""

    def shaped(self, request: Request) -> Answer:
        """Refuse what is no GET."""
        if request.method == "GET":
            return super().shaped(request)
        return 400, {}, {"code": 501, "message": f"no {EVIL} no"}


@pytest.mark.parametrize("flags", [(), ("-v",), ("-o", "json"), ("-v", "-o", "json")])
def test_what_a_server_says_is_text(run: Console, flags: Sequence[str]) -> None:
    """In errors, with -v and as JSON."""
    workspace = workspace_of(run, run.home / "behind.sqlite3")
    fill(workspace)
    with EvilServer(workspace).serving() as server:
        connect(run, server.url)
        result = run("add", "x", "--for", "1m", *flags)
    workspace.close()
    assert result.code == 5, result
    last = result.err.splitlines()[-1]
    said = json.loads(last)["error"]["message"] if "json" in flags else result.err
    assert visible(EVIL) in said
    assert harmless(result.err), result
    assert result.out == ""


def test_what_is_typed_is_text_with_v(run: Console) -> None:
    """-v shows the request's query, in which names are quoted."""
    result = run("-v", "list", "-p", EVIL)
    assert result.code in (2, 4)
    assert harmless(result.err), result
