"""What a command loads: in processes of their own, because modules stay once imported."""

import subprocess
import sys
from pathlib import Path

import pytest

from clocktool.cli.root import NAMES_ELSEWHERE, SUMMARIES
from tests.conftest import Console

PROGRAM = """
import atexit, sys
from clocktool.__main__ import main

atexit.register(lambda: print(*sorted(sys.modules), file=sys.stderr))
main()
"""


def loaded(home: Path, *argv: str) -> tuple[int, set[str]]:
    """Run a command line and return its exit code and the names of all modules it loaded."""
    run = subprocess.run(
        [sys.executable, "-c", PROGRAM, *argv],
        capture_output=True,
        text=True,
        check=False,
        env={
            "CLOCKTOOL_DATA": str(home / "data"),
            "CLOCKTOOL_CONFIG": str(home / "config.toml"),
            "CLOCKTOOL_PROFILE": "local",
            "TZ": "Europe/Berlin",
        },
    )
    return run.returncode, set(run.stderr.splitlines()[-1].split())


HEAVY = {
    "asyncio",
    "click",
    "email",
    "facturx",
    "http.client",
    "httpx",
    "jinja2",
    "logging",
    "lxml",
    "pydantic",
    "pypdf",
    "rich",
    "ssl",
    "tomli_w",
    "tomlkit",
    "tomllib",
    "typst",
    "xlsxwriter",
}

EXTRA = {"facturx", "jinja2", "lxml", "pypdf", "typst", "xlsxwriter"}
"""The packages of the extra ``invoices``."""


@pytest.mark.parametrize(
    "argv",
    [
        ("start", "x"),
        ("stop", "--if-running"),
        ("add", "x", "--for", "5m"),
        ("running",),
        ("status",),
        ("list",),
        ("list", "-o", "json"),
        ("report",),
    ],
)
def test_a_local_command_loads_nothing_heavy(tmp_path: Path, argv: tuple[str, ...]) -> None:
    """On the local workspace nothing of HTTP, nothing of rich, no second command is imported."""
    code, names = loaded(tmp_path, *argv)
    assert code in (0, 1)
    assert names & HEAVY == set()
    assert {name for name in SUMMARIES if f"clocktool.commands.{name}" in names} == {argv[0]}
    for name in ("http", "ledger", "limits"):
        assert f"clocktool.backends.{name}" not in names


@pytest.mark.parametrize("command", ["list", "report", "running", "status"])
def test_a_command_that_only_reads_loads_nothing_that_changes(tmp_path: Path, command: str) -> None:
    """No outbox, no undo, no bulk edit, no register of invoices."""
    assert loaded(tmp_path, "start", "x")[0] == 0
    code, names = loaded(tmp_path, command)
    assert code == 0
    assert not any(name.startswith("clocktool.outbox") for name in names)
    for name in ("backends.local.bulk", "cli.undo_invoices", "invoicing.register"):
        assert f"clocktool.{name}" not in names


def test_a_configuration_is_read_by_the_standard_library_alone(tmp_path: Path) -> None:
    """What changes a file is loaded where a file is changed, and only there."""
    (tmp_path / "config.toml").write_text('week_start = "monday"\n', encoding="utf-8")
    readers = {"tomllib", "tomlkit", "tomli_w"}
    assert loaded(tmp_path, "list")[1] & readers == {"tomllib"}
    set_one = ("config", "set", "week_start", "sunday")
    assert loaded(tmp_path, *set_one)[1] & readers == {"tomllib", "tomlkit"}
    (tmp_path / "config.toml").unlink()
    assert loaded(tmp_path, *set_one)[1] & readers == {"tomli_w"}


def test_only_a_document_loads_what_makes_it(tmp_path: Path) -> None:
    """Each format loads its own packages; the register and a preview load none."""
    (tmp_path / "config.toml").write_text(
        '[seller]\nname = "Jo"\naddress = ["Street 1", "10115 Berlin"]\ncountry = "DE"\n'
        'vat_id = "DE136695976"\n[invoices]\ntax = 19\n',
        encoding="utf-8",
    )
    for words in (
        ("clients", "add", "ACME"),
        ("projects", "add", "Site", "--client", "ACME", "--rate", "100"),
        ("add", "x", "--for", "5m", "-p", "Site", "--billable"),
    ):
        assert loaded(tmp_path, *words)[1] & EXTRA == set()
    for ending, needed in (
        (None, set()),
        (".csv", set()),
        (".html", {"jinja2"}),
        (".xlsx", {"xlsxwriter"}),
    ):
        saved = ("--save", str(tmp_path / f"draft{ending}")) if ending else ()
        code, names = loaded(tmp_path, "invoice", "all", "--dry-run", *saved)
        assert (code, names & EXTRA) == (0, needed)
    assert loaded(tmp_path, "invoices")[1] & EXTRA == set()


@pytest.mark.parametrize("flag", ["--help", "-h"])
def test_help_imports_no_command(tmp_path: Path, flag: str) -> None:
    """The summaries are in the table, so the help needs no command's module."""
    code, names = loaded(tmp_path, flag)
    assert code == 0
    assert not any(name.startswith("clocktool.commands") for name in names)
    assert names & (HEAVY | {"sqlite3"}) == set()


def test_the_version_is_quick(tmp_path: Path) -> None:
    """--version opens nothing."""
    code, names = loaded(tmp_path, "--version")
    assert code == 0
    assert names & (HEAVY | {"sqlite3"}) == set()
    assert not (tmp_path / "data").exists()


def test_a_word_that_is_no_command_loads_none(tmp_path: Path) -> None:
    """A typing error is said without opening the workspace."""
    code, names = loaded(tmp_path, "strat")
    assert code == 2
    assert not any(name.startswith("clocktool.commands.") for name in names)
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize(
    ("word", "ours"),
    [
        ("track", "add"),
        ("copy", "dup"),
    ],
)
def test_words_of_other_trackers_are_answered_with_ours(run: Console, word: str, ours: str) -> None:
    """A word of another program is answered with the name of the command; nothing is done."""
    assert run(word) == (2, "", f"error: no command {word!r}\nhint: did you mean {ours}?\n")
    assert not (run.home / "data").exists()


def test_words_of_other_trackers_lead_to_commands_that_are_there() -> None:
    """None of them hides a command of ours, and each leads to one."""
    assert NAMES_ELSEWHERE.keys() & SUMMARIES.keys() == set()
    assert {words.split()[0] for words in NAMES_ELSEWHERE.values()} <= SUMMARIES.keys()
