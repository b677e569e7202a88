"""The root command: the table of commands, global options, and the checks of what is typed.

A command is imported when it is called. Only this file uses Typer's internals.
"""

import copy
import io
import re
from collections.abc import Callable, MutableMapping, Sequence
from contextlib import redirect_stderr, redirect_stdout, suppress
from datetime import date
from functools import cache, partial
from importlib import import_module
from itertools import pairwise
from typing import TYPE_CHECKING, Annotated, Any, cast

import typer
from typer import _click
from typer.core import TyperCommand, TyperGroup, TyperOption
from typer.main import get_command

from clocktool import __version__
from clocktool.app.app import App
from clocktool.completion import VARIABLE, kinds
from clocktool.errors import ExitCode, UsageError, quoted

if TYPE_CHECKING:
    from clocktool.completion import table

Command = _click.Command

COMMANDS: dict[str, dict[str, str]] = {
    "Track": {
        "start": "Start a timer",
        "stop": "Stop the timer",
        "running": "Show the timer",
        "add": "Add a finished entry",
        "resume": "Start an entry again",
        "back": "Resume interrupted work",
    },
    "View": {
        "status": "Show today and the week",
        "list": "List entries by day",
        "report": "Sum up time by project",
        "show": "Show an entry in full",
        "gaps": "Find untracked time",
        "audit": "Find likely mistakes",
    },
    "Change": {
        "edit": "Edit an entry or a day",
        "delete": "Delete entries",
        "split": "Split an entry",
        "join": "Join entries",
        "undo": "Undo the last change",
        "redo": "Redo what was undone",
        "dup": "Copy to other days",
        "bulk": "Change many entries",
        "purge": "Delete many entries",
    },
    "Plan, bill": {
        "targets": "Set hours and days off",
        "balance": "Show overtime",
        "budgets": "Set and check budgets",
        "rates": "Set hourly rates",
        "invoice": "Bill tracked time",
        "invoices": "Show and save invoices",
    },
    "Names": {
        "projects": "List and change projects",
        "tasks": "List and change the tasks of a project",
        "clients": "List and change clients",
        "tags": "List and change tags",
        "users": "List members, add one",
        "fields": "List custom fields, add one",
        "workspaces": "List workspaces, add one, set its rules",
    },
    "Transfer": {
        "import": "Import a file",
        "export": "Export entries",
        "sync": "Send pending changes",
        "pending": "List pending changes",
        "mirror": "Manage the local copy",
    },
    "Set up": {
        "login": "Connect to Clockify",
        "logout": "Remove the API key",
        "config": "Change the settings",
        "init": "Set up the shell",
        "completions": "Print the TAB script",
        "serve": "Serve an HTTP API",
    },
    "Help": {
        "help": "Explain a command or a topic",
    },
}
"""The commands by section, with their summaries. ``commands/NAME.py`` has the command."""

NAMES_ELSEWHERE = {
    "now": "running",
    "sum": "report",
    "aggregate": "report",
    "totals": "report",
    "timesheet": "report",
    "restart": "resume",
    "track": "add",
    "manual": "add",
    "clone": "dup",
    "copy": "dup",
}
"""The names of commands in other trackers, for the hint when one is typed."""

FILES = {"import": "", "report": "--save", "budgets": "--save", "balance": "--save"}
"""The commands that take a file's name, with the option for it; '' is an argument.

The name of a file may hold any bytes.
"""

_VALUED = ("--user", "--from", "--profile", "-w", "--workspace")
"""The options of ``import`` that take a value."""

_AGO = re.compile(r"-\d.*", re.DOTALL)
"""A time like ``-15m``."""

WIDTH = 80
"""The widest line of any help."""

STATUS = "status"
"""The command that runs without a command's name."""

SUMMARIES = {name: summary for names in COMMANDS.values() for name, summary in names.items()}


