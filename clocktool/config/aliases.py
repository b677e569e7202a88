"""The table [aliases] of the configuration: a person's own words for command lines."""

import shlex
from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING

from clocktool.config.declaration import FreeName, Key, dotted
from clocktool.config.values import Text
from clocktool.errors import SetupError, literal

if TYPE_CHECKING:
    from clocktool.config.config import Setting

TABLE = "aliases"


class Line(Text):
    """A command line, split as a shell does: ``start stand-up -p Ops``."""

    __slots__ = ()

    def __new__(cls, value: object) -> "Line":
        """Return the value if it is valid. Raises ValueError."""
        self: Line = super().__new__(cls, value)  # type: ignore[assignment]
        if not shlex.split(self):
            raise ValueError("no words")
        return self


def _check_name(text: str) -> None:
    """Raise ValueError for anything but a word that a command line may begin with."""
    if not text.isprintable() or text.startswith("-") or len(text.split()) != 1:
        raise ValueError("not a word")


ALIASES = Key(
    dict[str, Line],
    "your own word for a command line; further words are added behind it",
    'a command line, like `"start stand-up -p Ops"`',
    "person",
    names=(FreeName("NAME", "a word that does not begin with `-`", _check_name),),
    completion="alias",
)


def check_aliases(table: "Mapping[str, Setting]", commands: Collection[str]) -> None:
    """Raise SetupError for an alias with the name of a command, which would never be used."""
    for name, setting in table.items():
        if name in commands:
            raise SetupError(
                f"`{dotted((TABLE, name))}`: {literal(name)} is a command already",
                "use another word",
            ).within(setting.source)
