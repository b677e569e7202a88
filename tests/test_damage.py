"""Files that are damaged, missing in part or none at all: one line and a code, or it goes on."""

import contextlib
import json
import os
import random
import shutil
import sqlite3
import stat
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.conftest import Console, Result
from tests.contract.worlds import connect, fill, workspace_of
from tests.guide_server import KEY, GuideServer
from tests.permissions import as_anyone

pytestmark = pytest.mark.slow

READS: tuple[tuple[str, ...], ...] = (
    ("list",),
    ("list", "-o", "json"),
    ("running",),
    ("show", "last"),
    ("projects",),
    ("tags",),
    ("users",),
    ("workspaces",),
    ("fields",),
    ("invoice", "week"),
)
WRITES: tuple[tuple[str, ...], ...] = (
    ("start", "y", "-p", "Site", "-T", "dev"),
    ("edit", "last", "-d", "z"),
    ("add", "z", "--for", "5m"),
    ("delete", "last", "-y"),
)


def one_line(result: Result) -> None:
    """Check that a command failed with one error line, not with a bug."""
    assert result.code != 70, result
    assert "Traceback" not in result.err
    lines = result.err.splitlines()
    errors = [line for line in lines if line.startswith(("error: ", '{"error"'))]
    assert len(errors) == (result.code not in (0, 1)), result
    assert not any("a bug in clocktool" in line for line in lines)


def flipped(data: bytes, places: Sequence[int], chance: random.Random) -> bytes:
    """Return bytes with one to three of them changed, a bit or more, at some of the places."""
    changed = bytearray(data)
    for place in chance.choices(places, k=chance.choice((1, 1, 1, 2, 3))):
        changed[place] ^= 1 << chance.randrange(8) if chance.random() < 0.6 else 0xFF
    return bytes(changed)


# The file of the local workspace.


class Local(NamedTuple):
    """A console with a workspace that has one thing of each kind, and its file as it was."""

    console: Console
    file: Path
    good: bytes

    def put(self, data: bytes) -> None:
        """Put other bytes in the place of the file."""
        for each in self.file.parent.glob("local.sqlite3*"):
            each.unlink()
        self.file.write_bytes(data)

    def sql(self, *statements: str) -> None:
        """Damage the file with SQL."""
        with contextlib.closing(sqlite3.connect(self.file, isolation_level=None)) as connection:
            connection.execute("PRAGMA writable_schema = ON")
            for each in statements:
                connection.execute(each)

    def failed(self, *argv: str) -> str:
        """Run a command that must name the file, exit code 8; return what it says."""
        result = self.console(*argv)
        assert (result.code, result.out) == (8, ""), result
        one_line(result)
        assert str(self.file) in result.err
        return result.err