class Commands(TyperGroup):
    """The root group. It imports a command's module when that command is called."""

    def list_commands(self, ctx: _click.Context) -> list[str]:
        """Return the names of all commands, without importing any."""
        return list(SUMMARIES)

    def get_command(self, ctx: _click.Context, cmd_name: str) -> Command | None:
        """Import a command, and add the global options to it."""
        if cmd_name not in SUMMARIES:
            return None
        found = self.commands.get(cmd_name)
        if found is None:
            module = import_module(f"clocktool.commands.{cmd_name}")
            module.command.info.cls = Group
            found = get_command(module.command)
            found.name = cmd_name
            _add_global_options(found, self.params)
            self.commands[cmd_name] = found
        return found

    def resolve_command(
        self, ctx: _click.Context, args: list[str]
    ) -> tuple[str | None, Command | None, list[str]]:
        """Return the command that the first word names. Raises UsageError with similar names."""
        check_encoding(args)
        app = ctx.find_object(App)
        if args[0] not in SUMMARIES and app is not None and not args[0].startswith("-"):
            from clocktool.cli.aliases import expanded

            args = expanded(app, args, SUMMARIES) or args
        word = args[0]
        if app is not None:
            app.command = word
        if self.get_command(ctx, word) is None and not word.startswith("-"):
            from difflib import get_close_matches

            others = NAMES_ELSEWHERE.get(word)
            close = [others] if others else get_close_matches(word, SUMMARIES, 2)
            hint = f"did you mean {' or '.join(close)}?" if close else "see 'clocktool --help'"
            raise UsageError(f"no command {word!r}", hint)
        return super().resolve_command(ctx, args)

    def get_help(self, ctx: _click.Context) -> str:
        """Return all commands by section, without importing any."""
        from clocktool.cli.overview import overview
        from clocktool.cli.topics import LISTED

        app = ctx.find_object(App)
        aliases = [] if app is None else [*_aliases(app)]
        return overview(COMMANDS, aliases, LISTED, _width(ctx)).rstrip("\n")

    def help_of(self, ctx: _click.Context, words: Sequence[str]) -> str:
        """Return the help of a command or subcommand; without words, that of the program."""
        ctx = _find_context(ctx, words)
        return ctx.command.get_help(ctx)

    def help_on_options(self, ctx: _click.Context) -> str:
        """Return the help of the global options."""
        from clocktool.cli.command_help import options_page

        return options_page(_groups(self, ctx)["Options"], _width(ctx))

    def listing(self, ctx: _click.Context) -> str:
        """Return all commands, a line each."""
        from clocktool.cli.overview import listing

        return listing(COMMANDS, _width(ctx))


def _width(ctx: _click.Context) -> int:
    """Return the columns for help: those of the terminal, 80 at most."""
    app = ctx.find_object(App)
    return min(WIDTH, (app.process.columns if app else None) or WIDTH)


def _help_page(command: Command, ctx: _click.Context) -> str:
    """Return the help of a command. It stands for Typer's ``get_help``."""
    from clocktool.cli.command_help import page

    usage = [ctx.command_path, *command.collect_usage_pieces(ctx)]
    return page(command.help or "", usage, _groups(command, ctx), _width(ctx)).rstrip("\n")


def _groups(command: Command, ctx: _click.Context) -> dict[str, list[tuple[str, str]]]:
    """Return the names and texts of subcommands, arguments and options by group."""
    groups: dict[str, list[tuple[str, str]]] = {}
    below = cast("MutableMapping[str, Command]", getattr(command, "commands", {}))
    if below and not isinstance(command, Commands):
        groups["Commands"] = [(name, each.get_short_help_str(100)) for name, each in below.items()]
    for param in cast("Sequence[Any]", command.get_params(ctx)):
        record = param.get_help_record(ctx)
        is_help = param.name == "help" and not isinstance(command, Commands)
        if record is not None and not is_help:
            title = "Arguments" if param.param_type_name == "argument" else "Options"
            rows = groups.setdefault(param.rich_help_panel or title, [])
            text = record[1].removesuffix("  [required]").removesuffix("  [x>=1]")
            rows.append((_shorter(record[0]), text))
    return groups


def _shorter(names: str) -> str:
    """Return ``--[no-]name`` for ``--name / --no-name``."""
    on, _, off = names.partition(" / ")
    return f"--[no-]{on[2:]}" if off == f"--no-{on[2:]}" else names


def _aliases(app: App) -> dict[str, str]:
    from clocktool.cli.aliases import aliases_of
    from clocktool.render.text import visible

    return {visible(name): visible(line) for name, line in aliases_of(app).items()}


def _find_context(ctx: _click.Context, words: Sequence[str]) -> _click.Context:
    """Return the context of a subcommand, by the names that lead to it from ``ctx``.

    Only commands on that path are imported. Raises UsageError if there is no such command.
    """
    for word in words:
        group, path = ctx.command, ctx.command_path
        below = group.get_command(ctx, word) if isinstance(group, TyperGroup) else None
        if below is None:
            from difflib import get_close_matches

            names = group.list_commands(ctx) if isinstance(group, TyperGroup) else []
            close = get_close_matches(word, names, 2)
            hint = f"did you mean {' or '.join(close)}?" if close else f"see '{path} --help'"
            raise UsageError(f"'{path}' has no command {word!r}", hint)
        ctx = type(ctx)(below, parent=ctx, info_name=word, **_CONTEXT_SETTINGS)
    return ctx


