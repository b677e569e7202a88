"""``logout``: remove the key, the cache and the mirror of an account."""

from clocktool.cli import options, results
from clocktool.errors import AnswerIsNoError, SetupError

command = options.new_command()


@command.command()
def logout(
    ctx: options.Context,
    output: options.SummaryOutput = options.SummaryFormat.TABLE,
    quiet: options.Quiet = False,
) -> None:
    """Remove the key of the account, or of --profile NAME, and what is kept of its entries.

    Pending changes stay, and are sent after the next login.

    Examples:
      clocktool logout
      clocktool logout --profile client-x
    """
    from clocktool.config.config import load
    from clocktool.config.file import change
    from clocktool.config.keys import CREDENTIALS, ENVIRONMENT

    app = options.app_of(ctx, quiet=quiet)
    _ = app.config  # raises the errors of an invalid file
    table = load(app.config_path)
    place = table.get("profiles", {}).get(app.profile, {}) if app.profile else table
    stored = [key for key in CREDENTIALS if key in place]
    if not stored:
        raise AnswerIsNoError(
            "no key is stored here", "'clocktool config' shows where a key comes from"
        )
    if app.connection.last_timer is not None:
        app.connection.last_timer.delete()
    try:
        if app.cache is not None:
            app.connection.drop_mirrors()
            app.cache.throw_away()
    except SetupError as error:  # a failing password manager must not prevent a logout
        app.out.note(f"The cache of the account stays in {app.data_folder}: {error.message}")
    # Workspace and server belong to the account of the key.
    change(app.config_path, app.profile, dict.fromkeys((*stored, "workspace", "base_url")))
    removed = " and ".join(stored)
    waiting = len(app.outbox.waiting()) if app.connection.has_pending else 0
    result = {"removed": removed, "path": str(app.config_path)}
    line = f"Logged out: removed {removed} from {app.config_path}."
    results.write_summary(app, result, options.Format(output), line)
    by_environment = [
        name
        for name, key in ENVIRONMENT.items()
        if key in CREDENTIALS and app.process.env.get(name)
    ]
    if waiting:
        what = results.plural(waiting, "change")
        app.out.note(f"{what} not sent yet; to send pending changes: {app.login}")
    if app.profile is None and not by_environment:
        app.out.note("Without a key, time is tracked on this machine.")
    for name in by_environment:
        app.out.note(f"${name} is still set, and its key is used.")
