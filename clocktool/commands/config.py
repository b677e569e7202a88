"""``config``: show the configuration and where each value comes from, change it."""

from typing import Annotated

import typer

from clocktool.cli import options, results
from clocktool.config.config import KEYS, LOCAL, MASK, OF_AN_ACCOUNT, parse_value, resolve
from clocktool.config.file import change, load, save
from clocktool.errors import NoError, SetupError, UsageError, reason_of
from clocktool.render.records import Record

command = options.new_group()

SET_IT = "set $EDITOR to one that works"

KeyName = Annotated[str, typer.Argument(metavar="KEY", help="A key, as 'config' lists them.")]


@command.callback()
def config(
    ctx: options.Context,
    output: options.OutputOfSums = options.Sums.TABLE,
    quiet: options.Quiet = False,
) -> None:
    """Show every value in force and where it comes from; secrets are masked.

    KEY: one of those in 'clocktool help configuration', like workspace or defaults.project.

    Examples:
      clocktool config
      clocktool config set timezone Europe/Berlin
      clocktool config get timezone
    """
    if ctx.invoked_subcommand is not None:
        return
    app = options.app_of(ctx, quiet=quiet)
    settings = app.config.settings
    where, why = app.connection.tracks
    records = [Record({"key": "(time goes to)", "value": where, "from": why})]
    for key in KEYS:
        if key in settings and (key not in OF_AN_ACCOUNT or app.config.credential is not None):
            setting = settings[key]
            values = {"key": key, "value": _shown(key, setting.value), "from": setting.source}
            records.append(Record(values))
    if "timezone" not in settings:
        value = app.process.machine_zone().name
        why = "machine" if app.config.credential is None else "machine, unless the account has one"
        records.append(Record({"key": "timezone", "value": value, "from": why}))
    results.write_records(app, records, options.Format(output), nothing="Nothing is set.")


@command.command()
def get(
    ctx: options.Context,
    key: KeyName,
    output: options.OutputOfSums = options.Sums.TABLE,
    quiet: options.Quiet = False,
) -> None:
    """Print one value; exit code 1 when it is not set.

    KEY: one of those in 'clocktool help configuration'.

    Examples:
      clocktool config get timezone
      clocktool config get defaults.project
    """
    app = options.app_of(ctx, quiet=quiet)
    _check(key)
    value = app.config.get(key)
    if value is None:
        raise NoError(f"nothing is set for {key}")
    _write(app, key, _shown(key, value), output, _shown(key, value))


@command.command("set")
def set_(
    ctx: options.Context,
    key: KeyName,
    value: Annotated[
        str | None,
        typer.Argument(metavar="[VALUE]", help="'' takes the key out; lists are A,B,C."),
    ] = None,
    output: options.OutputOfSums = options.Sums.TABLE,
    quiet: options.Quiet = False,
) -> None:
    """Write a value to the configuration file.

    In the chosen profile, if there is one. KEY: one of those in 'clocktool help configuration'. ''
    as VALUE takes it out. A secret (api_key, addon_token) is asked for unseen, or read from
    standard input: never write it on the command line.

    Examples:
      clocktool config set defaults.project Site
      clocktool config set defaults.tags dev,urgent
      clocktool config set week_start ''
    """
    app = options.app_of(ctx, quiet=quiet)
    _check(key)
    if KEYS[key].secret:
        if value:
            raise UsageError(
                f"{key} on the command line could be read by others",
                "leave it out: it is asked for",
            )
        value = "" if value == "" else _secret(app, key)
    elif value is None:
        raise UsageError(f"{key} needs a value", f"it is {KEYS[key].accepts}")
    if app.profile == LOCAL and key in OF_AN_ACCOUNT:
        raise UsageError(f"the local workspace has no {key}", "leave --profile out")
    new = None if value == "" else parse_value(key, value)
    change(app.config_path, app.profile, {key: new}, app.out.note)
    shown = None if new is None else _shown(key, new)
    _write(app, key, shown, output, f"{key} {'taken out' if shown is None else f'= {shown}'}")


@command.command()
def path(
    ctx: options.Context,
    output: options.OutputOfSums = options.Sums.TABLE,
    quiet: options.Quiet = False,
) -> None:
    """Print where the configuration file is, or would be.

    Examples:
      clocktool config path
      CLOCKTOOL_CONFIG=other.toml clocktool config path
    """
    app = options.app_of(ctx, quiet=quiet)
    where = str(app.config_path)
    results.write_summary(app, {"path": where}, options.Format(output), where)


@command.command()
def edit(ctx: options.Context) -> None:
    """Open the file in $VISUAL or $EDITOR, and check it afterwards.

    Examples:
      clocktool config edit
      EDITOR=nano clocktool config edit
    """
    import shlex
    import subprocess

    from clocktool.storage.files import is_there

    app = options.app_of(ctx)
    env = app.process.env
    editor = env.get("VISUAL") or env.get("EDITOR")
    if not editor:
        raise SetupError("no editor is set", f"set $EDITOR, or edit {app.config_path} as you like")
    if not is_there(app.config_path):
        save(app.config_path, {})
    try:
        code = subprocess.run([*shlex.split(editor), str(app.config_path)], check=False).returncode  # noqa: S603  # the user's own editor
    except (OSError, ValueError) as error:
        raise SetupError(f"{editor!r} cannot be run: {reason_of(error)}", SET_IT) from error
    if code != 0:
        raise SetupError(f"{editor!r} ended with exit code {code}", SET_IT)
    resolve(flags={}, env={}, file=load(app.config_path), path=app.config_path, profile=None)


def _write(app: options.App, key: str, value: str | None, output: options.Sums, line: str) -> None:
    results.write_summary(app, {"key": key, "value": value}, options.Format(output), line)


def _check(key: str) -> None:
    if key not in KEYS:
        parse_value(key, "")


def _secret(app: options.App, key: str) -> str:
    asks = app.process.asks
    said = app.process.ask_unseen(f"{key}: ") if asks else app.process.stdin.readline()
    if not said.strip():
        raise UsageError("no key was given", f"take it out with: clocktool config set {key} ''")
    return said.strip()


def _shown(key: str, value: object) -> str:
    if KEYS[key].secret:
        return MASK
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return str(value).lower() if isinstance(value, bool) else str(value)
