"""The command table, loaded lazily, and the global options.

With ``parsing`` the only file that touches Typer's insides: a command's module is imported when
that command is called, global options are understood before and behind the command, usage errors
are ours.
"""

import copy
import io
from collections.abc import MutableMapping, Sequence
from contextlib import redirect_stderr, redirect_stdout, suppress
from importlib import import_module
from typing import Annotated, Any, cast

import typer
from typer import _click
from typer.core import TyperGroup
from typer.main import get_command

from clocktool import __version__
from clocktool.app.app import App
from clocktool.cli.argv import refuse_broken, refuse_broken_word
from clocktool.cli.parsing import Group, take_once
from clocktool.completion import VARIABLE, kinds, table
from clocktool.errors import ExitCode, UsageError

Command = _click.Command

COMMANDS: dict[str, dict[str, str]] = {
    "Track": {
        "start": "Start a timer; a running one ends.",
        "stop": "Stop the timer.",
        "running": "Show the timer and today's total.",
        "resume": "Start an earlier entry again.",
        "add": "Add a finished entry.",
    },
    "Look and mend": {
        "list": "List entries by day, with totals.",
        "report": "Add up time: by project, client, day and more.",
        "show": "Show everything about entries.",
        "edit": "Change an entry.",
        "delete": "Delete entries.",
    },
    "Many at once": {
        "dup": "Copy an entry, or a day, to other days.",
        "bulk": "Change many entries.",
        "split": "Cut an entry in parts.",
        "invoice": "Show what is to be billed, mark it as invoiced.",
        "purge": "Delete many entries, for good.",
    },
    "When the network is away": {
        "sync": "Send the changes that wait.",
        "pending": "List them, drop one, decide a conflict.",
        "undo": "Take back the last change made from here.",
        "redo": "Do again what the last undo took back.",
    },
    "Names": {
        "projects": "List projects, add one.",
        "tasks": "List a project's tasks, add one.",
        "clients": "List clients, add one.",
        "tags": "List tags, add one.",
        "users": "List the workspace's members, add one.",
        "fields": "List custom fields, add one.",
        "workspaces": "List workspaces, add one, set its rules.",
    },
    "Move": {
        "export": "Write entries as JSON lines or CSV, however many.",
        "import": "Add the entries of a file: ours, Toggl's, timewarrior's, Watson's.",
    },
    "Set up": {
        "login": "Set up a Clockify account.",
        "logout": "Forget its key.",
        "config": "Show and change the configuration.",
        "serve": "Serve the local workspace as an HTTP API.",
        "completions": "Print the completion script of a shell.",
        "help": "Explain a command, or times, periods, formats …",
    },
}
"""The commands by section, each with its summary; ``commands/NAME.py`` holds it."""

WORDS_OF_OTHERS = {
    "status": "running",
    "current": "running",
    "now": "running",
    "log": "list",
    "summary": "report",
    "sum": "report",
    "aggregate": "report",
    "totals": "report",
    "timesheet": "report",
    "in": "start",
    "switch": "start",
    "out": "stop",
    "continue": "resume",
    "restart": "resume",
    "track": "add",
    "manual": "add",
    "cancel": "delete current",
    "rm": "delete",
    "clone": "dup",
    "copy": "dup",
}
"""What other trackers call a command: typed out of habit, it is answered with ours."""

SUMMARIES = {name: summary for names in COMMANDS.values() for name, summary in names.items()}


class Commands(TyperGroup):
    """The root group: imports a command's module when the command is asked for."""

    def list_commands(self, ctx: _click.Context) -> list[str]:
        """Return the names of all commands, none of them imported."""
        return list(SUMMARIES)

    def get_command(self, ctx: _click.Context, cmd_name: str) -> Command | None:
        """Import a command and give it the global options too."""
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
        """Find the command of the first word; a word that is none says what is close."""
        refuse_broken(args)
        word = args[0]
        app = ctx.find_object(App)
        if app is not None:
            app.command = word
        if self.get_command(ctx, word) is None and not word.startswith("-"):
            from difflib import get_close_matches

            others = WORDS_OF_OTHERS.get(word)
            close = [others] if others else get_close_matches(word, SUMMARIES, 2)
            hint = f"did you mean {' or '.join(close)}?" if close else "see 'clocktool --help'"
            raise UsageError(f"no command {word!r}", hint)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: _click.Context, formatter: _click.HelpFormatter) -> None:
        """Write the commands in their sections, without importing one."""
        for section, names in COMMANDS.items():
            with formatter.section(section):
                formatter.write_dl(list(names.items()))

    def help_of(self, ctx: _click.Context, words: Sequence[str]) -> str:
        """Return the help of a command, or of one below it; of the program without words."""
        ctx = _below(ctx, words)
        return ctx.command.get_help(ctx)


def _below(ctx: _click.Context, words: Sequence[str]) -> _click.Context:
    """Return the context of a command below that of a context, by the path of its names.

    Raises UsageError when there is none. Only what is on the path is imported.
    """
    for word in words:
        group, path = ctx.command, ctx.command_path
        below = group.get_command(ctx, word) if isinstance(group, TyperGroup) else None
        if below is None:
            raise UsageError(f"'{path}' has no command {word!r}", f"see '{path} --help'")
        ctx = type(ctx)(below, parent=ctx, info_name=word, **_LOOKS)
    return ctx