def _add_global_options(command: Command, options: Sequence[Any]) -> None:
    """Add the global options to a command and its subcommands, hidden in their help.

    Also give them the help of clocktool in place of Typer's.
    """
    refuse_repeats(command)
    command.get_help = partial(_help_page, command)  # type: ignore[method-assign]
    for option in options:
        if option.name not in ("help", "version"):
            hidden = copy.copy(option)
            hidden.hidden = True
            command.params.append(hidden)
    subcommands = cast("MutableMapping[str, Command]", getattr(command, "commands", {}))
    for each in subcommands.values():
        _add_global_options(each, options)


def _take_global_option(ctx: _click.Context, param: Any, value: Any) -> Any:
    app = ctx.find_object(App)
    if isinstance(value, str):
        check_word_encoding(value)
    if value and param.name == "version":
        typer.echo(f"clocktool {__version__}")
        ctx.exit()
    if app is not None and value:
        setattr(app.flags, param.name, value)
        if app.flags.fresh and app.flags.offline:
            raise UsageError("--fresh and --offline contradict each other", "use one of them")
    return value


_CONTEXT_SETTINGS: dict[str, Any] = {
    "help_option_names": ["-h", "--help"],
}

root = typer.Typer(
    cls=Commands,
    add_completion=False,
    rich_markup_mode=None,
    invoke_without_command=True,
    context_settings=_CONTEXT_SETTINGS,
)


@root.callback()
def _root(  # noqa: PLR0917  # an option each
    profile: Annotated[
        str | None,
        typer.Option(metavar=kinds.PROFILE, help="Profile to use; 'local' is always available."),
    ] = None,
    workspace: Annotated[
        str | None,
        typer.Option(
            "-w", "--workspace", metavar=kinds.WORKSPACE, help="Workspace, by name or id."
        ),
    ] = None,
    fresh: Annotated[
        bool,
        typer.Option("--fresh", help="Ask the service for everything."),
    ] = False,
    offline: Annotated[
        bool,
        typer.Option(
            "--offline", help="Make no request: show what is kept here, send changes later."
        ),
    ] = False,
    verbose: Annotated[
        bool,
        typer.Option(
            "-v", "--verbose", help="Print each request, and how many are left of the hour."
        ),
    ] = False,
    debug: Annotated[
        bool,
        typer.Option("--debug", help="Show the traceback of an error."),
    ] = False,
    version: Annotated[
        bool,
        typer.Option("--version", help="Show the version."),
    ] = False,
) -> None:
    """Track time from the terminal: on Clockify, or in one local file with no account.

    Without a command it shows the status.
    """


class _HelpStream(io.TextIOBase):
    """The stream that Typer writes help to. ``Output`` handles a closed pipe."""

    def __init__(self, app: App) -> None:
        self._app = app

    def write(self, text: str) -> int:
        """Write a piece of help."""
        self._app.out.data(text)
        return len(text)


@cache
def _program() -> _click.Command:
    """Return the root command. It is built once, and keeps each command that was called.

    Each of its options is taken as soon as it is read.
    """
    command = refuse_repeats(get_command(root))
    for option in command.params:
        # Not in the declaration: Typer inspects a callback again for each option that has it.
        option.callback = _take_global_option
        option.is_eager = True
        option.expose_value = False
    return command


def call(args: Sequence[str], app: App) -> ExitCode:
    """Run a command line, and return its exit code. Raises ClocktoolError."""
    if app.process.env.get(VARIABLE):
        return _complete(app)
    app.commands = SUMMARIES
    command = _program()
    with redirect_stdout(_HelpStream(app)), redirect_stderr(app.process.stderr):
        try:
            # Not command.main: that would turn a closed pipe and Ctrl-C into exits.
            with command.make_context("clocktool", list(args), obj=app) as context:
                command.invoke(context)
                if context.invoked_subcommand is None:
                    _show_status(context, app)
        except _click.exceptions.UsageError as error:
            where = error.ctx.command_path if error.ctx else "clocktool"
            if where == "clocktool":
                where = " ".join([where, *(word for word in args if word in SUMMARIES)][:2])
            message = error.format_message()
            hint = error.ctx and _extra_hint(message, args, error.ctx)
            hint = hint or f"see '{where} --help'"
            raise UsageError(_uncapitalized(message), hint) from error
        except _click.exceptions.ClickException as error:
            raise UsageError(_uncapitalized(error.format_message())) from error
        except typer.Exit as end:
            return ExitCode(end.exit_code)  # by --help and --version; commands raise errors
        except typer.Abort:
            raise KeyboardInterrupt from None
    return ExitCode.DONE


def _extra_hint(message: str, args: Sequence[str], ctx: _click.Context) -> str | None:
    """Return a hint for a value that lacks quotes, or a time without ``--at``; else None."""
    found = re.fullmatch(r"Got unexpected extra argument\S* \((.*)\)", message)
    if found is None:
        return None
    extra = found[1]
    place = next((place for place, word in enumerate(args) if word in extra.split()), 0)
    options = (each for each in ctx.command.params if isinstance(each, TyperOption))
    valued = {name for each in options if not each.is_flag for name in each.opts}
    if place > 1 and args[place - 2] in valued:
        option, value = args[place - 2 : place]
        return f'quote a value of several words: {option} "{value} {extra}"'
    return f"for a time: clocktool stop --at {extra}" if ctx.info_name == "stop" else None


