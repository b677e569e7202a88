"""``resume`` at the front door."""

import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from clocktool.domain.time.instant import Instant
from tests.conftest import Console
from tests.terminal import Terminal, shell_env


def test_the_last_entry_starts_again(day: Console) -> None:
    """A copy of the newest finished entry starts now; the running one ends there."""
    assert day("resume") == (
        0,
        (
            "■ Stopped 12:30–13:30  1h 00m  Deploy  Ops  000b\n"
            "● Started 13:30  Review  Site · ACME  $  000c\n"
        ),
        "",
    )


def test_everything_but_the_times_is_copied(day: Console) -> None:
    """Description, project, task, tags, billable and fields are the same."""
    day.ok("fields", "add", "Ticket")
    day.ok("edit", "9", "-t", "Login", "--no-billable", "--field", "Ticket=7")
    day.ok("resume", "9", "-q")
    before = day.ok("show", "9", "-o", "json").json
    after = day.ok("show", "current", "-o", "json").json
    same = ("description", "project", "task", "tags", "billable", "type")
    assert {name: before[name] for name in same} == {name: after[name] for name in same}
    assert [each["value"] for each in after["customFieldValues"]] == ["7"]
    assert after["timeInterval"] == {"start": "2026-11-24T12:30:00Z", "end": None, "duration": None}


def test_refs_and_at(day: Console) -> None:
    """Any REF will do, and --at says since when."""
    assert day("resume", "last~1", "--at", "-10m", "-o", "id").out == f"{12:024x}\n"
    assert day("running", "--template", "{start} {description}").out == "13:20 Fix login page\n"
    assert day("resume", "current").out.splitlines()[1].startswith("● Started 13:30  Fix login")


def test_nothing_to_resume(run: Console) -> None:
    """Without an entry it is not found, neither by REF nor by words."""
    assert run("resume").code == 4
    assert run("resume", "yesterday").code == 4
    assert run("resume", "current").code == 1


def test_the_future_is_refused(day: Console) -> None:
    """A timer does not start in the future."""
    assert day("resume", "--at", "23:50").err == (
        "error: 23:50 is in the future\nhint: write 'yesterday 23:50'\n"
    )
    assert day("running", "--template", "{description}").out == "Deploy\n"


def test_words_find_the_newest_entry_that_has_all_of_them(day: Console) -> None:
    """In any case, each in its description, project, client, task or tags."""
    assert "Review" in day.ok("resume", "review").out.splitlines()[-1]
    day.later(60)
    day.ok("resume", "fix", "site")
    assert day.ok("running", "--template", "{description}").out == "Fix login page\n"


def test_entries_that_are_alike_count_as_one(day: Console) -> None:
    """The newest of them is started again; different ones are listed, exit 4."""
    day.ok("add", "Review", "-p", "Site", "--from", "8", "--to", "8:30", "-q")
    assert day("resume", "review").code == 0
    result = day("resume", "e")
    assert (result.code, "matches" in result.err) == (4, True)
    day.ok("add", "Deploy", "-p", "Site", "--from", "7", "--to", "7:30", "-q")
    assert day("resume", "deploy") == (
        4,
        "",
        (
            "error: 'deploy' matches 2 kinds of work: 'Deploy', Ops (000b), 'Deploy', Site · ACME"
            " (000e)\n"
            "hint: add a word, or take one by its id: clocktool resume 000b\n"
        ),
    )
    assert day("resume", "reviw").err.endswith("hint: did you mean review?\n")


def test_what_is_typed_beside_it_replaces_what_was(day: Console) -> None:
    """-d, -p, -t and -T."""
    day.ok("tags", "add", "late", "-q")
    day.ok("resume", "review", "-d", "Review again", "-p", "Ops", "-T", "late")
    entry = day.ok("running", "-o", "json").json
    assert (entry["description"], entry["project"]["name"]) == ("Review again", "Ops")
    assert [tag["name"] for tag in entry["tags"]] == ["late"]


