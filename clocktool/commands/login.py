"""``login``: check an API key and store it."""

from typing import TYPE_CHECKING, Annotated

import typer

from clocktool.cli import options, results
from clocktool.errors import KeyRefusedError, UsageError

if TYPE_CHECKING:
    from clocktool.domain.directory import User, Workspace

command = options.new_command()

WHERE = "copy the key from Clockify: Preferences > Advanced > API"


@command.command()
def login(
    ctx: options.Context,
    api_key_stdin: Annotated[
        bool, typer.Option("--api-key-stdin", help="Read the key from standard input.")
    ] = False,
    addon_token: Annotated[
        bool, typer.Option("--addon-token", help="Store an add-on token instead of an API key.")
    ] = False,
    base_url: Annotated[
        str | None,
        typer.Option(
            "--base-url",
            metavar="URL",
            help="Server, for example https://euc1.clockify.me/api/v1.",
        ),
    ] = None,
    output: options.SummaryOutput = options.SummaryFormat.TABLE,
    quiet: options.Quiet = False,
) -> None:
    """Set up a Clockify account: ask for the API key, check it, and choose the workspace.

    The key is on Clockify under Preferences > Advanced > API. With --profile NAME it is stored in
    that profile. To keep the key in a password manager, set api_key_command instead ('clocktool
    help configuration').

    Examples:
      clocktool login
      clocktool login -w ACME --base-url https://euc1.clockify.me/api/v1
      pass show clockify | clocktool login --api-key-stdin
    """
    from clocktool.config.config import LOCAL
    from clocktool.config.file import change
    from clocktool.config.keys import CREDENTIALS, DECLARATION, DEFAULT_BASE_URL
    from clocktool.domain.time.week import WEEKDAYS

    app = options.app_of(ctx, quiet=quiet)
    if app.profile == LOCAL:
        raise UsageError("the local workspace needs no login", "leave --profile out")
    app.flags.makes_profile = True
    if base_url is not None:
        app.flags.settings["base_url"] = DECLARATION.parse("base_url", base_url)
    kind = "addon_token" if addon_token else "api_key"
    address = base_url or app.process.env.get("CLOCKTOOL_BASE_URL") or DEFAULT_BASE_URL
    key = _key(app, address, stdin=api_key_stdin)
    app.flags.settings[kind] = key
    directory = app.connect().directory
    try:
        user = directory.me()
    except KeyRefusedError as error:
        _explain_refusal(app, error)
        raise
    workspace = _workspace(app, user, directory.workspaces())
    values: dict[str, object] = dict.fromkeys(CREDENTIALS)
    values |= {kind: key, "workspace": workspace.id}
    host = app.config.settings["base_url"]
    if host.source != "default":  # the key belongs to that server
        values["base_url"] = host.value
    change(app.config_path, app.profile, values)
    first = WEEKDAYS[app.week_start]
    name, of = user.name or user.email or user.id, workspace.name or workspace.id
    summary = {"user": name, "workspace": of, "timezone": app.zone.name, "week_start": first}
    results.write_summary(
        app,
        summary,
        options.Format(output),
        f"Logged in as {app.out.paint(name, 'bold')}, workspace {app.out.paint(of, 'bold')}.",
        f"Times are in {app.zone.name}, weeks start on {first.capitalize()}.",
    )
    note = _local_entries_note(app)
    if note:
        app.out.note(note)
    if app.connection.has_pending:
        app.outbox.catch_up()
    if app.process.env.get("CLOCKIFY_API_KEY") and app.process.env["CLOCKIFY_API_KEY"] != key:
        app.out.note(
            "$CLOCKIFY_API_KEY has another key, which is used first; unset it to use this one."
        )


def _explain_refusal(app: options.App, error: KeyRefusedError) -> None:
    """Add to the error which server refused the key, and where to find the right one."""
    from urllib.parse import urlsplit

    address = urlsplit(app.config.base_url)
    error.within(f"{address.netloc} refused the key")
    if (address.hostname or "").endswith("clockify.me"):
        error.hint = f"{WHERE}; for a regional host add --base-url"
    else:
        error.hint = "use a key of that server; for Clockify, leave --base-url out"


def _local_entries_note(app: options.App) -> str | None:
    """Return where local entries are and how to import them; None if there are none."""
    if not app.local_path.exists():
        return None
    profile = f" --profile {app.profile}" if app.profile else ""
    return (
        f"Entries made without an account stay in {app.local_path}. To import them:"
        f" clocktool --profile local export | clocktool{profile} import - --create-missing"
    )


def _key(app: options.App, base_url: str, *, stdin: bool) -> str:
    from urllib.parse import urlsplit

    if stdin:
        key = app.process.stdin.readline()
    elif app.process.is_interactive:
        host = urlsplit(base_url).hostname or base_url
        of = WHERE if host.endswith("clockify.me") else f"type the key of {host}"
        key = app.process.ask_secret(f"{of[0].upper()}{of[1:]}. It is not shown.\nKey: ")
    else:
        raise UsageError("no terminal to ask for the key", "pipe it in with --api-key-stdin")
    key = key.strip()
    if not key or not key.isascii() or not key.isprintable() or " " in key:
        raise UsageError("invalid key", WHERE)
    return key


def _workspace(app: options.App, user: "User", workspaces: "list[Workspace]") -> "Workspace":
    """Return the workspace from --workspace, else from the terminal, else the active one."""
    from clocktool.domain.directory import Workspace
    from clocktool.tracking.names import pick

    typed = app.config.workspace if app.flags.workspace else None
    if typed is not None:
        by_id = [each for each in workspaces if each.id == typed]
        return by_id[0] if by_id else pick(typed, workspaces, "workspace", lambda each: each.name)
    active = next((each for each in workspaces if each.id == user.active_workspace), None)
    if active is None:
        active = workspaces[0] if workspaces else Workspace(user.active_workspace)
    if len(workspaces) < 2 or not app.process.is_interactive:
        return active
    for number, each in enumerate(workspaces, 1):
        mark = " (active)" if each.id == active.id else ""
        app.out.say(f"{number:>3}  {app.out.paint(each.name, 'bold')}{mark}")
    while True:
        answer = options.ask(app, "Number of the workspace (Enter: the active one):")
        if not answer:
            return active
        if answer.isascii() and answer.isdigit() and 0 < int(answer[:9]) <= len(workspaces):
            return workspaces[int(answer) - 1]
        app.out.say(f"Type a number from 1 to {len(workspaces)}.")
