"""``running --prompt`` and ``--watch``: the timer at a glance, never a request for a prompt."""

import errno
import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.conftest import BERLIN, Console
from tests.test_requests import Place, a_place


@pytest.fixture(params=["guide", "service"])
def place(request: pytest.FixtureRequest, new_console: Callable[[str], Console]) -> Iterator[Place]:
    """A server of each kind, and a console at it."""
    with a_place(new_console("home"), str(request.param)) as found:
        yield found


def test_a_prompt_makes_no_request_and_shows_the_time_so_far(place: Place) -> None:
    """The last start is shown with the time since then."""
    place.console.ok("start", "fix login", "-p", "Site")
    place.console.later(90 * 60)
    assert place.asked("running", "--prompt") == []
    assert place.console("running", "--prompt") == (0, "● 1h 30m fix login · Site\n", "")


@pytest.mark.parametrize("end", [["stop"], ["delete", "current", "-y"]])
def test_a_prompt_is_empty_when_no_timer_is_running(place: Place, end: list[str]) -> None:
    """After a stop or a delete nothing is printed, and the exit code is 0."""
    place.console.ok("start", "x")
    place.console.later(60).ok(*end)
    assert place.console("running", "--prompt") == (0, "", "")


def test_the_file_for_shells_says_when_the_timer_was_read(place: Place) -> None:
    """Start, time of the last reply, description and project; each profile has its own."""
    file = place.console.home / "data" / "known" / "prompt"
    place.console.ok("start", "fix\tlogin", "-p", "Site")
    start = int(place.console.now)
    assert file.read_text("utf-8") == f"{start}\n{start}\nfix login\nSite\n"
    place.console.later(60).ok("running")
    assert file.read_text("utf-8") == f"{start}\n{start + 60}\nfix login\nSite\n"
    place.console.ok("--profile", "local", "start", "x")
    assert file.with_name("prompt@local").read_text("utf-8") == f"{start + 60}\n\nx\n\n"
    place.console.ok("--offline", "stop")
    assert file.read_text("utf-8") == ""


def test_before_the_first_command_a_prompt_is_empty(place: Place) -> None:
    """No file is created."""
    assert place.console("running", "--prompt") == (0, "", "")
    assert not (place.console.home / "data").exists()


def test_a_timer_that_was_read_long_ago_is_marked(place: Place) -> None:
    """After eight hours the dot becomes a tilde, until the timer is read again."""
    place.console.ok("start", "x")
    place.console.later(8 * 3600)
    assert place.console("running", "--prompt").out == "● 8h 00m x\n"
    place.console.later(1)
    assert place.console("running", "--prompt").out == "~ 8h 00m x\n"
    place.console.ok("running")
    assert place.console("running", "--prompt").out == "● 8h 00m x\n"


def test_a_timer_stopped_elsewhere_disappears_from_the_prompt(place: Place) -> None:
    """``running`` reads that none is running, and updates the prompt."""
    started = place.console.ok("start", "x", "-o", "json").json
    place.console.later(60)
    other = Console(place.console.home / "other")
    data = other.env["CLOCKTOOL_DATA"]
    other.env |= {**place.console.env, "CLOCKTOOL_DATA": data}
    other.now = place.console.now
    other.ok("stop")
    assert place.console("running", "--prompt").out == "● 1m x\n"
    assert place.console("running").code == 1
    assert place.console("running", "--prompt").out == ""
    assert started["description"] == "x"


def test_a_prompt_does_not_run_the_key_command(place: Place) -> None:
    """A command that prints the key may wait for a person."""
    touched = place.console.home / "asked"
    key = place.console.env.pop("CLOCKIFY_API_KEY")
    url = place.console.env.pop("CLOCKTOOL_BASE_URL")
    path = Path(place.console.env["CLOCKTOOL_CONFIG"])
    before = path.read_text("utf-8") if path.exists() else ""
    asks = f"api_key_command = \"sh -c 'touch {touched}; echo {key}'\"\n"
    path.write_text(f'{before}base_url = "{url}"\n{asks}', "utf-8")
    place.console.ok("start", "x")
    assert touched.exists()
    touched.unlink()
    assert place.console("running", "--prompt").out == "● 0m x\n"
    assert not touched.exists()


def test_json_for_a_status_bar(run: Console) -> None:
    """Text, class and the entry; idle has a class, too."""
    assert run("running", "--prompt", "-o", "json").json == {
        "text": "",
        "class": "idle",
        "entry": None,
    }
    run.ok("start", "x")
    run.later(61)
    shown = run("running", "--prompt", "-o", "json").json
    assert (shown["text"], shown["class"]) == ("● 1m x", "running")
    assert shown["entry"]["durationSeconds"] == 61


def test_a_prompt_can_have_a_template(run: Console) -> None:
    """Any field of an entry, in the zone of the entries."""
    run.ok("start", "x")
    run.later(120)
    assert run("running", "--prompt", "--template", "{start} {duration}").out == "12:30 2m\n"


