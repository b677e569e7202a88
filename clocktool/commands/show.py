"""``show``: show everything about entries."""

from clocktool.cli import options, results
from clocktool.cli.invoiced import read_invoiced_ids

command = options.new_command()


@command.command()
def show(
    ctx: options.Context,
    refs: options.Refs,
    output: options.Output = options.Format.TABLE,
    template: options.Template = None,
    quiet: options.Quiet = False,
) -> None:
    """Show everything about entries.

    REF: current, last, last~1, that, an id or the end of one, - for ids on standard input
    ('clocktool help refs').

    Examples:
      clocktool show current
      clocktool show 9a1e -o json
      clocktool list today -o id | clocktool show -
    """
    from clocktool.render.details import details
    from clocktool.tracking.reference import is_one, read_refs

    app = options.app_of(ctx, quiet=quiet)
    named = read_refs(refs, app.process.stdin)
    found = options.references(app).find(named)
    if output is options.Format.TABLE and template is None:
        view = results.view_of(app, invoiced=read_invoiced_ids(app))
        for place, entry in enumerate(found):
            if place:
                app.out.line()
            for line in details(entry, view, app.out):
                app.out.line(line)
    elif output is options.Format.JSON and template is None and is_one(refs):
        results.write_object(app, found[0])
    else:
        results.write_entries(app, found, output, template)
