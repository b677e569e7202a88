"""Commands whose words are read otherwise than Typer does.

With ``cli`` the only file that touches Typer's insides.
"""

import re
from typing import Any

from typer import _click
from typer.core import TyperCommand, TyperGroup

from clocktool.errors import UsageError


class Group(TyperGroup):
    """A command like ``tags``: it lists, and has commands below it.

    What is said before the one below is said to that one.
    """

    def resolve_command(
        self, ctx: _click.Context, args: list[str]
    ) -> tuple[str | None, _click.Command | None, list[str]]:
        """Find the command of the first word; it takes the options that were given before it.

        Raises UsageError for one that it does not have, which would say nothing.
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
    """Whether a parameter was typed, one that is for all commands aside."""
    source = ctx.get_parameter_source(param.name)
    return param.expose_value and source is not None and source.name == "COMMANDLINE"


class TimesCommand(TyperCommand):
    """A command whose last words are times: ``-15m`` is one of them, and no option."""

    def parse_args(self, ctx: _click.Context, args: list[str]) -> list[str]:
        """Read the words; no option begins with a digit, and the order of times says nothing."""
        end = args.index("--") if "--" in args else len(args)
        times = [word for word in args[:end] if _AGO.fullmatch(word)]
        rest = [word for word in args[:end] if not _AGO.fullmatch(word)]
        return super().parse_args(ctx, [*rest, "--", *args[end + 1 :], *times])


_AGO = re.compile(r"-\d.*", re.DOTALL)
