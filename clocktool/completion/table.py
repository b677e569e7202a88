"""What completion and the man page know of a command: its words, without Typer."""

from collections.abc import Callable, Sequence
from typing import Any

import msgspec

from clocktool.completion.kinds import Kind, fixed


class Option(msgspec.Struct, frozen=True):
    """An option: all its names, and what its value is; ``metavar`` is empty for a switch."""

    names: tuple[str, ...]
    off: tuple[str, ...]
    """The names that say the opposite: ``--no-billable``."""
    metavar: str
    kind: Kind
    help: str
    many: bool = False
    hidden: bool = False

    @property
    def name(self) -> str:
        """Its longest name."""
        return max(self.names, key=len)


class Argument(msgspec.Struct, frozen=True):
    """A word behind the command; ``many`` takes all that are left."""

    metavar: str
    kind: Kind
    help: str
    many: bool = False


class Command(msgspec.Struct, frozen=True):
    """A command: its help, options, arguments, and the commands below it with their summaries."""

    help: str = ""
    options: tuple[Option, ...] = ()
    arguments: tuple[Argument, ...] = ()
    commands: dict[str, str] = {}


Describe = Callable[[Sequence[str]], Command]
"""Gives the command of a path of names; () is the program, whose commands are not imported."""


def option_of(option: Any) -> Option:
    """Return what is known of one of Typer's options."""
    switch = option.is_flag or option.count
    choices = () if switch else _choices(option)
    return Option(
        names=tuple(sorted(option.opts, key=len)),  # Typer has those of --help in any order
        off=tuple(option.secondary_opts),
        metavar="" if switch else option.metavar or "|".join(choices) or "VALUE",
        kind=_kind_of(option),
        help=option.help or "",
        many=bool(option.multiple),
        hidden=bool(option.hidden),
    )


def argument_of(argument: Any) -> Argument:
    """Return what is known of one of Typer's arguments."""
    return Argument(
        argument.metavar or argument.name or "",
        _kind_of(argument),
        argument.help or "",
        many=argument.nargs == -1,
    )


def _kind_of(param: Any) -> Kind:
    """Return the kind that a parameter names as its metavar, or that of the choices it has."""
    word = param.metavar or ""
    return word if isinstance(word, Kind) else Kind(word, fixed(*_choices(param)))


def _choices(param: Any) -> tuple[str, ...]:
    return tuple(str(getattr(each, "value", each)) for each in getattr(param.type, "choices", ()))
