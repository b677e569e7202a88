"""``delete``: entries, after a yes."""

import typer

from clocktool.commands import options, results

command = options.new_command()


@command.command()
def delete(
    ctx: options.Context,
    refs: options.Refs,
    yes: options.Yes = False,
    output: options.Output = options.Format.TABLE,
    template: options.Template = None,
    quiet: options.Quiet = False,
) -> None:
    """Delete entries: shows them and asks on a terminal; off one -y is needed.

    Examples:
      clocktool delete last
      clocktool delete 9a1e c4f2 -y
    """
    from clocktool.render.entries import entry_line
    from clocktool.tracking.reference import read_refs

    app = options.app_of(ctx, quiet=quiet)
    view = results.view_of(app)
    named = read_refs(refs, app.process.stdin)
    found = options.references(app).find(named)
    if not yes:
        for entry in found:
            app.out.say(entry_line(" ", entry, view, app.out))
    many = "this entry" if len(found) == 1 else f"these {len(found)} entries"
    if not options.wants_yes(app, f"Delete {many}?", yes=yes):
        app.out.note("Nothing was deleted.")
        raise typer.Exit(1)
    for entry in found:
        app.api.entries.delete(app.account.workspace, entry.id)
        if app.cache is not None:
            app.cache.forget_entry(entry.id)
        if output is options.Format.TABLE and template is None:
            app.out.line(entry_line(results.mark(app, "Deleted"), entry, view, app.out))
    if output is not options.Format.TABLE or template is not None:
        results.write_entries(app, found, output, template)
