"""``help``: explain a command, or a topic of several commands."""

from collections.abc import Iterable
from typing import Annotated, Any

import typer

from clocktool.cli import options
from clocktool.completion import kinds
from clocktool.errors import UsageError

command = options.new_command()


def _topics(asked: kinds.Query) -> Iterable[kinds.Candidate]:
    """Yield the topics and commands, or the subcommands of the words before."""
    if not asked.words:
        from clocktool.cli.topics import TOPICS

        yield from map(kinds.Candidate, TOPICS, TOPICS.values())
    commands = asked.describe(asked.words).commands
    yield from map(kinds.Candidate, commands, commands.values())


TOPIC = kinds.Kind("[COMMAND | TOPIC]...", _topics)


@command.command()
def help(
    ctx: options.Context,
    words: Annotated[
        list[str] | None,
        typer.Argument(metavar=TOPIC, help="What to explain.", show_default=False),
    ] = None,
) -> None:
    """Explain a COMMAND, or a TOPIC that many commands share.

    Topics: times, periods, durations, refs, names, formats, json, exit-codes, overtime,
    configuration, offline.

    Examples:
      clocktool help start
      clocktool help projects add
      clocktool help times
    """
    from clocktool.cli.topics import TOPICS, text_of

    app = options.app_of(ctx)
    assert ctx.parent is not None  # noqa: S101  # it is a subcommand of the program
    program: Any = ctx.parent.command
    first, *more = words or [""]
    if first in TOPICS and not more:
        app.out.data(text_of(first))
    elif not first or first in program.list_commands(ctx.parent):
        app.out.line(program.help_of(ctx.parent, words or []))
    else:
        from difflib import get_close_matches

        close = get_close_matches(first, (*TOPICS, *program.list_commands(ctx.parent)), 2)
        raise UsageError(
            f"no help on {' '.join([first, *more])!r}",
            f"did you mean {' or '.join(close)}?" if close else f"topics: {', '.join(TOPICS)}",
        )
