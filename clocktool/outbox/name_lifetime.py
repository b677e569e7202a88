"""Creating and deleting a client, a project, a task or a tag: each takes the other back.

A server deletes only archived items, and tasks that are done.
"""

from collections.abc import Iterable
from contextlib import suppress
from typing import Any, ClassVar

import msgspec

from clocktool.api.directory import Search
from clocktool.domain.directory import AnyNamed, Client, Project, Record, Task
from clocktool.domain.entry import Tag
from clocktool.domain.ids import EntryId, Known, Queued
from clocktool.domain.named import closed, differences, digest_of, is_closed, noun_of
from clocktool.errors import NotFoundError, RefusedError, quoted
from clocktool.outbox.change import (
    Arrived,
    Change,
    Clock,
    Conflict,
    Desk,
    Due,
    Finding,
    Moot,
    Result,
)
from clocktool.outbox.name_overlay import NameOverlay
from clocktool.outbox.names import (
    NameChange,
    arrived,
    changed_since,
    owner_of,
    placed,
    read,
    unchanged,
    with_id,
)
from clocktool.wire.records import cost_rate
from clocktool.wire.records import record as read_record


class CreateName(NameChange, frozen=True, tag="create name", omit_defaults=True):
    """An item to create. Only the fields in ``said`` are sent; the service sets the others.

    ``beside`` is the client of a project, or the project of a task, if it is still pending too.
    If ``thing`` has an id, the new item gets it; only the local workspace allows that.
    With ``if_missing``, an existing item of that name is used if there is one when the change is
    sent. To copy an item, ``whole`` is the JSON that was read of it.
    """

    effect: ClassVar[str] = "make"

    thing: AnyNamed
    said: tuple[str, ...] = ()
    beside: Queued | None = None
    if_missing: bool = False
    whole: bytes = b""

    def describe(self, clock: Clock) -> str:
        """Return the change as text."""
        del clock
        return f"add {noun_of(self.thing)} {quoted(self.thing.name)}"

    def about(self, number: int) -> frozenset[EntryId]:
        """Return the new item, and its pending client or project."""
        made = frozenset[EntryId]({Queued(number)})
        return made if self.beside is None else made | {self.beside}

    @property
    def names_used(self) -> frozenset[object]:
        """The id of its client, or of the project of a task."""
        return owner_of(self.thing, self.beside)

    def send(self, desk: Desk) -> Arrived:
        """Create the item."""
        thing = placed(desk, self.thing, self.beside)
        if self.whole:
            return arrived(_copied(desk, thing, self.whole))
        return arrived(_made(desk, thing, self.said))

    def find(self, desk: Desk) -> Finding:
        """Look for an item with its name if the change may have arrived."""
        thing = placed(desk, self.thing, self.beside)
        if thing.id:
            found = read(desk, Known(str(thing.id)), thing)
            return Due(self) if found is None else arrived(found.thing)
        if desk.unsure:
            for each in _alike(desk, thing):
                if not desk.is_from_here(Known(str(each.id))):
                    return arrived(_filled(desk, thing, each, self.whole) if self.whole else each)
        elif self.if_missing:
            for each in _alike(desk, thing):
                desk.alias(Queued(desk.number), Known(str(each.id)))
                return Moot()
        return Due(self)

    def overlay_names(self, names: NameOverlay, number: int) -> None:
        """Show the item."""
        thing = self.thing
        if self.beside is not None:
            beside = "project_id" if isinstance(thing, Task) else "client_id"
            thing = msgspec.structs.replace(thing, **{beside: names.current_id(self.beside)})
        names.put(Queued(number), thing)

    def revert(self, desk: Desk, result: Result | None) -> list[Change]:
        """Delete the item if it is unchanged."""
        key = Queued(desk.number)
        now = unchanged(desk, result, key, self.thing, self.beside)
        if now is None:
            return []
        return [_deletion(now)]

    def shortened(self) -> Change:
        """Return the change without what was read: the item itself can be read."""
        return msgspec.structs.replace(self, whole=b"")


