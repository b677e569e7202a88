"""``delete``: delete entries, after confirmation."""

from clocktool.cli import options, results
from clocktool.cli.batch import entry_describer, new_batch, report_failures
from clocktool.cli.invoiced import confirm_invoiced
from clocktool.domain.ids import Queued

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
    """Delete entries, after confirmation: on a terminal, or with -y.

    REF: current, last, last~1, that, an id or the end of one, - for ids on standard input
    ('clocktool help refs').

    Examples:
      clocktool delete last
      clocktool delete 9a1e c4f2 -y
    """
    from clocktool.domain.entry import Entry
    from clocktool.outbox.create import Delete
    from clocktool.render.entries import entry_line
    from clocktool.tracking.batch import Outcome
    from clocktool.tracking.reference import read_refs

    app = options.app_of(ctx, quiet=quiet)
    view = results.view_of(app)
    named = read_refs(refs, app.process.stdin)
    found = options.references(app).find(named)
    if not yes:
        for entry in found:
            app.out.say(entry_line(" ", entry, view, app.out))
    confirm_invoiced(app, found, yes=yes, asks=False)
    many = "this entry" if len(found) == 1 else f"these {len(found)} entries"
    options.confirm(app, f"Delete {many}?", "nothing was deleted", yes=yes)
    batch = new_batch(app)
    if len(found) == 1:  # one request, not repeated as those of a batch are
        app.outbox.carry_out(Delete(found[0]))
        outcomes: list[Outcome[Entry, Entry | bool]] = [Outcome(found[0], value=True)]
    else:
        outcomes = batch.each(found, Delete, "entries")
    gone = [outcome.item for outcome in outcomes if outcome.value is not None]
    for entry in gone:
        if app.cache is not None and not isinstance(entry.id, Queued):
            app.cache.forget_entry(entry.id)
    if output is options.Format.TABLE and template is None:
        for entry in gone:
            app.out.line(entry_line(results.verb_sign(app, "Deleted"), entry, view, app.out))
    else:
        results.write_entries(app, gone, output, template)
    report_failures(
        app,
        batch,
        outcomes,
        "entries",
        entry_describer(app),
        in_json=results.is_json(output, template),
    )
