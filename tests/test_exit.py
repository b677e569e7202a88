"""How a command ends: errors are fields, and one place turns them into a line and an exit code."""

import json
import re
from pathlib import Path

import pytest

from clocktool.__main__ import INTERRUPTED
from clocktool.errors import (
    ClocktoolError,
    ExitCode,
    OfflineError,
    RateLimitedError,
    RefusedError,
    UsageError,
)
from tests.conftest import Console
from tests.test_house import MODULES


def test_an_error_is_what_and_why_in_one_line() -> None:
    """The text is made of the fields, also of those that are added later."""
    error = RefusedError("refused by a rule", "choose fewer", why="too many")
    assert error.message == "refused by a rule: too many"
    assert error.within("2 of 5 entries done") is error
    error.within("2 of 5 entries done")
    error.effect = "the entry is unchanged"
    assert str(error) == (
        "2 of 5 entries done: refused by a rule: too many; the entry is unchanged"
    )
    assert (error.what, error.why, error.hint) == ("refused by a rule", "too many", "choose fewer")


@pytest.mark.parametrize(
    "error",
    [
        OfflineError("gone", "look", why="no route", failed_fast=True),
        RateLimitedError("too many", "wait", retry_after=7),
        UsageError("invalid time `9x`", "use 9:30"),
    ],
)
def test_context_keeps_what_an_error_is(error: ClocktoolError) -> None:
    """Its class, its hint and its own fields stay: whoever catches it can still decide by them."""
    before = {**vars(error), "context": ("outer", "inner")}
    assert vars(error.within("inner").within("outer")) == before


@pytest.mark.parametrize(
    ("line", "no"),
    [
        (("delete", "last"), "Nothing was deleted"),
        (("bulk", "last", "--set-description", "y"), "Nothing was changed"),
        (("invoice", "today"), "Nothing was marked"),
    ],
)
def test_a_no_is_exit_code_1_and_says_what_did_not_happen(
    run: Console, line: tuple[str, ...], no: str
) -> None:
    """The same way for every question; with -o json an object says it."""
    run.ok("add", "x", "--from", "9", "--to", "10", "--billable")
    result = run(*line, asks=True, stdin="n\n")
    assert (result.code, result.err.rpartition("[y/N] ")[2]) == (1, f"{no}\n")
    result = run(*line, "-o", "json", asks=True, stdin="n\n")
    said = f'{{"error":{{"code":1,"message":"{no[0].lower()}{no[1:]}","hint":null}}}}\n'
    assert (result.code, result.err.rpartition("[y/N] ")[2]) == (1, said)
    assert run.ok("list", "--template", "{description}").out == "x\n"


def test_an_interrupt_of_an_import_has_the_code_of_any_other() -> None:
    """It is a number there, as the table of exit codes may not be loaded yet."""
    assert INTERRUPTED == ExitCode.INTERRUPTED


def test_no_code_changes_the_text_of_an_error() -> None:
    """Nor makes another from it: what is known more is a field of the same error."""
    changed = re.compile(
        r"\.(?:message|what|why) \+?= |\.(?:message|hint|what|why)\.(?:replace|partition|endswith)"
        r"|type\((?:error|ending|refusal)\)\(|raise typer\.Exit|sys\.exit\(\d"
    )
    found = [
        f"{module}: {line.strip()}"
        for module, path in MODULES.items()
        for line in path.read_text("utf-8").splitlines()
        if changed.search(line) and not line.strip().startswith("self.")
    ]
    assert found == []


def test_a_json_error_stands_alone_on_standard_error(tmp_path: Path) -> None:
    """A note beside it, as of the file that was just created, would make it invalid JSON."""
    result = Console(tmp_path)("show", "ffff", "-o", "json")

    assert (result.code, result.out) == (4, "")
    assert list(json.loads(result.err)) == ["error"]
