"""Whatever is not set up says in a second line what to do about it."""

import errno
import os
from pathlib import Path

import pytest

from tests.conftest import Console

CORRECT = "correct or remove that line: $EDITOR {}"


def said(run: Console, *argv: str, code: int = 3, env: dict[str, str] | None = None) -> list[str]:
    """Run a command that must fail; return its two lines, without what begins them."""
    result = run(*argv, env=env)
    assert (result.code, result.out) == (code, ""), result
    assert "[Errno" not in result.err
    error, hint = result.err.splitlines()
    assert error.startswith("error: ")
    assert hint.startswith("hint: ")
    return [error.removeprefix("error: "), hint.removeprefix("hint: ")]


@pytest.fixture
def cli(run: Console) -> Console:
    """A console without a profile."""
    del run.env["CLOCKTOOL_PROFILE"]
    return run


@pytest.mark.parametrize(
    "text",
    [
        "timezone = 3",
        'routes = "x"',
        'api_key = ""',
        'base_url = "https://a.test:port"',
        "[defaults]\nbillable = 1",
    ],
)
def test_a_wrong_value_in_the_file(cli: Console, text: str) -> None:
    """The editor is named with the file."""
    path = cli.configure(text)
    assert said(cli, "list")[1] == CORRECT.format(path)


def test_two_keys_in_the_file(cli: Console) -> None:
    """One of them is too many."""
    cli.configure('api_key = "a"\naddon_token = "b"')
    assert said(cli, "list")[1] == "remove one of them"


def test_a_wrong_value_in_the_environment(cli: Console) -> None:
    """It is named there."""
    hint = said(cli, "list", env={"CLOCKTOOL_TIMEZONE": "Mars"})[1]
    assert hint == "set $CLOCKTOOL_TIMEZONE to another value, or unset it"


@pytest.mark.parametrize("words", [("timezone", "3"), ("defaults.billable", "maybe")])
def test_a_wrong_value_that_is_to_be_set(cli: Console, words: tuple[str, str]) -> None:
    """How to have none."""
    hint = said(cli, "config", "set", *words, code=2)[1]
    assert hint == f"to remove it: clocktool config set {words[0]} ''"


def test_a_folder_in_place_of_the_configuration(cli: Console) -> None:
    """It can be moved away."""
    path = Path(cli.env["CLOCKTOOL_CONFIG"])
    path.mkdir()
    assert said(cli, "list", code=8) == [
        f"cannot use {path}: it is a folder",
        f"move it away to start with a new file: mv {path} {path}.broken",
    ]


@pytest.mark.parametrize(
    ("command", "error"),
    [
        ("/no/such", "can't run api_key_command: No such file or directory"),
        ("false", "api_key_command failed with exit code 1"),
        ("true", "api_key_command printed no key on its first line"),
    ],
)
def test_a_password_manager_that_gives_no_key(cli: Console, command: str, error: str) -> None:
    """Where the command is to be seen."""
    cli.configure(f'api_key_command = "{command}"')
    hint = "`clocktool config get api_key_command` prints the command; run it yourself"
    assert said(cli, "list") == [error, hint]


def test_an_editor_that_cannot_be_run(cli: Console) -> None:
    """The environment names it."""
    error, hint = said(cli, "config", "edit", env={"EDITOR": "/no/such"})
    assert error == "can't run `/no/such`: No such file or directory"
    assert hint == "set $EDITOR to the command of your editor"


def test_a_folder_in_place_of_the_local_workspace(run: Console) -> None:
    """No setting names that file: the folder is in its way."""
    path = run.home / "data" / "local.sqlite3"
    path.mkdir(parents=True)
    assert said(run, "list", code=8) == [
        f"cannot use {path}: it is a folder",
        f"move it away to start with a new file: mv {path} {path}.broken",
    ]


def test_a_key_of_serve_that_cannot_be_made(run: Console, monkeypatch: pytest.MonkeyPatch) -> None:
    """Exit code 8, in the words of the system."""
    path = run.home / "data" / "serve.key"

    def fail(*_: object) -> None:
        raise OSError(errno.EROFS, os.strerror(errno.EROFS), str(path))

    monkeypatch.setattr("clocktool.storage.files.make_folder", fail)
    assert said(run, "serve", "--port", "0", code=8) == [
        f"cannot use {path}: read-only file system",
        f"check that you may write to serve.key and to its folder {path.parent}",
    ]
