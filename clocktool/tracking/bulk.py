"""Bulk edits: what changes in which entries, which are locked, and the requests."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import msgspec

from clocktool.api.routes import Operation, apply_operations
from clocktool.domain.entry import Draft, Entry
from clocktool.domain.ids import SHORT
from clocktool.errors import ClocktoolError, UsageError, quoted
from clocktool.outbox import edit as outbox
from clocktool.tracking.batch import Outcome
from clocktool.tracking.names import Names, full_name

if TYPE_CHECKING:
    from clocktool.api.entries import TimeEntries
    from clocktool.domain.directory import Account
    from clocktool.domain.ids import EntryId
    from clocktool.outbox.change import Row
    from clocktool.tracking.batch import Batch
    from clocktool.tracking.creation import NewNames
    from clocktool.tracking.times import Times


class BulkChange(msgspec.Struct, frozen=True, kw_only=True):
    """What to change in entries, as typed. None means not given; ``""`` removes the value."""

    project: str | None = None
    task: str | None = None
    description: str | None = None
    shift: str | None = None
    billable: bool | None = None
    add_tags: Sequence[str] = ()
    remove_tags: Sequence[str] = ()


class Edit(msgspec.Struct, frozen=True):
    """An entry, the draft that replaces it, and the operations that make that of it."""

    entry: Entry
    after: Draft
    operations: tuple[Operation, ...] = ()

    @property
    def before(self) -> Draft:
        """The entry as it is now."""
        return Draft.of(self.entry)


class Plan(msgspec.Struct, frozen=True):
    """What changes: the names of the ids in the edits, and the entries in three lists.

    ``is_each`` means that the guide's bulk edit can't make the change.
    """

    is_each: bool
    names: dict[str, str]
    edits: list[Edit]
    same: list[Entry]
    """Entries that already have the new values."""
    held: list[Entry]
    """Locked or approved entries, which can't be changed."""

    def filled(self, new: "NewNames | None") -> "Plan":
        """Return the plan with the ids of the names that were created for it."""
        if new is None:
            return self
        edits = [
            Edit(each.entry, new.fill(each.after), new.fill_operations(each.operations))
            for each in self.edits
        ]
        return msgspec.structs.replace(self, edits=edits)


def plan(
    entries: Sequence[Entry],
    change: BulkChange,
    names: Names,
    all_names: "Callable[[], Names]",
    times: "Times",
) -> Plan:
    """Return the plan of a change; ``all_names`` also finds archived names.

    Raises an error that names the entry if its new times are refused.
    """
    common, shown, flag = _operations(entries, change, names, all_names)
    is_each = change.description is not None or change.shift is not None
    found = Plan(is_each, shown, [], [], [])
    for entry in entries:
        operations = common
        if entry.project is None and flag is not None and change.billable is None:
            operations = [*common, Operation.billable(flag)]
        after = apply_operations(Draft.of(entry), operations)
        if change.description is not None:
            after = msgspec.structs.replace(after, description=change.description)
        if change.shift is not None and not entry.lock_reason:
            try:
                start, end = times.of_moved((entry.start, entry.end), change.shift)
            except ClocktoolError as error:
                title = quoted(entry.description) if entry.description else "an entry"
                raise error.within(f"{title} ({str(entry.id)[-SHORT:]})") from None
            after = msgspec.structs.replace(after, start=start, end=end)
        if entry.lock_reason:
            found.held.append(entry)
        elif after == Draft.of(entry):
            found.same.append(entry)
        else:
            found.edits.append(Edit(entry, after, tuple(operations)))
    return found


def _operations(
    entries: Sequence[Entry], change: BulkChange, names: Names, all_names: "Callable[[], Names]"
) -> tuple[list[Operation], dict[str, str], bool | None]:
    """Return the operations of a change, the names of the ids in them, and the project's flag."""
    flag: bool | None = None
    found: list[Operation] = []
    shown: dict[str, str] = {}
    inside = {str(entry.project.id) if entry.project else "" for entry in entries}
    project, task = change.project, change.task
    if project is not None:
        moved = names.project(project) if project else None
        inside = {moved.id if moved else ""}
        if moved is not None:
            shown[moved.id] = full_name(moved) or moved.id
            flag = moved.billable if moved.name else None
        found.append(Operation.project(moved.id if moved else ""))
    if task:
        if len(inside) != 1 or inside == {""}:
            raise UsageError(
                "a task belongs to one project, and these entries have several or none",
                f"name the project: --set-project PROJECT --set-task {task}",
            )
        of_project = names.task(inside.pop(), task, project)
        shown[of_project.id] = of_project.name
        found.append(Operation.task(of_project.id))
    elif task == "":
        found.append(Operation.task(""))
    if change.billable is not None:
        found.append(Operation.billable(change.billable))
    if change.add_tags:
        tags = names.tags(change.add_tags)
        shown |= {str(tag.id): tag.name for tag in tags}
        found.append(Operation.add_tags([str(tag.id) for tag in tags]))
    if change.remove_tags:  # an archived tag can't be added, but it can be removed
        tags = all_names().tags(change.remove_tags)
        shown |= {str(tag.id): tag.name for tag in tags}
        found.append(Operation.remove_tags([str(tag.id) for tag in tags]))
    return found, shown, flag


def write(
    batch: "Batch",
    entries: "TimeEntries",
    account: "Account",
    plan: Plan,
    saved: "Callable[[Edit], Row] | None" = None,
) -> "list[Outcome[Edit, Entry | bool]]":
    """Send the edits of a plan and return an outcome for each, in order (operation 9).

    The guide's bulk edit can't set a description or times: with them, each entry is sent by a
    request of its own (operation 4). ``saved`` returns the change of an edit, if they are saved
    already.
    """
    workspace, replaces = account.workspace, entries.replaces_many
    if plan.is_each and not replaces:
        return batch.each(plan.edits, _change, "entries")
    groups: dict[tuple[str, tuple[Operation, ...]], list[Edit]] = {}
    for edit in plan.edits:
        key = (edit.entry.user_id or account.user.id, () if replaces else edit.operations)
        groups.setdefault(key, []).append(edit)
    outcomes: dict[EntryId, Outcome[Edit, Entry | bool]] = {}
    for (user, operations), edits in groups.items():

        def request(
            edits: Sequence[Edit], user: str = user, operations: Sequence[Operation] = operations
        ) -> list[Entry]:
            if replaces:
                drafts = [
                    (batch.outbox.require_server_id(each.entry.id), each.after) for each in edits
                ]
                return _in_order(edits, entries.replace_many(workspace, user, drafts))
            found = [each.entry for each in edits]
            return _in_order(edits, entries.bulk_edit(workspace, user, found, operations))

        for outcome in batch.in_batches(edits, _change, request, "entries", saved):
            outcomes[outcome.item.entry.id] = outcome
        if batch.interrupted:
            break
    return [outcomes.get(edit.entry.id) or Outcome(edit) for edit in plan.edits]


def _change(edit: Edit) -> outbox.Edit:
    return outbox.Edit(edit.entry, edit.after)


def _in_order(edits: Sequence[Edit], changed: Sequence[Entry]) -> list[Entry]:
    """Return the entries of a reply in the order of the edits; one that is missing is unchanged."""
    found = {entry.id: entry for entry in changed}
    return [found.get(edit.entry.id, edit.entry) for edit in edits]
