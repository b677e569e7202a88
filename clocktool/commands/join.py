"""``join``: make one entry of several that follow each other."""

from typing import TYPE_CHECKING

from clocktool.cli import options, results
from clocktool.cli.invoiced import confirm_invoiced
from clocktool.cli.overlaps import note_overlaps

if TYPE_CHECKING:
    from clocktool.app.app import App
    from clocktool.tracking.join import Join

command = options.new_command()


@command.command()
def join(
    ctx: options.Context,
    refs: options.Refs,
    yes: options.Yes = False,
    output: options.Output = options.Format.TABLE,
    template: options.Template = None,
    quiet: options.Quiet = False,
) -> None:
    """Join entries that follow each other: the earliest one gets the end of the latest.

    It keeps its id, description, project, task and tags; the others are deleted. Between two of
    them there may be less than a minute. Entries of different projects need a yes.

    REF: current, last, the end of an id ('clocktool help refs').

    Examples:
      clocktool join last last~1
      clocktool join 9a1e c4f2
      clocktool list today -p Site -o id | clocktool join -
    """
    from clocktool.tracking import join as tracking
    from clocktool.tracking.reference import read_refs

    app = options.app_of(ctx, quiet=quiet)
    found = tracking.plan(
        options.references(app).find(read_refs(refs, app.process.stdin)), app.format_time
    )
    _note_overlapping(app, found)
    is_mixed = len(found.projects) > 1
    confirm_invoiced(app, found.entries, yes=yes, asks=not is_mixed)
    if is_mixed:
        kept, *others = found.projects
        options.confirm(
            app,
            f"Make {' and '.join(others)} a part of {kept}?",
            "nothing was joined",
            yes=yes,
        )
    whole = tracking.join(app.outbox, found)
    results.write_entry(app, whole, "Joined", output, template)
    note_overlaps(app, [whole])


def _note_overlapping(app: "App", found: "Join") -> None:
    """Print a note with the entries that overlap: the time that they share counts once then."""
    from clocktool.tracking.join import describe

    for one, other in found.overlapping():
        app.out.note(f"{describe(one)} and {describe(other)} overlap.")
