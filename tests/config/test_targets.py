"""The tables [targets], [days_off] and [carry]: what is read, what is refused, profiles."""

import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from clocktool.config.config import resolve
from tests.conftest import Console


@pytest.fixture
def cli(new_console: Callable[[str], Console]) -> Console:
    """A console where nothing is chosen."""
    return new_console("plain")


HOURS = "hours of weekdays, like `mon..thu=8h fri=6h`, at most 24h a day"
OFF = 'a name, like `"Christmas"`, or `{ name = "Christmas Eve", half = true }`'
SIGNED = "a duration with a sign, like `-1h30m`"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            '[targets]\n2026-01-01 = "mon=25h"',
            f"`targets.2026-01-01` must be {HOURS}, not `mon=25h`",
        ),
        (
            '[targets]\n2026-01-01 = "mon=-8h"',
            f"`targets.2026-01-01` must be {HOURS}, not `mon=-8h`",
        ),
        ('[targets]\n2026-01-01 = "mno=8h"', f"`targets.2026-01-01` must be {HOURS}, not `mno=8h`"),
        ("[targets]\n2026-01-01 = 8", f"`targets.2026-01-01` must be {HOURS}, not `8`"),
        (
            '[targets]\n2026-02-30 = "mon=8h"',
            "`targets.2026-02-30`: `2026-02-30` must be a day, like `2026-03-02`",
        ),
        (
            '[targets]\n"2026-01-01..2026-02-01" = "mon=8h"',
            (
                '`targets."2026-01-01..2026-02-01"`: `2026-01-01..2026-02-01` must be a day,'
                " like `2026-03-02`"
            ),
        ),
        (
            '[days_off]\n"2026-12-26..2026-12-24" = "Christmas"',
            (
                '`days_off."2026-12-26..2026-12-24"`: `2026-12-26..2026-12-24` must be'
                " a day or days, like `2026-12-24` or `2026-12-24..2026-12-26`"
            ),
        ),
        ("[days_off]\n2026-12-24 = true", f"`days_off.2026-12-24` must be {OFF}, not `true`"),
        ("[days_off]\n2026-12-24 = { half = true }", f"`days_off.2026-12-24` must be {OFF}"),
        (
            '[days_off]\n2026-12-24 = { name = "x", halb = true }',
            f"`days_off.2026-12-24` must be {OFF}",
        ),
        ('[carry]\n2026-03-02 = "much"', f"`carry.2026-03-02` must be {SIGNED}, not `much`"),
        ('[carry]\n2026-03-02 = "--1h"', f"`carry.2026-03-02` must be {SIGNED}, not `--1h`"),
        (
            '[profiles.x.carry]\nmarch = "1h"',
            "`profiles.x.carry.march`: `march` must be a day, like `2026-03-02`",
        ),
    ],
)
def test_a_row_that_cannot_be_read_names_file_key_and_what_is_accepted(
    cli: Console, text: str, said: str
) -> None:
    """With exit code 3, whatever the command."""
    path = cli.configure(text)
    hint = f"hint: correct or remove that line: $EDITOR {path}\n"
    assert cli("config") == (3, "", f"error: {path}: {said}\n{hint}")


def test_a_folder_sets_no_targets(cli: Console) -> None:
    """A folder may be somebody else's."""
    path = cli.folder / ".clocktool.toml"
    path.write_text('[targets]\n2026-01-01 = "mon=8h"\n', "utf-8")
    assert cli("config") == (
        3,
        "",
        (
            f"error: {path}: `targets.2026-01-01` can't be set for a folder\n"
            "hint: .clocktool.toml sets workspace and [defaults], nothing else\n"
        ),
    )


def test_config_shows_and_sets_each_row(cli: Console) -> None:
    """A row is a key like any other, and '' removes it."""
    path = cli.configure("# mine\n")
    assert cli.ok("config", "set", "targets.2026-03-02", "mon..fri=8h").out == (
        "targets.2026-03-02 = mon..fri=8h\n"
    )
    assert path.read_text("utf-8") == '# mine\n\n[targets]\n2026-03-02 = "mon..fri=8h"\n'
    assert cli.ok("config", "get", "targets.2026-03-02").out == "mon..fri=8h\n"
    assert cli("config", "set", "targets.march", "mon=8h") == (
        2,
        "",
        (
            "error: `march` in `targets.march` must be a day, like `2026-03-02`\n"
            "hint: see: clocktool help configuration\n"
        ),
    )
    cli.ok("config", "set", "targets.2026-03-02", "")
    assert cli("config", "get", "targets.2026-03-02").code == 1


FILE = """
[targets]
2026-01-01 = "mon..fri=8h"
[days_off]
2026-12-25 = "Christmas"
2026-12-31 = "New Year's Eve"
[profiles.client.targets]
2026-01-01 = "mon..fri=6h"
2026-03-02 = "mon..fri=4h"
[profiles.client.days_off]
2026-12-25 = "Closed"
"""


@pytest.mark.parametrize(
    ("profile", "targets", "off"),
    [
        (None, ["mon..fri=8h"], ["Christmas", "New Year's Eve"]),
        ("local", ["mon..fri=8h"], ["Christmas", "New Year's Eve"]),
        ("client", ["mon..fri=6h", "mon..fri=4h"], ["New Year's Eve", "Closed"]),
    ],
)
def test_rows_of_a_profile_replace_or_follow_those_of_the_file(
    profile: str | None, targets: list[str], off: list[str]
) -> None:
    """A row of the same day is replaced; days off of the profile are written later."""
    config = resolve(
        flags={}, env={}, file=tomllib.loads(FILE), path=Path("config.toml"), profile=profile
    )
    assert [str(value) for _, value, _ in sorted(config.rows("targets"))] == targets
    assert [str(value) for _, value, _ in config.rows("days_off")] == off
