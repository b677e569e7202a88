"""``config``: show the configuration and the source of each value, or change it."""

from collections.abc import Iterable
from typing import Annotated

import typer

from clocktool.cli import options, results
from clocktool.completion import kinds
from clocktool.config.config import LOCAL, load, resolve
from clocktool.config.declaration import dotted
from clocktool.config.file import change, write
from clocktool.config.keys import DECLARATION, scope_of
from clocktool.errors import AnswerIsNoError, UsageError
from clocktool.render.fields import keyed

command = options.new_group()

COLUMNS = ("key", "value", "from")


def _keys(asked: kinds.Query) -> Iterable[kinds.Candidate]:
    """Yield the keys that need no name of the user, and those with a name that the file has."""
    tables = asked.config()
    for name, key in DECLARATION.keys.items():
        table, _, word = name.rpartition(".")
        if name.islower():
            yield kinds.Candidate(name, key.about)
        elif word.isupper():
            for each, value in tables.get(table, {}).items():
                yield kinds.Candidate(dotted((table, each)), str(value))


def _values(asked: kinds.Query) -> Iterable[kinds.Candidate]:
    """Yield the values that the key before the cursor accepts."""
    if key := DECLARATION.keys.get(asked.words[0]):
        yield from map(kinds.Candidate, key.words)
        if key.completion:
            yield from kinds.NAMED[key.completion].candidates(asked)


KEY = kinds.Kind("KEY", _keys)
VALUE = kinds.Kind("[VALUE]", _values)
KeyName = Annotated[
    str, typer.Argument(metavar=KEY, help="For example workspace or defaults.project.")
]


@command.callback()
def config(
    ctx: options.Context,
    output: options.SummaryOutput = options.SummaryFormat.TABLE,
    quiet: options.Quiet = False,
) -> None:
    """Show every setting and the source of its value; secrets are masked.

    'clocktool help configuration' lists the keys.

    Examples:
      clocktool config
      clocktool config set timezone Europe/Berlin
      clocktool config get timezone
    """
    if ctx.invoked_subcommand is not None:
        return
    app = options.app_of(ctx, quiet=quiet)
    settings = app.config.settings
    where, why = app.connection.destination
    rows = [("(time goes to)", where, why)]
    for key in DECLARATION.in_order(settings):
        if scope_of(key) != "account" or app.config.credential is not None:
            setting = settings[key]
            rows.append((key, DECLARATION.named(key).display(setting.value), setting.source))
    if "timezone" not in settings:
        value = app.process.machine_zone().name
        why = "machine" if app.config.credential is None else "machine, unless the account has one"
        rows.append(("timezone", value, why))
    records = [dict(zip(COLUMNS, row, strict=True)) for row in rows]
    results.write_records(
        app, records, keyed(COLUMNS), options.Format(output), nothing="Nothing is set."
    )


@command.command()
def get(
    ctx: options.Context,
    key: KeyName,
    output: options.SummaryOutput = options.SummaryFormat.TABLE,
    quiet: options.Quiet = False,
) -> None:
    """Print the value of a key; exit code 1 if it is not set.

    'clocktool help configuration' lists the keys.

    Examples:
      clocktool config get timezone
      clocktool config get defaults.project
    """
    app = options.app_of(ctx, quiet=quiet)
    declared = DECLARATION.named(key)
    value = app.config.get(key)
    if value is None:
        raise AnswerIsNoError(f"{key} is not set")
    shown = declared.display(value)
    _write(app, key, shown, output, shown)


@command.command("set")
def set_(
    ctx: options.Context,
    key: KeyName,
    value: Annotated[
        str | None,
        typer.Argument(metavar=VALUE, help="'' removes the key; lists are A,B,C."),
    ] = None,
    output: options.SummaryOutput = options.SummaryFormat.TABLE,
    quiet: options.Quiet = False,
) -> None:
    """Set a key in the configuration file; its comments stay.

    With --profile NAME the key is set in that profile. '' as VALUE removes the key. Leave out the
    VALUE of a secret (api_key, addon_token): clocktool asks for it without showing it, or reads it
    from standard input. 'clocktool help configuration' lists the keys.

    Examples:
      clocktool config set defaults.project Site
      clocktool config set defaults.tags dev,urgent
      clocktool config set week_start ''
    """
    app = options.app_of(ctx, quiet=quiet)
    declared = DECLARATION.named(key)
    if declared.secret:
        if value:
            raise UsageError(
                f"other users of this machine can read {key} on the command line",
                "leave the value out: clocktool asks for it",
            )
        value = "" if value == "" else _secret(app, key)
    elif value is None:
        raise UsageError(f"{key} needs a value", f"give {declared.accepts}")
    if app.profile == LOCAL and declared.scope == "account":
        raise UsageError(f"the local workspace has no {key}", "leave --profile out")
    new = None if value == "" else DECLARATION.parse(key, value)
    _check_alias(app, key, new)
    app.flags.makes_profile = True
    before = app.config.settings.get(key)
    change(app.config_path, app.profile, {key: new})
    shown = None if new is None else declared.display(new)
    _write(app, key, shown, output, f"{key} {'removed' if shown is None else f'= {shown}'}")
    if before is not None and (new is None or before.source != app.config_source):
        _note_other_source(app, key, new)


def _note_other_source(app: options.App, key: str, value: object) -> None:
    """Print a note if a key that was set to a value has another one, from elsewhere."""
    app.reload_config()
    other = app.config.settings.get(key)
    if other is not None and other.value != value:
        shown = DECLARATION.named(key).display(other.value)
        app.out.note(f"In force is {key} = {shown}, from {other.source}.")


def _check_alias(app: options.App, key: str, new: object) -> None:
    """Raise SetupError for an alias with the name of a command."""
    from clocktool.config.aliases import TABLE, check_aliases
    from clocktool.config.config import Setting
    from clocktool.config.declaration import path_of

    table, *name = path_of(key)
    if table == TABLE and new is not None:
        check_aliases({name[0]: Setting(new, str(app.config_path))}, app.commands)


@command.command()
def path(
    ctx: options.Context,
    output: options.SummaryOutput = options.SummaryFormat.TABLE,
    quiet: options.Quiet = False,
) -> None:
    """Print the path of the configuration file, which may not exist yet.

    Examples:
      clocktool config path
      CLOCKTOOL_CONFIG=other.toml clocktool config path
    """
    app = options.app_of(ctx, quiet=quiet)
    where = str(app.config_path)
    results.write_summary(app, {"path": where}, options.Format(output), where)


@command.command()
def edit(ctx: options.Context) -> None:
    """Open the configuration file in $VISUAL or $EDITOR, then check it.

    Examples:
      clocktool config edit
      EDITOR=nano clocktool config edit
    """
    from clocktool.cli.editor import editor_of, open_editor
    from clocktool.storage.files import is_there

    app = options.app_of(ctx)
    editor = editor_of(app, f"or open {app.config_path} yourself")
    if not is_there(app.config_path):
        write(app.config_path, "")
    open_editor(editor, app.config_path)
    resolve(flags={}, env={}, file=load(app.config_path), path=app.config_path, profile=None)


def _write(
    app: options.App, key: str, value: str | None, output: options.SummaryFormat, line: str
) -> None:
    results.write_summary(app, {"key": key, "value": value}, options.Format(output), line)


def _secret(app: options.App, key: str) -> str:
    asks = app.process.is_interactive
    value = app.process.ask_secret(f"{key}: ") if asks else app.process.stdin.readline()
    if not value.strip():
        raise UsageError(f"no {key} was given", f"to remove it: clocktool config set {key} ''")
    return value.strip()