def test_one_kind_of_work_is_picked_by_its_number(day: Console) -> None:
    """The newest first; each kind once, however often it was done."""
    day.ok("add", "Review", "-p", "Site", "--from", "8", "--to", "8:30", "-q")
    result = day("resume", "-i", stdin="2\n", asks=True)
    assert result.code == 0
    *lines, question = result.err.splitlines()[:4]
    assert [line[:3] for line in lines] == ["1  ", "2  ", "3  "]
    assert question.startswith("Which one? [1-3] ")
    shown = day.ok("running", "--template", "{description}").out.strip()
    assert lines[1].startswith(f"2  {shown}  ")


def test_a_line_of_the_list_is_cut_where_the_terminal_ends(day: Console) -> None:
    """One line for each, however long a description is."""
    day.ok("add", "long " * 30, "--for", "1m", "-q")
    lines = day("resume", "-i", stdin="", asks=True, columns=40).err.splitlines()
    assert lines[0] == "1  long long long long long long long l…"
    assert lines[1] == lines[1].rstrip()


@pytest.mark.parametrize(
    ("answer", "code", "said"),
    [
        ("", 1, "No entry was picked\n"),
        ("9\n", 2, "error: invalid number `9`\nhint: use 1 to 3\n"),
        ("x\n", 2, "error: invalid number `x`\nhint: use 1 to 3\n"),
    ],
)
def test_another_answer_changes_nothing(day: Console, answer: str, code: int, said: str) -> None:
    """The timer runs on."""
    before = day("running", "-o", "id")
    result = day("resume", "-i", stdin=answer, asks=True)
    assert (result.code, result.err.endswith(said)) == (code, True), result
    assert day("running", "-o", "id") == before


def test_picking_needs_a_terminal_and_no_words(day: Console) -> None:
    """Without one, words are what can be used."""
    assert day("resume", "-i") == (2, "", "error: -i needs a terminal\nhint: name the entry\n")
    assert day("resume", "-i", "review", asks=True).code == 2


def fake_fzf(console: Console, script: str) -> Path:
    """Put a program called fzf on the path of a terminal that it can draw on."""
    programs = console.home / "programs"
    programs.mkdir(exist_ok=True)
    program = programs / "fzf"
    program.write_text(f"#!/bin/sh\n{script}\n", "utf-8")
    program.chmod(0o755)
    console.env |= {"PATH": str(programs), "TERM": "xterm"}
    return program


def test_fzf_picks_if_it_is_there(day: Console) -> None:
    """It gets a line for each kind, with its number; Ctrl-C leaves everything as it was."""
    fake_fzf(day, f"/bin/cat >'{day.home}/lines'; exit 130")
    before = day("running", "-o", "id")
    assert day("resume", "-i", asks=True).code == 130
    assert day("running", "-o", "id") == before
    lines = (day.home / "lines").read_text("utf-8").splitlines(keepends=True)
    assert [line.partition("\t")[0] for line in lines] == ["1", "2", "3"]
    # Options of a person may print what was typed and which key ended it, and end with NUL.
    fake_fzf(day, f"/bin/cat >/dev/null; printf 'typed\\0ctrl-v\\0%s\\0' '{lines[2].strip()}'")
    day.ok("resume", "-i", asks=True)
    shown = day.ok("running", "--template", "{description}").out.strip()
    assert lines[2].startswith(f"3\t{shown}  ")


def test_fzf_is_given_texts_that_are_only_shown(day: Console) -> None:
    """One line each, whatever is in a description; none is an option or a number."""
    for text in ("two\nlines\t9\tx", "esc \x1b[31m $(touch ran) `touch ran`", "--preview {}", "2"):
        day.ok("add", "--for", "1m", "-q", "--", text)
        day.later(60)
    fake_fzf(day, f"/bin/cat >'{day.home}/lines'; exit 1")
    assert day("resume", "-i", asks=True) == (1, "", "No entry was picked\n")
    lines = (day.home / "lines").read_text("utf-8").splitlines()
    assert lines[:4] == [
        "1\t2",
        "2\t--preview {}",
        "3\tesc \ufffd[31m $(touch ran) `touch ran`",
        "4\ttwo lines 9 x",
    ]
    assert list(day.folder.iterdir()) == []