class RestoreName(NameChange, frozen=True, tag="restore name", omit_defaults=True):
    """A deleted item to create again.

    The local workspace restores it with its id and its ``snapshot``. Servers give it a new id, and
    do not restore what belonged to it; ``whole`` has its fields as they were read.
    """

    effect: ClassVar[str] = "make"

    thing: AnyNamed
    again: EntryId
    whole: bytes = b""
    snapshot: bytes = b""

    @property
    def recreates(self) -> EntryId | None:
        """The deleted item that it creates again."""
        return self.again

    def describe(self, clock: Clock) -> str:
        """Return the change as text."""
        del clock
        return f"make {noun_of(self.thing)} {quoted(self.thing.name)} again"

    def about(self, number: int) -> frozenset[EntryId]:
        """Return the new item."""
        return frozenset({Queued(number)})

    def send(self, desk: Desk) -> Arrived:
        """Create the item with all its fields."""
        directory, workspace = desk.directory, desk.workspace
        if self.snapshot:
            return arrived(directory.restore(workspace, self.thing, self.snapshot).thing)
        thing = placed(desk, self.thing, None)
        if not self.whole:
            return arrived(_made(desk, with_id(thing, Known("")), thing.__struct_fields__))
        return arrived(_copied(desk, thing, self.whole))

    def find(self, desk: Desk) -> Finding:
        """Look for the item if the change may have arrived, and set its other fields."""
        if not desk.unsure:
            return Due(self)
        if self.snapshot:
            found = read(desk, self.again, self.thing)
            return Due(self) if found is None else arrived(found.thing)
        thing = placed(desk, self.thing, None)
        for each in _alike(desk, thing):
            if not desk.is_from_here(Known(str(each.id))):
                return arrived(_filled(desk, thing, each, self.whole) if self.whole else each)
        return Due(self)

    def overlay_names(self, names: NameOverlay, number: int) -> None:
        """Show the item."""
        names.put(Queued(number), self.thing)

    def on_name_done(self, desk: Desk, result: Result) -> None:
        """Record the new id of the deleted item."""
        if result.entry != self.again:
            desk.alias(self.again, result.entry)

    def revert(self, desk: Desk, result: Result | None) -> list[Change]:
        """Delete the item if it is unchanged."""
        now = unchanged(desk, result, Queued(desk.number), self.thing)
        if now is None:
            return []
        return [_deletion(now)]

    def shortened(self) -> Change:
        """Return the change with only what describes it: the item can be read."""
        return msgspec.structs.replace(self, whole=b"", snapshot=b"")


def _deletion(now: Record[Any]) -> Change:
    """Return the change that deletes an item; ``refreshed`` reads an archived item again.

    The same undo may first bring the item back into use.
    """
    whole = b"" if is_closed(now.thing) else now.whole
    return DeleteName(Known(str(now.thing.id)), now.thing, whole)


def _copied(desk: Desk, thing: AnyNamed, whole: bytes) -> AnyNamed:
    """Create an item with all fields that were read of another."""
    record = read_record(whole, type(thing))
    thing = with_id(thing, Known(str(record.thing.id)))
    made = desk.directory.create_again(desk.workspace, record, thing).thing
    return _filled(desk, thing, made, whole)


def _filled(desk: Desk, thing: AnyNamed, made: AnyNamed, whole: bytes) -> AnyNamed:
    """Set the fields that the request for a new item can't contain."""
    directory, workspace, key = desk.directory, desk.workspace, Known(str(made.id))
    record = read_record(whole, type(thing)).under(key)
    thing = with_id(thing, key)
    if not isinstance(thing, Tag) or thing.archived:
        made = directory.replace(workspace, record, thing).thing
    if isinstance(thing, Project) and isinstance(made, Project):
        directory.restore_estimates(workspace, Record(thing, whole), made)
    if isinstance(thing, Task) and isinstance(made, Task):
        for rate, is_cost in ((thing.hourly_rate, False), (cost_rate(record), True)):
            if rate is not None:
                made = directory.set_rate(workspace, made, rate, cost=is_cost).thing
    return made


def _made(desk: Desk, thing: AnyNamed, said: tuple[str, ...]) -> AnyNamed:
    """Create an item with the given fields."""
    directory, workspace = desk.directory, desk.workspace
    chosen = Known(str(thing.id)) if thing.id else None

    def given(**names: str) -> dict[str, Any]:
        return {name: getattr(thing, field) for name, field in names.items() if field in said}

    match thing:
        case Client():
            fields = given(email="email", address="address", note="note")
            return directory.create_client(workspace, thing.name, chosen=chosen, **fields)
        case Project():
            fields = given(
                client="client_id",
                billable="billable",
                color="color",
                rate="hourly_rate",
                public="public",
                note="note",
            )
            return directory.create_project(workspace, thing.name, chosen=chosen, **fields)
        case Task():
            fields = given(estimate="estimate", assignees="assignee_ids")
            return directory.create_task(
                workspace, thing.project_id, thing.name, chosen=chosen, **fields
            )
        case Tag():
            return directory.create_tag(workspace, thing.name, chosen=chosen)