def _add_global_options(command: Command, options: Sequence[Any]) -> None:
    """Let a command, and those below it, take the global options; its help is silent of them.

    Examples in its help keep their lines.
    """
    take_once(command)
    command.help = (command.help or "").replace("\n\nExamples:", "\n\n\b\nExamples:")
    for option in options:
        if option.name not in ("help", "version"):
            hidden = copy.copy(option)
            hidden.hidden = True
            command.params.append(hidden)
    subcommands = cast("MutableMapping[str, Command]", getattr(command, "commands", {}))
    for each in subcommands.values():
        _add_global_options(each, options)


def _remember(ctx: typer.Context, param: typer.CallbackParam, value: Any) -> Any:
    app = ctx.find_object(App)
    if isinstance(value, str):
        refuse_broken_word(value)
    if app is not None and value and param.name:
        setattr(app.flags, param.name, value)
    return value


def _show_version(ctx: typer.Context, value: bool) -> None:
    if value:
        typer.echo(f"clocktool {__version__}")
        ctx.exit()


_LOOKS: dict[str, Any] = {"help_option_names": ["-h", "--help"], "max_content_width": 100}

root = typer.Typer(
    cls=Commands,
    add_completion=False,
    rich_markup_mode=None,
    no_args_is_help=True,
    context_settings=_LOOKS,
)


@root.callback(epilog="'clocktool COMMAND --help' tells more. Documentation: README and docs/.")
def _root(
    profile: Annotated[
        str | None,
        typer.Option(
            metavar=kinds.PROFILE,
            help="Profile to use; 'local' is always there.",
            callback=_remember,
            expose_value=False,
            is_eager=True,
        ),
    ] = None,
    workspace: Annotated[
        str | None,
        typer.Option(
            "-w",
            "--workspace",
            metavar=kinds.WORKSPACE,
            help="Workspace, by name or id.",
            callback=_remember,
            expose_value=False,
            is_eager=True,
        ),
    ] = None,
    verbose: Annotated[
        bool,
        typer.Option(
            "-v",
            "--verbose",
            help="Say each request: method, path, status, time.",
            callback=_remember,
            expose_value=False,
            is_eager=True,
        ),
    ] = False,
    debug: Annotated[
        bool,
        typer.Option(
            "--debug",
            help="Show the traceback of an error.",
            callback=_remember,
            expose_value=False,
            is_eager=True,
        ),
    ] = False,
    version: Annotated[
        bool,
        typer.Option(
            "--version",
            help="Show the version.",
            callback=_show_version,
            expose_value=False,
            is_eager=True,
        ),
    ] = False,
) -> None:
    """Track time from the terminal: on Clockify, or in one local file with no account."""


class _Help(io.TextIOBase):
    """The stream that Typer writes help to: our output, which minds a reader that has gone."""

    def __init__(self, app: App) -> None:
        self._app = app

    def write(self, text: str) -> int:
        """Write a piece of help."""
        self._app.out.data(text)
        return len(text)


def call(args: Sequence[str], app: App) -> ExitCode:
    """Run a command line. Returns its exit code; raises ClocktoolError for what goes wrong."""
    if app.process.env.get(VARIABLE):
        return _complete(app)
    command = take_once(get_command(root))
    with redirect_stdout(_Help(app)), redirect_stderr(app.process.stderr):
        try:
            # Not command.main, which would turn a closed pipe and Ctrl-C into exits of its own.
            with command.make_context("clocktool", list(args), obj=app) as context:
                command.invoke(context)
        except _click.exceptions.NoArgsIsHelpError as error:
            typer.echo(error.ctx.get_help() if error.ctx else "")
            return ExitCode.USAGE
        except _click.exceptions.UsageError as error:
            where = error.ctx.command_path if error.ctx else "clocktool"
            if where == "clocktool":
                where = " ".join([where, *(word for word in args if word in SUMMARIES)][:2])
            raise UsageError(_lowered(error.format_message()), f"see '{where} --help'") from error
        except _click.exceptions.ClickException as error:
            raise UsageError(_lowered(error.format_message())) from error
        except typer.Exit as end:
            return ExitCode(end.exit_code)  # of --help and --version; commands raise errors
        except typer.Abort:
            raise KeyboardInterrupt from None
    return ExitCode.DONE


def describe(path: Sequence[str]) -> table.Command:
    """Return what a command is given, by the path of its names; () is the program itself.

    Raises UsageError when there is none. Only what is on the path is imported.
    """
    ctx = _below(_click.Context(get_command(root), info_name="clocktool", **_LOOKS), path)
    found = ctx.command
    if isinstance(found, Commands):
        below_it = SUMMARIES
    else:
        commands = cast("MutableMapping[str, Command]", getattr(found, "commands", {}))
        below_it = {name: each.get_short_help_str(100) for name, each in commands.items()}
    params = found.get_params(ctx)
    return table.Command(
        help=found.help or "",
        options=tuple(map(table.option_of, _of_type(params, "option"))),
        arguments=tuple(map(table.argument_of, _of_type(params, "argument"))),
        commands=below_it,
    )


def _of_type(params: Sequence[Any], kind: str) -> list[Any]:
    return [each for each in params if each.param_type_name == kind]


def _complete(app: App) -> ExitCode:
    """Answer a shell that completes a line; whatever goes wrong, nothing is said."""
    with suppress(Exception):
        from clocktool.completion.complete import answer

        app.out.data(answer(app.process.env[VARIABLE], app, describe))
    return ExitCode.DONE


def _lowered(message: str) -> str:
    """Return Typer's sentence as our errors are written: no capital, no full stop."""
    text = " ".join(message.split()).rstrip(".")
    return text[:1].lower() + text[1:] if text[1:2].islower() else text