def _show_status(context: _click.Context, app: App) -> None:
    """Run ``status``, for a command line without a command."""
    app.command = STATUS
    status = cast("Commands", context.command).get_command(context, STATUS)
    assert status is not None  # noqa: S101  # it is in the table
    with status.make_context(STATUS, [], parent=context) as below:
        status.invoke(below)


def describe(path: Sequence[str]) -> "table.Command":
    """Return the options, arguments and subcommands of a command; () is the program itself.

    Only commands on the path are imported. Raises UsageError if there is no such command.
    """
    ctx = _find_context(
        _click.Context(_program(), info_name="clocktool", **_CONTEXT_SETTINGS), path
    )
    found = ctx.command
    if isinstance(found, Commands):
        below_it = SUMMARIES
    else:
        commands = cast("MutableMapping[str, Command]", getattr(found, "commands", {}))
        below_it = {name: each.get_short_help_str(100) for name, each in commands.items()}
    params = found.get_params(ctx)
    from clocktool.completion import table

    return table.Command(
        help=found.help or "",
        options=tuple(map(table.option_of, _of_type(params, "option"))),
        arguments=tuple(map(table.argument_of, _of_type(params, "argument"))),
        commands=below_it,
    )


def _of_type(params: Sequence[Any], kind: str) -> list[Any]:
    return [each for each in params if each.param_type_name == kind]


def _complete(app: App) -> ExitCode:
    """Write completions for a shell; nothing if that fails: an error would spoil the line."""
    with suppress(Exception):
        from clocktool.completion.complete import answer

        app.out.data(answer(app.process.env[VARIABLE], app, describe))
    return ExitCode.DONE


def _uncapitalized(message: str) -> str:
    """Return a message from Typer in the style of clocktool: no capital, no full stop."""
    text = " ".join(message.split()).rstrip(".")
    return text[:1].lower() + text[1:] if text[1:2].islower() else text


LIST = "list"
"""The subcommand that takes a period; its name can be left out."""


class Group(TyperGroup):
    """A command with subcommands, like ``tags``: alone it lists.

    Options before the name of a subcommand are passed to it.
    """

    def resolve_command(
        self, ctx: _click.Context, args: list[str]
    ) -> tuple[str | None, _click.Command | None, list[str]]:
        """Find the subcommand, and pass it the options before its name.

        Raises UsageError for an option that it does not have, and for ``list`` where the command
        alone lists.
        """
        if LIST in self.commands and args[0] not in self.commands and _is_period(args):
            args = [LIST, *args]
        if args[0] == LIST and LIST not in self.commands:
            raise UsageError(f"no such command {LIST!r}", f"leave it out: {ctx.command_path}")
        name, command, rest = super().resolve_command(ctx, args)
        if name is not None and command is not None:
            app = ctx.find_object(App)
            if app is not None:
                app.command = f"{ctx.info_name} {name}"
            given = {param.name: param for param in self.params if _is_given(ctx, param)}
            foreign = given.keys() - {param.name for param in command.params}
            if foreign:
                option = max(given[min(foreign, key=str)].opts, key=len)
                path = f"{ctx.command_path} {name}"
                raise UsageError(f"'{path}' has no option {option}", f"see '{path} --help'")
            ctx.default_map = {name: {key: ctx.params[key] for key in given if key}}
        return name, command, rest


def _is_period(words: Sequence[str]) -> bool:
    """Whether words begin with a PERIOD, of one word or of two."""
    from clocktool.domain.time.period import parse_period

    for count in (1, 2):
        with suppress(UsageError):
            parse_period(" ".join(words[:count]), date(2000, 1, 1))
            return True
    return False


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


def check_encoding(args: Sequence[str]) -> None:
    """Raise UsageError for a word that is not valid UTF-8, unless it is the name of a file."""
    option = FILES.get(args[0])
    for before, word in pairwise(args):
        if option and (before == option or word.startswith(f"{option}=")):
            continue
        if option == "" and word[:1] != "-" and before not in _VALUED:
            continue
        check_word_encoding(word)


def check_word_encoding(word: str) -> None:
    """Raise UsageError for a word that is not valid UTF-8."""
    if word.isascii():
        return
    try:
        word.encode()
    except UnicodeEncodeError as error:
        shown = word.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        raise UsageError(
            f"{quoted(shown)} is not valid UTF-8", "use a terminal with a UTF-8 locale"
        ) from error
