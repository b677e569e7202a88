"""Commands with their options and arguments, as completion and the man page use them."""

from collections.abc import Callable, Sequence
from typing import Any

import msgspec

from clocktool.completion.kinds import Kind, fixed


class Option(msgspec.Struct, frozen=True):
    """An option: its names and its kind of value; ``metavar`` is empty for a switch."""

    names: tuple[str, ...]
    off: tuple[str, ...]
    """The names that switch it off: ``--no-billable``."""
    metavar: str
    kind: Kind
    help: str
    many: bool = False
    hidden: bool = False
    group: str = ""
    """The title above it in the help."""

    @property
    def name(self) -> str:
        """The longest of its names."""
        return max(self.names, key=len)


class Argument(msgspec.Struct, frozen=True):
    """An argument of a command; with ``many`` it takes all remaining words."""

    metavar: str
    kind: Kind
    help: str
    many: bool = False


class Command(msgspec.Struct, frozen=True):
    """A command: help, options, arguments, and its subcommands with their summaries."""

    help: str = ""
    options: tuple[Option, ...] = ()
    arguments: tuple[Argument, ...] = ()
    commands: dict[str, str] = {}


Describe = Callable[[Sequence[str]], Command]
"""Returns the command of a path of names; () is the program itself."""


def option_of(option: Any) -> Option:
    """Convert an option of Typer."""
    switch = option.is_flag or option.count
    choices = () if switch else _choices(option)
    return Option(
        names=tuple(sorted(option.opts, key=len)),  # Typer gives those of --help in any order
        off=tuple(option.secondary_opts),
        metavar="" if switch else option.metavar or "|".join(choices) or "VALUE",
        kind=_kind_of(option),
        help=option.help or "",
        many=bool(option.multiple),
        hidden=bool(option.hidden),
        group=option.rich_help_panel or "Options",
    )


def argument_of(argument: Any) -> Argument:
    """Convert an argument of Typer."""
    return Argument(
        argument.metavar or argument.name or "",
        _kind_of(argument),
        argument.help or "",
        many=argument.nargs == -1,
    )


def _kind_of(param: Any) -> Kind:
    """Return the kind in a parameter's metavar, else one with its choices."""
    word = param.metavar or ""
    return word if isinstance(word, Kind) else Kind(word, fixed(*_choices(param)))


def _choices(param: Any) -> tuple[str, ...]:
    return tuple(str(getattr(each, "value", each)) for each in getattr(param.type, "choices", ()))
