"""Changes to how Typer parses commands. Only this file and ``root`` use Typer's internals."""

import re
from collections.abc import Callable
from functools import partial
from typing import Any

from typer import _click
from typer.core import TyperCommand, TyperGroup

from clocktool.errors import UsageError


class Group(TyperGroup):
    """A command with subcommands, like ``tags``: alone it lists.

    Options before the name of a subcommand are passed to it.
    """

    def resolve_command(
        self, ctx: _click.Context, args: list[str]
    ) -> tuple[str | None, _click.Command | None, list[str]]:
        """Find the subcommand, and pass it the options before its name.

        Raises UsageError for an option that it does not have.
        """
        name, command, rest = super().resolve_command(ctx, args)
        if name is not None and command is not None:
            given = {param.name: param for param in self.params if _is_given(ctx, param)}
            foreign = given.keys() - {param.name for param in command.params}
            if foreign:
                option = max(given[min(foreign, key=str)].opts, key=len)
                path = f"{ctx.command_path} {name}"
                raise UsageError(f"'{path}' has no option {option}", f"see '{path} --help'")
            ctx.default_map = {name: {key: ctx.params[key] for key in given if key}}
        return name, command, rest


def _is_given(ctx: _click.Context, param: Any) -> bool:
    """Whether a parameter was typed; False for global options."""
    source = ctx.get_parameter_source(param.name)
    return param.expose_value and source is not None and source.name == "COMMANDLINE"


class TimesCommand(TyperCommand):
    """A command that takes times as arguments: ``-15m`` is a time here, not an option."""

    def parse_args(self, ctx: _click.Context, args: list[str]) -> list[str]:
        """Parse the words, with the times moved to the end: their order does not matter."""
        end = args.index("--") if "--" in args else len(args)
        times = [word for word in args[:end] if _AGO.fullmatch(word)]
        rest = [word for word in args[:end] if not _AGO.fullmatch(word)]
        return super().parse_args(ctx, [*rest, "--", *args[end + 1 :], *times])


def refuse_repeats(command: _click.Command) -> _click.Command:
    """Make a command refuse an option that is given twice, and flags that contradict each other.

    Options that take several values may be repeated. Options of a command count for its
    subcommands too. Parsing then raises UsageError.
    """
    make = command.make_parser

    def make_parser(ctx: _click.Context) -> Any:
        parser: Any = make(ctx)
        given = _GivenOptions(ctx)
        options = (*parser._short_opt.values(), *parser._long_opt.values())  # noqa: SLF001
        for option in {id(each): each for each in options}.values():
            option.process = partial(given.take, option, option.process)
        return parser

    command.make_parser = make_parser  # type: ignore[method-assign]
    return command


class _GivenOptions:
    """The options given so far on a command line."""

    def __init__(self, ctx: _click.Context) -> None:
        self._ctx = ctx
        self._values: dict[str, Any] = {}

    def take(
        self, option: Any, process: Callable[[Any, Any], None], value: Any, state: Any
    ) -> None:
        """Process an option. Raises UsageError if it was given before."""
        name, param = option.dest, option.obj
        if option.action == "store" and (name in self._values or _is_given_above(self._ctx, name)):
            raise UsageError(f"option {'/'.join(param.opts)} is given twice", "give it once")
        if option.action == "store_const" and self._values.get(name, option.const) != option.const:
            both = f"{max(param.opts, key=len)} and {max(param.secondary_opts, key=len)}"
            raise UsageError(f"{both} contradict each other", "use one of them")
        self._values[name] = option.const
        process(value, state)


def _is_given_above(ctx: _click.Context, name: str) -> bool:
    """Whether an option was typed before the name of this subcommand."""
    parent = ctx.parent
    while parent is not None:
        source = parent.get_parameter_source(name)
        if source is not None and source.name == "COMMANDLINE":
            return True
        parent = parent.parent
    return False


_AGO = re.compile(r"-\d.*", re.DOTALL)
