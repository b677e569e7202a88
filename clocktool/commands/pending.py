"""``pending``: list pending changes, drop or edit one, or resolve a conflict."""

from typing import TYPE_CHECKING, Annotated

import typer

from clocktool.cli import options, results
from clocktool.completion import kinds
from clocktool.errors import UsageError
from clocktool.render.text import visible

if TYPE_CHECKING:
    from collections.abc import Iterator

    from clocktool.app.app import App
    from clocktool.domain.directory import AnyNamed
    from clocktool.domain.entry import Entry
    from clocktool.outbox.change import Row
    from clocktool.outbox.outbox import Outbox

command = options.new_group()

COLUMNS = ("id", "state", "at", "change", "reason", "settle")
"""The columns of CSV and Markdown; a table has reasons and commands below it."""

VERSION = kinds.Kind("mine|theirs", kinds.fixed("mine", "theirs"))
Name = Annotated[
    str, typer.Argument(metavar=kinds.PENDING, help="A change, as 'pending' lists it: p12.")
]


@command.callback()
def pending(
    ctx: options.Context,
    output: options.Output = options.Format.TABLE,
    quiet: options.Quiet = False,
) -> None:
    """List the changes that are kept to be sent later, and why; nothing is sent.

    'waiting' is sent by the next command that makes a request. 'unsure' is looked for on the server
    first, because its answer was lost. 'refused' and 'conflict' need a decision.

    Examples:
      clocktool pending
      clocktool pending drop p12
      clocktool pending edit p12 -p ACME/Site
    """
    from clocktool.render.fields import keyed

    if ctx.invoked_subcommand is not None:
        return None
    app = options.app_of(ctx, quiet=quiet)
    found = [(name, row) for name, outbox in _outboxes(app) for row in outbox.waiting()]
    if output in (options.Format.JSON, options.Format.JSONL):
        return _write_json(app, found, output)
    records = [
        {**_values(app, row, output, account), "settle": "; ".join(settling(row, account))}
        for account, row in found
    ]
    columns = COLUMNS[:-2] if output is options.Format.TABLE else COLUMNS
    columns = ("account", *columns) if any(account for account, _ in found) else columns
    results.write_records(app, records, keyed(columns), output, nothing="No pending changes.")
    if output is options.Format.TABLE:
        _explain(app, found)
    return None


@command.command()
def drop(
    ctx: options.Context,
    name: Name,
    output: options.Output = options.Format.TABLE,
    quiet: options.Quiet = False,
) -> None:
    """Drop a change: it is not sent. An unsure one may have reached the server already.

    Examples:
      clocktool pending drop p12
      clocktool pending drop p12 -q
    """
    app = options.app_of(ctx, quiet=quiet)
    row = _found(app, name)
    _discard(app, row)
    what = app.out.paint(row.change.describe(app.format_time), "bold")
    line = f"{results.verb_sign(app, 'Deleted')} {what}"
    results.write_summary(app, _values(app, row, output), output, line)


@command.command()
def keep(
    ctx: options.Context,
    version: Annotated[str, typer.Argument(metavar=VERSION, help="The version to keep.")],
    name: Name,
    output: options.Output = options.Format.TABLE,
    quiet: options.Quiet = False,
) -> None:
    """Resolve a conflict.

    'mine' replaces the server's version, 'theirs' drops the change.

    Examples:
      clocktool pending keep mine p12
      clocktool pending keep theirs p12
    """
    from clocktool.tracking.pending import check_conflict, keep_mine

    app = options.app_of(ctx, quiet=quiet)
    if version not in ("mine", "theirs"):
        raise UsageError(f"invalid version `{version}`", "use mine or theirs")
    row = _found(app, name)
    check_conflict(row)
    if version == "theirs":
        _discard(app, row)
    else:
        keep_mine(app.outbox, row, app.account.user.id)
    kept = "Kept their version." if version == "theirs" else "Kept your version."
    results.write_summary(app, _values(app, row, output), output, kept)


@command.command()
def edit(
    ctx: options.Context,
    name: Name,
    description: options.Description = None,
    start: options.From = None,
    end: options.To = None,
    length: options.For = None,
    project: options.Project = None,
    task: options.Task = None,
    tag: options.Tags = None,
    billable: options.Billable = None,
    output: options.Output = options.Format.TABLE,
    quiet: options.Quiet = False,
) -> None:
    """Edit a pending change; what no option names stays.

    TIME: 9, 9:30, -15m ('clocktool help times'). DURATION: 1h30m ('clocktool help durations').

    Examples:
      clocktool pending edit p12 -p ACME/Site
      clocktool pending edit p12 -d "Fix login"
    """
    from clocktool.tracking import pending as tracking
    from clocktool.tracking.assignment import Assignment
    from clocktool.tracking.edit import EntryChange

    app = options.app_of(ctx, quiet=quiet)
    change = EntryChange(
        assignment=Assignment(project=project, task=task, tags=tag, billable=billable),
        description=None if description is None else options.text_of([description]) or "",
        start=start,
        end=end,
        length=length,
    )
    if change == EntryChange():
        raise UsageError("nothing to change", "add -d, -p, -t, -T, --from, --to or --for")
    row = _found(app, name)
    times = options.times_of(app, future=False)
    row = tracking.edit(app.outbox, row, change, times, app.names_to_write)
    line = f"{results.verb_sign(app, 'Changed')} {row.name}: {row.change.describe(app.format_time)}"
    results.write_summary(app, _values(app, row, output), output, line)


