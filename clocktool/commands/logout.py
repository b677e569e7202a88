"""``logout``: forget the key."""

from clocktool.cli import options, results
from clocktool.errors import NoError, SetupError

command = options.new_command()


@command.command()
def logout(
    ctx: options.Context,
    output: options.OutputOfSums = options.Sums.TABLE,
    quiet: options.Quiet = False,
) -> None:
    """Forget the key of this account, or of --profile NAME, and what was kept of it here.

    Examples:
      clocktool logout
      clocktool logout --profile client-x
    """
    from clocktool.config.file import change, load
    from clocktool.config.keys import CREDENTIALS, ENVIRONMENT

    app = options.app_of(ctx, quiet=quiet)
    _ = app.config  # a broken file is said to be broken first
    table = load(app.config_path)
    place = table.get("profiles", {}).get(app.profile, {}) if app.profile else table
    kept = [key for key in CREDENTIALS if key in place]
    if not kept:
        raise NoError("no key is kept here", "clocktool config shows where one comes from")
    if app.connection.last_timer is not None:
        app.connection.last_timer.forget()
    try:
        if app.cache is not None:
            app.cache.throw_away()
    except SetupError as error:  # the password manager may be why one logs out
        app.out.note(f"What was kept of the account stays in {app.data_folder}: {error.message}")
    # Workspace and host are the account's: without a key nothing else is meant by them.
    gone = dict.fromkeys((*kept, "workspace", "base_url"))
    change(app.config_path, app.profile, gone)
    removed = " and ".join(kept)
    waiting = len(app.outbox.waiting()) if app.connection.waits else 0
    told = {"removed": removed, "path": str(app.config_path)}
    line = f"Logged out: {removed} taken out of {app.config_path}."
    results.write_summary(app, told, options.Format(output), line)
    by_environment = [
        name
        for name, key in ENVIRONMENT.items()
        if key in CREDENTIALS and app.process.env.get(name)
    ]
    if waiting:
        flag = f" --profile {app.profile}" if app.profile else ""
        still = "change still waits" if waiting == 1 else "changes still wait"
        app.out.note(f"{waiting} {still}; kept, and sent after: clocktool login{flag}")
    if app.profile is None and not by_environment:
        app.out.note("Without a key, time is tracked on this machine from now on.")
    for name in by_environment:
        app.out.note(f"But ${name} is set, and is still used.")
