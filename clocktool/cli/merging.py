"""``merge`` of clients, projects, tasks and tags: show the plan, ask, carry it out."""

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from clocktool.app.app import App
from clocktool.cli import naming, options, results
from clocktool.errors import UsageError, quoted

if TYPE_CHECKING:
    from clocktool.domain.directory import AnyNamed
    from clocktool.render.cells import Row
    from clocktool.render.fields import Fields
    from clocktool.tracking.merge import Merged, Plan, Source

N = TypeVar("N", bound="AnyNamed")

VERBS = {"task": "Finished"}
"""What a merge does with an empty source, if that is not called archived."""


def named(
    texts: Sequence[str], source: Callable[[str], N], target: Callable[[str], N]
) -> tuple[list[N], N]:
    """Look up the names of a merge; return the sources and the target, which is the last.

    Raises UsageError for a single name.
    """
    if len(texts) < 2:
        raise UsageError(
            "merge needs two names or more", "name the ones to merge, then the one that stays"
        )
    return [source(each) for each in texts[:-1]], target(texts[-1])


def merge(
    app: App,
    names: "tuple[Sequence[AnyNamed], AnyNamed]",
    fields: "Fields[Any]",
    output: options.Format,
    *,
    dry_run: bool,
    yes: bool,
) -> None:
    """Merge items into the last one: show the plan, ask, and move their entries."""
    from clocktool.cli.batch import entry_describer, new_batch, report_failures
    from clocktool.cli.follow import Follower
    from clocktool.cli.invoiced import confirm_invoiced
    from clocktool.domain.named import is_closed, noun_of
    from clocktool.errors import NotFoundError
    from clocktool.tracking.merge import Merge, check_different
    from clocktool.tracking.renames import Rename

    changes = app.name_changes
    things, into = names
    noun = noun_of(into)
    if not into.name:  # it was named by its id
        into = changes.current(into).thing
        if is_closed(into):
            off = "done" if noun == "task" else "archived"
            raise NotFoundError(f"{noun} {quoted(into.name)} is {off}", "use one that is active")
    found = [changes.shown(changes.current(each)) for each in things]
    check_different([each.thing for each in found], into)
    merging = Merge(changes, app.outbox, app.connect(), app.account)
    using = naming.entries_of(app, *(each.thing for each in found), verb="counted and moved")
    plan = merging.plan(found, into, using, app.now)
    is_table = output is options.Format.TABLE
    _show(app, plan, is_result=is_table)
    if dry_run:
        app.out.note("Dry run: nothing was changed.")
        if not is_table:
            naming.write(app, [], "", fields, output)
        return
    confirm_invoiced(app, plan.moving, yes=yes, asks=False)
    what = f"the {noun} {quoted(found[0].thing.name)}"
    if len(found) > 1:
        what = results.plural(len(found), noun)
    question = f"Merge {what} into {quoted(into.name)}?"
    options.confirm(app, question, "nothing was changed", yes=yes)
    naming.name_command(app, [*(each.thing for each in found), into])
    batch = new_batch(app)
    follower = Follower(app, (Rename(*each) for each in (*plan.moved_projects, *plan.replaced)))
    merged = merging.carry_out(plan, batch, follower.changes)
    if merged.is_whole:
        follower.follow()
    _write(app, plan, merged, fields, output)
    describe = entry_describer(app)
    report_failures(
        app,
        batch,
        merged.outcomes,
        "entries",
        lambda it: describe(it.entry),
        in_json=results.is_json(output, None),
        again="the same command moves the rest",
    )


def _show(app: App, plan: "Plan", *, is_result: bool) -> None:
    """Show what moves, and what stays. ``is_result``: on standard output."""
    from clocktool.cli.batch import entry_describer
    from clocktool.render.cells import Column, Table
    from clocktool.render.table import lines
    from clocktool.render.text import visible

    write = app.out.line if is_result else app.out.note_line
    columns = (Column(), Column(wraps=True), Column(right=True), Column(right=True))
    rows: list[Row] = [_row(app, each, plan) for each in plan.sources]
    for line in lines(Table(columns, rows), app.out):
        write(line)
    into = visible(plan.into.name)
    for name, is_new in _task_names(plan):
        write(f"  task {visible(name)} {'moves' if is_new else 'is merged'} into {into}")
    describe = entry_describer(app)
    for entry in plan.held:
        app.out.note_line(f"{entry.lock_reason}, stays: {describe(entry)}")


def _row(app: App, source: "Source", plan: "Plan") -> "Row":
    """Return the row of a source: its name, how many entries move, and their hours."""
    from clocktool.domain.directory import Client, Project
    from clocktool.domain.time.duration import format_duration
    from clocktool.render.text import visible
    from clocktool.tracking.names import full_name

    thing = source.thing
    name = full_name(thing) if isinstance(thing, Project) else thing.name
    moving = source.entries
    if source.held:
        moving = [each for each in moving if not each.lock_reason]
    count = results.plural(len(moving), "entry")
    if isinstance(thing, Client):
        mine = sum(each.client_id == thing.id for each in plan.projects)
        count = f"{results.plural(mine, 'project')}, {count}"
    hours = format_duration(sum(each.seconds(app.now) for each in moving))
    return ((), ((visible(name), "bold"),), ((count, ""),), ((hours, ""),))


def _task_names(plan: "Plan") -> Iterator[tuple[str, bool]]:
    """Yield the names of tasks that move, each once, and whether the target has none of it."""
    seen = set()
    for move in plan.tasks:
        name = move.task.name.casefold()
        if name not in seen:
            seen.add(name)
            yield move.task.name, move.same is None


def _write(
    app: App, plan: "Plan", merged: "Merged", fields: "Fields[Any]", output: options.Format
) -> None:
    """Write how many entries moved and what is closed; notes say what is not, and why."""
    from clocktool.domain.named import is_closed, noun_of

    noun = noun_of(plan.into)
    closed = {str(each.id): each for each in merged.closed}
    if output is options.Format.TABLE:
        count = sum(each.value is not None for each in merged.outcomes)
        if plan.projects:
            app.out.line(f"{results.plural(len(plan.projects), 'project')} moved")
        elif merged.outcomes:
            app.out.line(f"{count} of {results.plural(len(merged.outcomes), 'entry')} moved")
        before = [str(each.thing.id) for each in plan.sources if plan.is_done(each)]
        now_closed = [each for each in merged.closed if str(each.id) not in before]
        naming.write(app, now_closed, VERBS.get(noun, "Archived"), fields, output)
    else:
        now = [closed.get(str(each.thing.id), each.thing) for each in plan.sources]
        naming.write(app, now, "", fields, output)
    off = "marked as done" if noun == "task" else "archived"
    for each in plan.sources:
        if plan.is_done(each) and not each.held:
            app.out.note(f"The {noun} {quoted(each.thing.name)} was {off} before, and is empty.")
        elif str(each.thing.id) not in closed and not is_closed(each.thing):
            left = _left(each, merged)
            has = f"it has {results.plural(left, 'entry')} left"
            app.out.note(f"The {noun} {quoted(each.thing.name)} was not {off}: {has}.")


def _left(source: "Source", merged: "Merged") -> int:
    stuck: set[Any] = {each.item.entry.id for each in merged.outcomes if each.value is None}
    return sum(bool(each.lock_reason) or each.id in stuck for each in source.entries)