@pytest.fixture(scope="module")
def in_use(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The file of a workspace that is in use for a while."""
    console = Console(tmp_path_factory.mktemp("in-use"))
    console.env["CLOCKTOOL_PROFILE"] = "local"
    for line in (
        ("clients", "add", "ACME"),
        ("projects", "add", "Site", "--client", "ACME", "--billable", "--rate", "105"),
        ("tags", "add", "dev"),
        ("tasks", "add", "Login", "-p", "Site"),
        ("fields", "add", "PO"),
        ("add", "a", "--from", "8", "--to", "9", "-p", "Site", "-t", "Login", "--field", "PO=7"),
        ("add", "b", "--from", "9", "--to", "10", "-p", "Site", "-T", "dev"),
        ("start", "x", "-p", "Site", "--at", "11"),
    ):
        console.ok(*line)
    return (console.home / "data" / "local.sqlite3").read_bytes()


@pytest.fixture
def local(run: Console, in_use: bytes) -> Local:
    """A workspace on this machine with one thing of each kind."""
    file = run.home / "data" / "local.sqlite3"
    file.parent.mkdir()
    file.write_bytes(in_use)
    return Local(run, file, in_use)


def used(data: bytes, first: int, last: int) -> list[int]:
    """Return the places between two that hold something."""
    return [place for place in range(first, min(last, len(data))) if data[place]]


@pytest.mark.parametrize("seed", range(3))
def test_a_flip_anywhere_in_the_local_file_is_no_bug(local: Local, seed: int) -> None:
    """Header, schema or rows: never exit code 70, never two error lines, whatever is read."""
    chance = random.Random(seed)  # noqa: S311  # the same flips each time
    places = used(local.good, 0, len(local.good))
    for _ in range(40):
        local.put(flipped(local.good, places, chance))
        for line in (*chance.sample(READS, 2), chance.choice(WRITES)):
            result = local.console(*line)
            one_line(result)
            assert result.code in (0, 1, 2, 3, 4, 5, 8), result


@pytest.mark.parametrize("seed", range(2))
def test_a_flip_in_the_header_is_named_or_does_no_harm(local: Local, seed: int) -> None:
    """The first hundred bytes: exit code 8 that names the file, or the very same answer."""
    chance = random.Random(seed)  # noqa: S311
    right = {line: local.console(*line) for line in READS}
    for _ in range(40):
        local.put(flipped(local.good, range(100), chance))
        for line in chance.sample(READS, 2):
            result = local.console(*line)
            if result != right[line]:
                one_line(result)
                assert (result.code, result.out) == (8, ""), (line, result)
                assert str(local.file) in result.err


def test_a_changed_schema_is_named(local: Local) -> None:
    """A flip in the text of the schema must not make a running timer vanish with exit code 0."""
    local.sql(
        "UPDATE sqlite_master SET sql = replace(sql, 'end_at IS NULL', 'end_at IS 0001')"
        " WHERE name = 'entries_running'"
    )
    local.failed("running")


def test_a_schema_that_is_no_unicode_is_named(local: Local) -> None:
    """The text of a table with bytes that are no UTF-8."""
    at = local.good.index(b"CREATE TABLE users")
    for offset in (0, 7, 13, 20):
        data = bytearray(local.good)
        data[at + offset] = 0xFF
        local.put(bytes(data))
        for line in (*READS[:3], WRITES[0]):
            local.failed(*line)


@pytest.mark.parametrize("table", ["users", "workspaces", "members", "projects", "clients"])
def test_a_row_that_is_missing_ends_in_one_line(local: Local, table: str) -> None:
    """What other rows refer to is gone: no bug of ours, in any command."""
    local.sql(f"DELETE FROM {table}")
    for line in (*READS, *WRITES):
        result = local.console(*line)
        one_line(result)


def test_a_missing_user_is_named(local: Local) -> None:
    """Without its user the file is of no use, and is not filled anew."""
    local.sql("DELETE FROM users")
    for line in (("list",), ("start", "y"), ("running",)):
        assert "damaged" in local.failed(*line)


@pytest.mark.parametrize(
    ("table", "column"),
    [
        ("entries", "start_at"),
        ("entries", "end_at"),
        ("entries", "billable"),
        ("entries", "project"),
        ("entries", "member"),
        ("projects", "rate"),
        ("projects", "archived"),
        ("workspaces", "rate"),
        ("workspaces", "lock_at"),
        ("users", "is_me"),
    ],
)
def test_a_value_of_another_kind_ends_in_one_line(local: Local, table: str, column: str) -> None:
    """SQLite accepts text in an INTEGER column; commands that read it report damage."""
    for value in ("'text'", "x'ff00'", "1e308"):
        local.put(local.good)
        with contextlib.suppress(sqlite3.IntegrityError):
            local.sql(
                "PRAGMA ignore_check_constraints = ON", f"UPDATE {table} SET {column} = {value}"
            )
        for line in (*READS[:3], WRITES[0]):
            one_line(local.console(*line))


@pytest.mark.parametrize("line", [("list",), ("running",), ("show", "last"), ("list", "-o", "id")])
def test_a_time_that_is_a_text_is_named(local: Local, line: tuple[str, ...]) -> None:
    """Exit code 8 with the file's name, not an hour that never was."""
    local.sql("PRAGMA ignore_check_constraints = ON", "UPDATE entries SET start_at = 'nine'")
    assert "damaged" in local.failed(*line)


def test_a_file_that_was_cut_is_named(local: Local) -> None:
    """At any length, none among them: exit code 8."""
    for size in (0, 15, 99, 100, 512, 4096, 5000, len(local.good) // 2):
        local.put(local.good[:size])
        local.failed("list")


# The cache of a server's replies.


class Cached(NamedTuple):
    """A console with a warm cache, the server, and what the commands show when all is well."""

    console: Console
    server: GuideServer
    file: Path
    good: bytes
    right: dict[tuple[str, ...], Result]

    def put(self, data: bytes) -> None:
        """Put other bytes in the place of the file."""
        for each in self.file.parent.glob(f"{self.file.name}*"):
            shutil.rmtree(each) if each.is_dir() else each.unlink()
        self.file.write_bytes(data)

    def goes_on(self, line: tuple[str, ...]) -> None:
        """Run a command twice: it shows what it should, and so does the next run."""
        for _ in range(2):
            result = self.console(*line)
            assert result == self.right[line], (line, result)
        assert self.server.refused == []


ASKED: tuple[tuple[str, ...], ...] = (
    ("list",),
    ("running",),
    ("show", "last"),
    ("projects",),
    ("tasks", "-p", "Site"),
    ("list", "-p", "Site", "-o", "json"),
)


@pytest.fixture
def cached(new_console: Callable[[str], Console]) -> Iterator[Cached]:
    """A console that talks to a guide-shaped server and has asked it everything."""
    console = new_console("cached")
    with contextlib.closing(workspace_of(console, console.home / "server.sqlite3")) as workspace:
        fill(workspace)
        server = GuideServer(workspace)
        with server.serving():
            connect(console, server.url, "guide")
            console.ok("add", "done", "--from", "9", "--to", "10", "-p", "Site", "-T", "urgent")
            console.ok("start", "x", "-p", "Site", "-T", "dev")
            right = [{line: console.ok(*line) for line in ASKED} for _ in range(2)][1]
            (file,) = (console.home / "data" / "cache").iterdir()
            yield Cached(console, server, file, file.read_bytes(), right)


@pytest.mark.parametrize("seed", range(2))
def test_a_flip_anywhere_in_the_cache_changes_nothing(cached: Cached, seed: int) -> None:
    """This command and the next one go on with correct results; no error names the server."""
    chance = random.Random(seed)  # noqa: S311
    places = used(cached.good, 0, len(cached.good))
    for _ in range(25):
        cached.put(flipped(cached.good, places, chance))
        cached.goes_on(chance.choice(ASKED))


def test_a_flip_in_the_body_of_a_reply_changes_nothing(cached: Cached) -> None:
    """Every kept reply has a check of its own: one that does not fit is asked again."""
    chance = random.Random(7)  # noqa: S311
    for _ in range(20):
        cached.put(cached.good)
        with contextlib.closing(sqlite3.connect(cached.file)) as connection, connection:
            for key, body in connection.execute("SELECT key, body FROM replies").fetchall():
                changed = flipped(body, range(len(body)), chance)
                connection.execute("UPDATE replies SET body = ? WHERE key = ?", (changed, key))
        cached.goes_on(chance.choice(ASKED))


KINDS: tuple[tuple[str, object], ...] = (
    ("at", "text"),
    ("at", None),
    ("at", 2**62),
    ("status", "text"),
    ("status", None),
    ("status", 130),
    ("status", 401),
    ("status", 500),
    ("headers", 5),
    ("headers", None),
    ("headers", b'{"last-page": "false"}'),
    ("body", "text"),
    ("body", None),
    ("body", 7),
    ("crc", "text"),
    ("crc", None),
)


def test_a_kept_reply_of_another_kind_is_asked_again(cached: Cached) -> None:
    """A flip in a row's header makes a text of bytes, and nothing of a number."""
    for number, (column, value) in enumerate(KINDS):
        cached.put(cached.good)
        with contextlib.closing(sqlite3.connect(cached.file)) as connection, connection:
            connection.execute(f"UPDATE replies SET {column} = ?", (value,))
        for line in (ASKED[number % 3], ASKED[3 + number % 3]):
            cached.goes_on(line)


def test_a_kept_name_of_another_kind_is_no_bug(cached: Cached) -> None:
    """Names are kept without a check; an invalid one ends no command."""
    for column in ("name", "color", "client", "client_id"):
        for value in (None, 5, b"\xff"):
            cached.put(cached.good)
            with contextlib.closing(sqlite3.connect(cached.file)) as connection, connection:
                connection.execute(f"UPDATE names SET {column} = ?", (value,))
            for line in (*ASKED[:2], ASKED[5]):
                one_line(cached.console(*line))


# The configuration.


def refused(console: Console, path: Path, *argv: str, code: int = 3) -> str:
    """Run a command that must name the configuration, without a secret."""
    result = console(*argv)
    assert result.code == code, result
    one_line(result)
    assert str(path) in result.err
    assert SECRET not in result.err
    return result.err


SECRET = "c2VjcmV0LWtleQ"
COMMANDS = (("list",), ("config",), ("start", "x", "-o", "json"), ("config", "get", "workspace"))
SET = ("config", "set", "timezone", "Europe/Paris")


def test_a_fifo_in_place_of_the_configuration_is_refused_and_untouched(run: Console) -> None:
    """Reading it would hang, writing would replace it: neither is done."""
    path = Path(run.env["CLOCKTOOL_CONFIG"])
    os.mkfifo(path, 0o640)
    before = path.stat()
    for line in (*COMMANDS, SET):
        assert "it is a pipe" in refused(run, path, *line, code=8)
    after = path.stat()
    assert stat.S_ISFIFO(after.st_mode)
    assert (after.st_ino, after.st_mode) == (before.st_ino, before.st_mode)
    assert list(path.parent.glob("config*")) == [path]


def test_a_link_to_a_fifo_is_refused_and_untouched(run: Console) -> None:
    """Also behind a link, as of dotfiles."""
    path = Path(run.env["CLOCKTOOL_CONFIG"])
    os.mkfifo(run.home / "fifo")
    path.symlink_to(run.home / "fifo")
    for line in (*COMMANDS, SET):
        refused(run, path, *line, code=8)
    assert path.is_symlink()
    assert (run.home / "fifo").is_fifo()


@pytest.mark.parametrize("name", ["CLOCKTOOL_CONFIG", "CLOCKTOOL_DATA"])
def test_a_home_of_nobody_is_named(run: Console, name: str) -> None:
    """``~nosuch/x`` is exit code 3 that names the variable, and no folder of that name is made."""
    run.env[name] = "~nosuch/x"
    for line in (("list",), ("start", "x"), ("running", "-o", "json")):
        result = run(*line)
        assert result.code == 3, result
        one_line(result)
        assert f"${name}" in result.err


def test_a_data_folder_of_three_hundred_characters_is_named(run: Console) -> None:
    """No system has such a name: exit code 8, one line with the reason."""
    for path in (run.home / ("x" * 300), run.home / ("x" * 300) / "y"):
        run.env["CLOCKTOOL_DATA"] = str(path)
        for line in (("start", "x"), ("list",), ("running", "-o", "json")):
            result = run(*line)
            assert (result.code, result.out) == (8, ""), result
            one_line(result)
            assert "ile name too long" in result.err


def test_a_data_folder_that_cannot_be_read_is_named(run: Console) -> None:
    """A folder that is closed to us: exit code 8."""
    folder = run.home / "closed"
    folder.mkdir(mode=0)
    run.env["CLOCKTOOL_DATA"] = str(folder / "data")
    try:
        result = as_anyone(lambda: run("start", "x"))
        assert result.code == 8, result
        one_line(result)
    finally:
        folder.chmod(0o700)


@pytest.mark.parametrize("text", ["{0}", "-{0}", "[{0}]", "{{a = {0}}}"])
@pytest.mark.parametrize("key", ["week_start", "api_key"])
def test_a_number_of_thousands_of_digits_is_named(run: Console, text: str, key: str) -> None:
    """Python reads no number of more than 4,300 digits: the file is named, not a bug."""
    path = run.configure(f"{key} = {text.format('9' * 4401)}\n")
    for line in COMMANDS:
        assert len(refused(run, path, *line)) < 1000


@pytest.mark.parametrize(
    "text",
    [
        "[defaults]\napi_key = '{0}'",
        "[defaults.api_key]\nx = '{0}'",
        "[base_url]\napi_key = '{0}'",
        "[workspace]\napi_key = '{0}'",
        "[timezone]\naddon_token = '{0}'",
        "[routes]\napi_key = '{0}'",
        "[week_start]\napi_key = '{0}'",
        "[api_key]\nvalue = '{0}'",
        "[clockify]\napi_key = '{0}'",
        "[profiles]\napi_key = '{0}'",
        "[profiles.x.y]\napi_key = '{0}'",
        "[profiles.x.base_url]\napi_key = '{0}'",
        "[profiles.x.defaults.tags]\napi_key = '{0}'",
        "[[defaults]]\napi_key = '{0}'",
        "[defaults]\ntags = [['{0}']]",
        "[defaults]\nbillable = ['{0}']",
        "week_start = {{api_key = '{0}'}}",
        "api_key = ['{0}']",
        "addon_token = ['{0}']",
        "api_key_command = ['{0}']",
        "profiles = ['{0}']",
        "apikey = '{0}'",
        "api_key = '{0}' x",
        "api_key = {0}",
        'api_key = "{0}',
        "base_url = 'https://ada:{0}@example.org/'",
        "base_url = ['https://ada:{0}@example.org/']",
        "base_url = 'https://example.org/?key={0}'",
    ],
)
def test_a_key_under_a_wrong_heading_is_not_shown(run: Console, text: str) -> None:
    """The file is named and what is wrong in it, never the secret."""
    del run.env["CLOCKTOOL_PROFILE"]
    path = run.configure(text.format(SECRET) + "\n")
    for line in COMMANDS[:3]:
        refused(run, path, *line)


@pytest.mark.parametrize(
    "text",
    [
        "'api_key' = '{0}'",
        '"api_key" = "{0}"',
        "profiles.work.api_key = '{0}'",
        "[profiles]\nwork = {{ api_key = '{0}' }}",
        "profiles = {{ work = {{ addon_token = '{0}' }} }}",
        "# api_key = '{0}'",
        "#api_key='{0}'",
        '"api\\u005fkey" = "{0}"',
        'api_key = """\n{0}"""',
    ],
)
def test_a_key_stays_in_its_file_however_it_is_written(run: Console, text: str) -> None:
    """Quoted, dotted, inline, over lines, or in a comment: nothing is copied beside the file."""
    text = f"# mine\n{text.format(SECRET)}\n"
    path = run.configure(text)
    del run.env["CLOCKTOOL_PROFILE"]
    result = run(*SET)
    assert result.code == 0, result
    assert [each.name for each in path.parent.glob("config*")] == [path.name]
    assert path.read_text("utf-8").replace('timezone = "Europe/Paris"\n', "") == text


def test_no_key_of_the_environment_is_in_what_damage_says(cached: Cached) -> None:
    """With -v, too: the cache is named, the key is not."""
    cached.put(b"SQLite format 3\x00" + b"\xff" * 5000)
    result = cached.console("list", "-v", "-o", "json")
    assert result.code == 0, result
    assert json.loads(result.out)
    assert "the cache " in result.err
    assert KEY not in repr(result)