def _alike(desk: Desk, thing: AnyNamed) -> Iterable[AnyNamed]:
    """Return the items with the same name, client and project."""
    directory, workspace = desk.directory, desk.workspace
    search = Search(name=thing.name.lower())
    found: Iterable[AnyNamed]
    match thing:
        case Client():
            found = directory.clients(workspace, search)
        case Project():
            found = [
                each
                for each in directory.projects(workspace, search)
                if each.client_id == thing.client_id
            ]
        case Task():
            found = directory.tasks(workspace, thing.project_id, search)
        case Tag():
            found = directory.tags(workspace, search)
    return [each for each in found if each.name == thing.name]


class DeleteName(NameChange, frozen=True, tag="delete name", omit_defaults=True):
    """An item to delete, as it was read; ``whole`` and ``snapshot`` restore it."""

    effect: ClassVar[str] = "delete"

    key: EntryId
    before: AnyNamed
    whole: bytes = b""
    snapshot: bytes = b""

    def describe(self, clock: Clock) -> str:
        """Return the change as text."""
        del clock
        return f"delete {noun_of(self.before)} {quoted(self.before.name)}"

    def about(self, number: int) -> frozenset[EntryId]:
        """Return the item."""
        del number
        return frozenset({self.key})

    @property
    def removes(self) -> EntryId:
        """The id of the item."""
        return self.key

    def send(self, desk: Desk) -> Arrived:
        """Archive the item if it is active, and delete it; an unsent one needs no request."""
        known = desk.server_id(self.key)
        if known is None:
            return Arrived()
        directory, workspace = desk.directory, desk.workspace
        thing = with_id(placed(desk, self.before, None), known)
        try:
            if self.whole:
                record = read_record(self.whole, type(thing)).under(known)
            else:
                record = directory.read(workspace, thing)
            active, whole = record.thing, record.whole
            if not is_closed(active):
                record = directory.replace(workspace, record, closed(active))
            try:
                directory.delete(workspace, record.thing)
            except RefusedError:
                if not is_closed(active):
                    with suppress(RefusedError):  # report the first refusal, not this one
                        directory.replace(workspace, record, active)
                raise
        except NotFoundError:
            return Arrived()
        before = closed(active, to=is_closed(self.before)) if self.whole else active
        return Arrived(keep=msgspec.structs.replace(self, before=before, whole=whole))

    def find(self, desk: Desk) -> Finding:
        """Compare with the server's item: one that was changed elsewhere is a conflict."""
        found = read(desk, self.key, self.before)
        if found is None:
            return Arrived()
        now = found.thing
        before = closed(self.before, to=is_closed(now))
        if differences(before, now) and desk.last_digest(now.id) != digest_of(now):
            return Conflict(now)
        # It may be this change that has archived it: undo brings it back as it was before.
        now = closed(now, to=is_closed(now) and is_closed(self.before))
        return Due(msgspec.structs.replace(self, before=now, whole=found.whole))

    def refreshed(self, desk: Desk) -> Change | None:
        """Return the change with the current item, and the snapshot by which undo restores it."""
        if not desk.directory.chooses_ids:
            return self  # it was read just now, or is read before it is sent
        found = read(desk, self.key, self.before)
        if found is None:
            return None
        if differences(closed(self.before, to=is_closed(found.thing)), found.thing):
            raise changed_since(found.thing)
        snapshot = desk.directory.snapshot(desk.workspace, found.thing)
        return msgspec.structs.replace(
            self, before=found.thing, whole=found.whole, snapshot=snapshot
        )

    def override(self, theirs: object) -> Change:
        """Return the change that deletes the item as it was changed elsewhere."""
        return msgspec.structs.replace(self, before=theirs, whole=b"")

    def overlay_names(self, names: NameOverlay, number: int) -> None:
        """Show the item as deleted."""
        del number
        names.put(self.key, None)

    def revert(self, desk: Desk, result: Result | None) -> list[Change]:
        """Create the item again; the server assigns another id."""
        del result
        if read(desk, self.key, self.before) is not None:
            return []  # it is there again
        return [RestoreName(self.before, self.key, self.whole, self.snapshot)]
