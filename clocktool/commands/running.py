"""``running``: the timer and today's total."""

from typing import Annotated

import typer

from clocktool.commands import options, results
from clocktool.errors import NoError

command = options.new_command()


@command.command()
def running(
    ctx: options.Context,
    everyone: Annotated[
        bool, typer.Option("--all", help="Everyone's timers in the workspace.")
    ] = False,
    output: options.Output = options.Format.TABLE,
    template: options.Template = None,
    quiet: options.Quiet = False,
) -> None:
    """Show the timer and today's total. Nothing running: exit code 1.

    Examples:
      clocktool running
      clocktool running -o json
      clocktool running --all
    """
    from clocktool.domain.duration import format_duration
    from clocktool.domain.selection import Selection
    from clocktool.domain.timeline import Cutter, total
    from clocktool.tracking.select import select

    app = options.app_of(ctx, quiet=quiet)
    if everyone:
        return _everyone(app, output, template)
    cutter = Cutter(app.zone, app.now)
    today = cutter.bounds(app.zone.day(app.now))
    entries = list(select(app.api.entries, app.account, Selection(window=today), app.now))
    so_far = f"today {format_duration(total(cutter.cut_all(entries, today)))}"
    current = next((entry for entry in entries if entry.running), None)
    if current is None:
        raise NoError(f"nothing is running; {so_far}")
    results.write_entry(app, current, results.mark(app, ""), output, template)
    if output is options.Format.TABLE and template is None:
        app.out.line(f"  {so_far}")
    return None


def _everyone(app: options.App, output: options.Format, template: str | None) -> None:
    import msgspec

    from clocktool.errors import RefusedError
    from clocktool.render.entries import entry_line

    found = app.api.entries.in_progress(app.account.workspace)
    entries = app.all_named(sorted(found, key=lambda it: it.start))
    if not entries:
        raise NoError("nobody's timer is running")
    if any(not entry.user for entry in entries):
        try:
            members = {
                user.id: user.name for user in app.api.directory.users(app.account.workspace)
            }
        except RefusedError:  # a plain member may not list users: the ids have to do
            members = {app.account.user.id: app.account.user.name}
        entries = [
            msgspec.structs.replace(entry, user=members.get(entry.user_id, "")) for entry in entries
        ]
    if output is not options.Format.TABLE or template is not None:
        return results.write_entries(app, entries, output, template)
    from clocktool.render.text import cells, fit, visible

    people = [visible(entry.user or entry.user_id) for entry in entries]
    width = max(map(cells, people))
    view = results.view_of(app)
    for entry, person in zip(entries, people, strict=True):
        line = entry_line(results.mark(app, ""), entry, view, app.out)
        app.out.line(f"{fit(person, width)}  {line}")
    return None