def test_hostile_and_long_words_stay_short_and_harmless(run: Console) -> None:
    """No escape code gets into a prompt, and no line break."""
    run.ok("start", "\x1b[31mred\nline " + "long " * 20)
    shown = run("running", "--prompt").out
    assert shown == "● 0m \ufffd[31mred line long long long …\n"


def test_the_local_workspace_is_not_opened_unless_it_has_changed(run: Console) -> None:
    """The last timer comes from a small file; a later change is noticed."""
    run.ok("start", "x")
    database = run.home / "data" / "local.sqlite3"
    kept = run.home / "data" / "known" / "local.json"
    shown = json.loads(kept.read_text("utf-8"))
    shown["entry"]["description"] = "from the small file"
    kept.write_text(json.dumps(shown), "utf-8")
    os.utime(database, (0, 0))
    assert run("running", "--prompt").out == "● 0m from the small file\n"
    os.utime(database, (2**32, 2**32))
    assert run("running", "--prompt").out == "● 0m x\n"
    assert json.loads(kept.read_text("utf-8"))["entry"]["description"] == "x"
    os.utime(database, (0, 0))
    kept.write_text("{", "utf-8")
    assert run("running", "--prompt").out == "● 0m x\n"


@pytest.mark.parametrize("words", ["list", "report", "show last"])
def test_a_command_that_reads_the_local_workspace_writes_no_timer(run: Console, words: str) -> None:
    """The files of the timer are as new as the workspace: they stay as they are."""
    known, workspace = run.home / "data" / "known", run.home / "data" / "local.sqlite3"
    run.ok("add", "x", "--for", "5m")
    run.ok("start", "y")
    os.utime(workspace, (0, 0))  # before the files were written
    before = [(known / name).stat() for name in ("local.json", "prompt@local")]
    run.ok(*words.split())
    assert [(known / name).stat() for name in ("local.json", "prompt@local")] == before


def test_each_workspace_has_its_own_timer(run: Console) -> None:
    """A timer of one workspace is not shown in another."""
    run.ok("workspaces", "add", "Other")
    run.ok("start", "here")
    run.ok("-w", "Other", "start", "there")
    assert run("running", "--prompt").out == "● 0m here\n"
    assert run("-w", "Other", "running", "--prompt").out == "● 0m there\n"


def test_a_prompt_refuses_other_formats(run: Console) -> None:
    """With -q it prints nothing."""
    run.ok("start", "x")
    assert run("running", "--prompt", "-q") == (0, "", "")
    assert run("running", "--prompt", "-o", "csv").code == 2
    assert run("running", "--prompt", "--watch").code == 2


def test_a_clock_that_ticks_until_ctrl_c(run: Console) -> None:
    """--watch draws once a second on a screen of its own; Ctrl-C gives the terminal back."""
    run.ok("projects", "add", "Site")
    run.at("2026-11-24 11:00").ok("start", "fix login", "-p", "Site")
    run.at("2026-11-24 12:30")
    ticks: list[float] = []

    def sleep(seconds: float) -> None:
        ticks.append(seconds)
        if len(ticks) == 3:
            raise KeyboardInterrupt
        run.later(1)

    run.sleep = sleep
    result = run("running", "--watch", columns=40, env={"NO_COLOR": "1"})
    assert (result.code, result.err) == (0, "")
    frames = result.out.split("\x1b[H\x1b[2J")
    assert frames[0] == "\x1b[?1049h\x1b[?25l"
    assert [frame.split("\r\n")[1] for frame in frames[1:]] == [
        "  ● 1:30:00",
        "  ● 1:30:01",
        "  ● 1:30:02",
    ]
    assert frames[1].split("\r\n")[2:6] == ["    fix login", "    Site", "", "    today 1:30:00"]
    assert result.out.endswith("\x1b[?25h\x1b[?1049l")
    assert all(len(line) <= 40 for frame in frames[1:3] for line in frame.split("\r\n"))


def test_a_clock_is_never_wider_than_the_terminal(run: Console) -> None:
    """A long description is cut, and the cut is seen; a line that wraps would push the rest out."""
    run.ok("start", "a description that is longer than the terminal is wide")

    def sleep(_: float) -> None:
        raise KeyboardInterrupt

    run.sleep = sleep
    result = run("running", "--watch", columns=20, env={"NO_COLOR": "1"})
    lines = result.out.split("\x1b[H\x1b[2J")[1].partition("\x1b[?25h")[0].split("\r\n")
    assert lines[2] == "    a description…"
    assert max(map(len, lines)) <= 20


def test_a_clock_needs_a_terminal(run: Console) -> None:
    """Off one, or in a format, it is refused."""
    assert run("running", "--watch").code == 2
    assert run("running", "--watch", "-o", "json", columns=80).code == 2
    assert run.zone == BERLIN


def test_a_timer_that_cannot_be_saved_is_not_replaced_by_an_older_one(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a full disk no timer is known."""
    place.console.ok("start", "one")
    assert place.console("running", "--prompt").out == "● 0m one\n"

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr("pathlib.Path.replace", full)
        place.console.ok("start", "two")
    assert place.console("running", "--prompt").out == ""
