"""The verbs of the commands for names: add, edit, archive, restore, delete."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from clocktool.app.app import App
from clocktool.cli import options, results
from clocktool.errors import ClocktoolError, NotAllowedError, RefusedError, UsageError, quoted

if TYPE_CHECKING:
    from clocktool.domain.directory import AnyNamed
    from clocktool.domain.entry import Entry
    from clocktool.domain.ids import EntryId
    from clocktool.render.fields import Fields
    from clocktool.tracking.name_changes import Found, NameChanges

N = TypeVar("N", bound="AnyNamed")

Force = Annotated[bool, typer.Option("--force", help="Delete it even if entries use it.")]
NewNameOf = Annotated[
    str | None, typer.Option("--name", metavar="NAME", help="Its new name.", show_default=False)
]

LOST = {
    "client": "its projects have no client then",
    "project": "its tasks are lost, and its entries have no project then",
    "task": "its entries have no task then",
    "tag": "its entries don't have it any more",
}
"""What undo does not restore on a service."""


SHOWN = 3
"""How many names of a command undo says."""


def name_command(app: App, things: "Sequence[AnyNamed]") -> None:
    """Let undo call the command by its verb and these items: ``projects edit Site``."""
    names = [quoted(each.name)[1:-1] for each in things[:SHOWN]]
    more = ["…"] if len(things) > SHOWN else []
    app.command = " ".join([*app.command.split()[:2], *names, *more])


def check_name(app: App, noun: str, name: str | None) -> None:
    """Raise RefusedError for a name that the server would refuse, before any request."""
    from clocktool.tracking.name_changes import check_name

    if name is not None:
        check_name(noun, name, app.connection.api.directory)


def add(
    app: App,
    thing: N,
    values: Mapping[str, object],
    fields: "Fields[Any]",
    output: options.Format,
    *,
    within: "EntryId | None" = None,
) -> N:
    """Create an item with the given fields, print it and return it.

    ``within`` is the client of a project, if this run has created it.
    """
    import msgspec

    from clocktool.domain.named import noun_of
    from clocktool.wire import listed_object

    name_command(app, [thing])
    thing = msgspec.structs.replace(thing, **values)
    made = app.name_changes.create(thing, tuple(values), within)
    results.write_added(app, made, fields, noun_of(made), output, as_object=listed_object)
    return made  # type: ignore[return-value]


def edit(
    app: App,
    thing: "AnyNamed",
    values: Mapping[str, object],
    fields: "Fields[Any]",
    output: options.Format,
) -> None:
    """Change the given fields of an item and print it."""
    import msgspec

    from clocktool.cli.follow import Follower
    from clocktool.tracking.renames import Rename

    changes = app.name_changes
    found = changes.current(thing)
    after = msgspec.structs.replace(found.thing, **values)
    if changes.keeps_rate(found.thing, after):
        app.out.note(
            "Undo can't remove the rate of a task: it will set the project's rate instead."
        )
    name_command(app, [found.thing])
    follower = Follower(app, [Rename(found.thing, after)])
    made = changes.edit((found, after))
    follower.follow()
    before = found.thing.name
    if before == made[0].name or output is not options.Format.TABLE:
        return write(app, made, "Changed", fields, output)
    names = [app.out.paint(each, "bold") for each in (before, made[0].name)]
    app.out.line(f"{results.verb_sign(app, 'Renamed')} {_noun(made[0])} {names[0]} to {names[1]}")
    return None


def given(**values: object) -> dict[str, object]:
    """Return the values that are not None."""
    return {name: value for name, value in values.items() if value is not None}


def check_given(values: Mapping[str, object], choices: str) -> None:
    """Raise UsageError if no option sets a value; ``choices`` are those that could."""
    if not values:
        raise UsageError("nothing to change", f"add {' or '.join(choices.rsplit(', ', 1))}")


def check_one(value: object, names: str, *, none: bool) -> None:
    """Raise UsageError for a value and its opposite in one command line."""
    if value is not None and none:
        raise UsageError(f"{names} contradict each other", "keep one of them")


def close(
    app: App,
    things: Sequence["AnyNamed"],
    verb: str,
    fields: "Fields[Any]",
    output: options.Format,
    *,
    to: bool,
) -> None:
    """Archive or restore items, all or none; ``verb`` starts each line: ``Archived``."""
    unique = list({str(each.id): each for each in things}.values())
    changes = app.name_changes
    found = [changes.current(each) for each in unique]
    name_command(app, [each.thing for each in found])
    write(app, changes.close(found, to=to), verb, fields, output)


def delete(
    app: App,
    thing: "AnyNamed",
    fields: "Fields[Any]",
    output: options.Format,
    *,
    force: bool,
    yes: bool,
) -> None:
    """Delete an item without entries, or any with ``force``.

    Asks for confirmation if undo can't restore all of it.
    """
    changes = app.name_changes
    found = changes.current(thing)
    _check_use(app, found, changes, force=force)
    if not changes.is_reversible:
        noun, name = _noun(found.thing), quoted(found.thing.name)
        app.out.say(f"Undo creates the {noun} again, under a new id; {LOST[noun]}.")
        options.confirm(app, f"Delete the {noun} {name}?", "nothing was deleted", yes=yes)
    name_command(app, [found.thing])
    changes.delete(found)
    write(app, [found.thing], "Deleted", fields, output)


def write(
    app: App,
    things: Sequence["AnyNamed"],
    verb: str,
    fields: "Fields[Any]",
    output: options.Format,
) -> None:
    """Write changed items: a line for each, or their records in other formats."""
    if output is options.Format.TABLE:
        for each in things:
            name = app.out.paint(each.name, "bold")
            app.out.line(f"{results.verb_sign(app, verb)} {_noun(each)} {name}")
    elif not app.out.quiet:
        from clocktool.wire import listed_object

        results.write_records(app, things, fields, output, nothing="", as_object=listed_object)


def _check_use(app: App, found: "Found", changes: "NameChanges", *, force: bool) -> None:
    """Raise RefusedError if the timer uses an item or, without ``force``, any entry does."""
    from clocktool.domain.time.duration import format_duration
    from clocktool.tracking.name_changes import check_not_running

    if changes.is_queued(found):
        return
    try:
        entries = entries_of(app, found.thing)
    except ClocktoolError as error:
        if not error.is_temporary:
            raise
        if force:
            _check_last_timer(app, found)
            return
        error.hint = "its entries can't be counted now; add --force to delete it anyway"
        raise
    check_not_running(entries, found.thing)
    if entries and not force:
        noun, name = _noun(found.thing), found.thing.name
        many = results.plural(len(entries), "entry")
        hours = format_duration(sum(each.seconds(app.now) for each in entries))
        raise RefusedError(
            f"{many} ({hours}) {'uses' if len(entries) == 1 else 'use'} the {noun} {quoted(name)}",
            _ways_out(found.thing),
        )


def _check_last_timer(app: App, found: "Found") -> None:
    """Raise RefusedError if the last known timer uses an item; if none is known, say that."""
    from clocktool.tracking.name_changes import check_not_running, selection_of

    last_timer = app.connection.last_timer
    known = None if last_timer is None else last_timer.timer()
    running = app.outbox.timer(None if last_timer is None else last_timer.running())
    if running is not None and selection_of(found.thing).matches(running, app.now):
        check_not_running([running], found.thing)
    if running is None and known is None:
        app.out.say("It is not known whether a timer uses it: the service can't be asked now.")


def entries_of(app: App, *things: "AnyNamed", verb: str = "counted") -> "list[Entry]":
    """Return the entries that use any of some items, of all users that the account can list.

    If it can't list users, a note says that only its own entries are ``counted``.
    """
    from clocktool.cli.batch import asking, counted
    from clocktool.cli.filters import EVERYONE, users_of
    from clocktool.tracking.name_changes import selection_of
    from clocktool.tracking.select import Filters

    try:
        users = users_of(app, Filters(users=(EVERYONE,)))
    except NotAllowedError:
        app.out.note(f"Only your entries are {verb}: this account can't list users.")
        users = []
    return app.history.from_service.entries(
        selection_of(*things),
        users,
        partial(counted, app),
        partial(asking, app),
    ).entries


def _ways_out(thing: "AnyNamed") -> str:
    from clocktool.domain.directory import Project, Task
    from clocktool.domain.naming import escape_name
    from clocktool.tracking.names import typed

    noun, name = _noun(thing), thing.name
    if isinstance(thing, Project):
        name = escape_name(name, thing.client, is_ambiguous=False)
    name = typed(name)
    of = " -p PROJECT" if isinstance(thing, Task) else ""
    hide = "done" if isinstance(thing, Task) else "archive"
    return (
        f"clocktool {noun}s {hide} {name}{of} hides it, clocktool {noun}s merge {name} INTO{of}"
        " moves its entries; --force deletes it anyway"
    )


def _noun(thing: "AnyNamed") -> str:
    from clocktool.domain.named import noun_of

    return noun_of(thing)
