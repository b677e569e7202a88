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
        from clocktool.cli.topics import ALL

        yield from map(kinds.Candidate, ALL, ALL.values())
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

    'clocktool help' alone lists the commands and the topics. An alias is explained as its command.

    Examples:
      clocktool help start
      clocktool help projects add
      clocktool help times
    """
    from clocktool.cli import aliases, topics

    app = options.app_of(ctx)
    assert ctx.parent is not None  # noqa: S101  # it is a subcommand of the program
    program: Any = ctx.parent.command
    names = program.list_commands(ctx.parent)
    first, *more = words or [""]
    if first in topics.TOPICS and not more:
        app.out.data(topics.text_of(first))
    elif first in topics.LISTS and not more:
        app.out.data(_list(app, first, program, ctx.parent))
    elif not first or first in names:
        app.out.line(program.help_of(ctx.parent, words or []))
    elif not more and (command := aliases.command_of(app, first)) in names:
        app.out.line(program.help_of(ctx.parent, [command]))
    else:
        from difflib import get_close_matches

        close = get_close_matches(first, (*topics.ALL, *names), 2)
        raise UsageError(
            f"no help on {' '.join([first, *more])!r}",
            f"did you mean {' or '.join(close)}?" if close else f"topics: {', '.join(topics.ALL)}",
        )


def _list(app: options.App, topic: str, program: Any, ctx: Any) -> str:
    """Return the text of a topic that is made from what the program declares."""
    from clocktool.cli.aliases import explained

    if topic == "aliases":
        return explained(app)
    text: str = program.help_on_options(ctx) if topic == "options" else program.listing(ctx)
    return text
