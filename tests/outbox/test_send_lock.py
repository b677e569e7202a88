"""The send lock: one process sends at a time, and eight commands at once all succeed."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from clocktool.storage.lock import Lock
from tests.outbox.places import Place

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]

HOLDER = """
import sys
from pathlib import Path
from clocktool.storage.lock import Lock
turn = Lock(Path(sys.argv[1]))
print(turn.acquire(0), flush=True)
sys.stdin.read()
"""


def holder(path: Path) -> subprocess.Popen[str]:
    """Start a process that holds the lock until it ends."""
    started = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )
    assert started.stdout is not None
    assert started.stdout.readline() == "True\n"
    return started


def test_one_process_holds_the_lock(tmp_path: Path) -> None:
    """The other process waits for the given time, then gives up."""
    one, other = Lock(tmp_path / "x.turn"), Lock(tmp_path / "x.turn")
    assert one.acquire(0)
    assert not other.acquire(0)
    one.release()
    assert other.acquire(0)
    other.release()


def test_the_lock_is_one_file(tmp_path: Path) -> None:
    """SQLite creates no journal beside it."""
    turn = Lock(tmp_path / "x.turn")
    assert turn.acquire(0)
    assert [each.name for each in tmp_path.iterdir()] == ["x.turn"]
    turn.release()


@pytest.mark.skipif(os.name != "posix", reason="SIGKILL")
def test_a_killed_process_releases_the_lock(tmp_path: Path) -> None:
    """The system releases it: no stale lock file is left."""
    path = tmp_path / "x.turn"
    with holder(path) as process:
        turn = Lock(path)
        assert not turn.acquire(0)
        process.send_signal(signal.SIGKILL)
        process.wait()
        assert turn.acquire(5)
        turn.release()


@pytest.mark.skipif(os.name != "posix", reason="SIGKILL")
def test_a_change_is_kept_while_another_process_sends(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The command waits some seconds, then keeps its change and succeeds; the next one sends it."""
    monkeypatch.setattr("clocktool.outbox.outbox.LOCK_SECONDS", 0.01)
    with holder(place.journal.with_suffix(".turn")) as process:
        result = place.run.ok("add", "fix", "--for", "1h")
        assert result.err == (
            "Kept, to be sent later: another clocktool is sending (see clocktool pending)\n"
        )
        assert place.entries == []
        process.kill()
    assert place.run.ok("sync").err == "1 change sent.\n"
    assert place.entries == ["fix 11:30-12:30"]


def test_a_read_does_not_wait_for_the_lock(place: Place) -> None:
    """It reads at once; the other process sends."""
    place.away("add", "fix", "--for", "1h")
    turn = Lock(place.journal.with_suffix(".turn"))
    assert turn.acquire(0)
    assert place.asked("list") == ["GET time-entries"]
    turn.release()
    place.run.ok("list")
    assert place.entries == ["fix 11:30-12:30"]


def test_a_live_clock_does_not_hold_the_lock(place: Place) -> None:
    """Others can send during ``running --watch``, also with a change pending at its start."""
    place.away("add", "fix", "--for", "1h")
    said: list[str] = []

    def tick(_: float) -> None:
        place.run.sleep = place.run.slept.append
        said.append(place.run.ok("add", "more", "--from", "8", "--for", "1h").err)
        raise KeyboardInterrupt

    place.run.sleep = tick
    place.run.ok("running", "--watch", columns=80)
    assert said == [""]
    assert place.states == ["done", "done"]


def test_a_question_does_not_hold_the_lock(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """Others can send while a delete waits for confirmation."""
    place.run.ok("add", "old", "--from", "8", "--to", "9")
    taken: list[bool] = []

    def ask(*_: object) -> str:
        turn = Lock(place.journal.with_suffix(".turn"))
        taken.append(turn.acquire(0))
        turn.release()
        return "y"

    monkeypatch.setattr("clocktool.cli.options.ask", ask)
    place.away("add", "fix", "--from", "9", "--to", "10")
    place.run("delete", "last", asks=True)
    assert taken == [True]


def test_eight_commands_at_once_all_succeed(place: Place) -> None:
    """Eight processes add an entry each: every entry is there exactly once."""
    env = {**os.environ, **place.run.env, "CLOCKTOOL_TIMEZONE": "Europe/Berlin"}
    started = [
        subprocess.Popen(
            [sys.executable, "-m", "clocktool", "add", f"n{number}", *span.split()],
            env=env,
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for number in range(8)
        for span in [f"--from 2026-11-20T0{number}:00Z --to 2026-11-20T0{number}:30Z"]
    ]
    ended = [(each.communicate(timeout=60), each.returncode) for each in started]
    assert [code for _, code in ended] == [0] * 8, ended
    place.run.ok("sync")
    assert sorted(each.split()[0] for each in place.entries) == [f"n{n}" for n in range(8)]
    assert place.states == ["done"] * 8


def test_eight_commands_at_once_send_a_pending_change_once(place: Place) -> None:
    """The process with the lock sends it; the others do not send it again."""
    for number in range(3):
        place.away("add", f"w{number}", "--for", "1h")
    env = {**os.environ, **place.run.env}
    started = [
        subprocess.Popen(
            [sys.executable, "-m", "clocktool", "list", "2026-11-24", "-o", "json"],
            env=env,
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(8)
    ]
    ended = [(each.communicate(timeout=60), each.returncode) for each in started]
    assert [code for _, code in ended] == [0] * 8, ended
    assert all(isinstance(json.loads(out), list) for (out, _), _ in ended)
    assert sorted(each.split()[0] for each in place.entries) == ["w0", "w1", "w2"]


@pytest.mark.parametrize("content", [b"noise" * 1000, b"SQLite format 3\x00" + b"\xff" * 4096])
def test_a_damaged_lock_file_is_replaced(place: Place, content: bytes) -> None:
    """It contains no data: changes are kept and sent without a message."""
    file = place.journal.with_suffix(".turn")
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)
    assert place.run.ok("add", "fix", "--for", "1h").err == ""
    place.away("add", "more", "--for", "1h")
    assert place.run.ok("sync").err == "1 change sent.\n"