def _values(
    app: "App", row: "Row", output: options.Format, account: str = ""
) -> dict[str, str | bool | int | None]:
    values: dict[str, str | bool | int | None] = {
        "id": row.name,
        "state": "unsure" if row.state == "sending" else str(row.state),
        "at": results.format_moment(app, row.at, output),
        "change": row.change.describe(app.format_time),
        "reason": row.reason,
    }
    return {"account": account, **values} if account else values


def _write_json(app: "App", found: "list[tuple[str, Row]]", output: options.Format) -> None:
    """Write pending changes as JSON; a conflict has both versions of its entry or name."""
    from clocktool.domain.entry import Entry
    from clocktool.render.json import dump, dump_line
    from clocktool.wire import entry_object
    from clocktool.wire.records import name_object

    def written(version: "Entry | AnyNamed | None") -> object:
        if isinstance(version, Entry):
            return entry_object(version, app.now)
        return version and name_object(version)

    rows = []
    for account, row in found:
        mine = _mine(row) if row.theirs else None
        versions = {"mine": written(mine), "theirs": written(row.theirs)}
        values = {**_values(app, row, output, account), "settle": settling(row, account)}
        rows.append({**values, **versions})
    if app.out.quiet:
        return
    if output is options.Format.JSON:
        app.out.data(app.out.json(dump(rows)) + "\n")
    else:
        for each in rows:
            app.out.data(app.out.json(dump_line(each)) + "\n")


def settling(row: "Row", account: str = "") -> list[str]:
    """Return the commands that settle a change, each another way.

    ``account`` is its profile where no key is set up: then a login comes first.
    """
    from shlex import quote

    from clocktool.outbox.change import State

    if account:
        of = "" if account == "default" else f" --profile {quote(account)}"
        return [f"clocktool{of} login"]
    drop = f"clocktool pending drop {row.name}"
    if row.state is State.CONFLICT:
        return [f"clocktool pending keep {version} {row.name}" for version in ("mine", "theirs")]
    if row.state is not State.REFUSED:
        return ["clocktool sync", drop]
    edit = f"clocktool pending edit {row.name} -p NAME"
    return [drop] if row.change.get_draft() is None else [edit, drop]


def _explain(app: "App", found: "list[tuple[str, Row]]") -> None:
    """Write each reason once, below it the versions in conflict and how to settle the changes."""
    from clocktool.outbox.change import State

    groups: dict[tuple[str, str, str], list[Row]] = {}
    for account, row in found:
        decides = row.name if row.state in (State.CONFLICT, State.REFUSED) else ""
        groups.setdefault((account, row.reason, decides), []).append(row)
    for (account, reason, decides), rows in groups.items():
        names = ", ".join(row.name for row in rows)
        app.out.line(f"{names}: {visible(reason)}" if reason else names)
        for row in rows:
            _show_versions(app, row)
        for command in settling(rows[0], account)[: None if decides else 1]:
            app.out.line(f"  {command}")


def _discard(app: "App", row: "Row") -> None:
    """Drop a pending change; names in the configuration that followed it go back."""
    from clocktool.cli.follow import follower_of_dropped

    follower = follower_of_dropped(app, app.outbox.with_dependent(row))
    app.outbox.discard(row)
    follower.follow()


def _outboxes(app: "App") -> "Iterator[tuple[str, Outbox]]":
    """Yield the account's outbox; without a key that of every profile, with its name."""
    connection = app.connection
    if connection.has_pending:
        connection.outbox.stop_sending()
        yield "", connection.outbox
    elif connection.target.is_local and app.profile is None:
        yield from connection.other_outboxes()


def _found(app: "App", name: str) -> "Row":
    """Return a pending change. No other process sends it until this command ends."""
    from clocktool.tracking.pending import find

    return find(app.outbox if app.connection.has_pending else None, name)


def _show_versions(app: "App", row: "Row") -> None:
    """Show both versions of an entry or a name in conflict."""
    from clocktool.domain.entry import Entry
    from clocktool.render.entries import entry_line

    if row.theirs is None:
        return
    view, mine = results.view_of(app), _mine(row)
    for owner, version in (("mine  ", mine), ("theirs", row.theirs)):
        sign = f"  {row.name} {owner}"
        if version is None:
            app.out.line(f"{sign}  deleted")
        elif isinstance(version, Entry):
            app.out.line(entry_line(sign, version, view, app.out))
        else:
            app.out.line(f"{sign}  {_differing(version, row.theirs, mine)}")


def _mine(row: "Row") -> "Entry | AnyNamed | None":
    """Return the item or entry after a change; None if the change deletes it."""
    if row.change.effect == "delete":
        return None
    return row.change.entry() or row.change.override(row.theirs).name_left()


def _differing(version: "AnyNamed", theirs: object, mine: object) -> str:
    """Return the fields of a version of a name in which the two differ, its name for a delete."""
    from clocktool.wire.records import name_object

    one, other = (name_object(each) for each in (theirs or version, mine or version))  # type: ignore[arg-type]
    names = [name for name in one if one[name] != other[name]] or ["name"]
    return ", ".join(f"{name} {name_object(version)[name]!r}" for name in names)