@pytest.mark.parametrize("term", ["", "dumb"])
def test_a_list_is_shown_where_fzf_can_not_draw(day: Console, term: str) -> None:
    """On such a terminal fzf is not started; where it fails, the list comes after its message."""
    fake_fzf(day, f"touch '{day.home}/ran'; exit 2")
    result = day("resume", "-i", stdin="3\n", asks=True, env={"TERM": term})
    assert (result.code, "Which one? [1-3]" in result.err) == (0, True)
    assert not (day.home / "ran").exists()
    result = day("resume", "-i", stdin="1\n", asks=True)
    assert (result.code, "Which one? [1-3]" in result.err) == (0, True)


@pytest.mark.slow
@pytest.mark.parametrize(("end", "code", "shown"), [("\r", 0, "Review"), ("\x03", 130, "x")])
def test_the_fzf_of_the_extra_picks_in_a_terminal(
    run: Console, end: str, code: int, shown: str
) -> None:
    """Where the machine has none: what is typed finds a line; Ctrl-C leaves the timer."""
    pytest.importorskip("iterfzf")
    run.now = Instant(int(time.time()) - 7200)
    for text in ("Review", "Fix login", "x"):
        run.ok("start", text)
        run.later(60)
    env = {**shell_env(run), "PATH": str(run.home / "bin"), "TERM": "xterm"}
    argv = [sys.executable, "-m", "clocktool", "resume", "-i"]
    with closing(Terminal(argv, env, run.folder)) as terminal:
        terminal.wait_for("3/3")
        terminal.type("review")
        terminal.wait_for("1/3")
        terminal.type(end)
        assert terminal.wait_for_end() == code
    run.now = Instant(int(time.time()) + 1)
    assert run.ok("running", "--template", "{description}").out == f"{shown}\n"


def test_nothing_of_a_picker_is_loaded_without_it(day: Console) -> None:
    """The package is large; resume is typed often."""
    program = (
        "import atexit, sys; from clocktool.__main__ import main\n"
        "atexit.register(lambda: print(*sys.modules, file=sys.stderr)); main()"
    )
    argv = [sys.executable, "-c", program, "resume", "--at", "-1m"]
    done = subprocess.run(
        argv, env=shell_env(day), capture_output=True, text=True, check=False, cwd=day.folder
    )
    assert not {"iterfzf", "clocktool.cli.picker"} & set(done.stderr.split())


def test_a_word_may_look_like_the_end_of_an_id(day: Console) -> None:
    """An id goes first; where none ends so, it is a word."""
    day.ok("add", "ticket 4711", "--for", "5m", "-q")
    day.ok("add", "dad", "--for", "5m", "-q")
    for word, text in (("4711", "ticket 4711"), ("dad", "dad"), ("9", "Fix login page")):
        assert day.ok("resume", word, "--template", "{description}").out == f"{text}\n"
    assert day("resume", "4712").err.startswith("error: no id of your newest 1000 entries ends")


def test_no_words_are_none_of_an_entry(day: Console) -> None:
    """Neither an empty word nor what nothing stands for picks one."""
    assert day("resume", " ") == (
        *(2, ""),
        "error: no word is given\nhint: leave it out to resume the last entry\n",
    )
    day.ok("delete", "current", "-y", "-q")
    assert day("resume", "that").err.startswith("error: no entry that the last command here")


def test_nothing_was_tracked_yet(run: Console) -> None:
    """The reason is that of the REF."""
    assert run("resume").err.startswith("error: no finished entry yet\n")
