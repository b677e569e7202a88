"""Changing a client, a project, a task or a tag: its name, its fields, archived or active."""

from collections.abc import Mapping
from typing import ClassVar

import msgspec

from clocktool.domain.directory import AnyNamed, Project, Record, Task
from clocktool.domain.ids import EntryId, Known, Queued
from clocktool.domain.money import Rate
from clocktool.domain.named import differences, digest_of, is_closed, noun_of, rebase_name
from clocktool.errors import NotFoundError, quoted
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
)


class EditName(NameChange, frozen=True, tag="edit name", omit_defaults=True):
    """An item as it was read and as it will be; only the fields that differ are changed.

    ``beside`` is its new client, or the project of a task, if that is still pending. ``whole`` is
    the JSON that was just read of the item.
    """

    not_stored: ClassVar[Mapping[str, object]] = {"whole": b""}  # it is read again

    key: EntryId
    before: AnyNamed
    after: AnyNamed
    beside: Queued | None = None
    whole: bytes = b""

    def describe(self, clock: Clock) -> str:
        """Return the change as text."""
        del clock
        noun, name = noun_of(self.before), quoted(self.before.name)
        changed = differences(self.before, self.after)
        if changed == ("name",):
            return f"rename {noun} {name} to {quoted(self.after.name)}"
        if changed == ("archived",):
            return f"{'archive' if is_closed(self.after) else 'restore'} {noun} {name}"
        if changed == ("done",):
            return f"{'mark' if is_closed(self.after) else 'reopen'} {noun} {name}" + (
                " as done" if is_closed(self.after) else ""
            )
        return f"edit {noun} {name}"

    def about(self, number: int) -> frozenset[EntryId]:
        """Return the item, and its pending client or project."""
        del number
        about = frozenset({self.key})
        return about if self.beside is None else about | {self.beside}

    @property
    def names_used(self) -> frozenset[object]:
        """The id of its client, or of the project of a task."""
        return owner_of(self.after, self.beside)

    def send(self, desk: Desk) -> Arrived:
        """Send the changed fields. Raises NotFoundError if the item is not on the server."""
        record = self._record(desk)
        now, wanted = record.thing, rebase_name(record.thing, self.before, self._after(desk))
        directory, workspace = desk.directory, desk.workspace
        changed = differences(now, wanted)
        rate = wanted.hourly_rate if isinstance(wanted, Task) else None
        if changed != ("hourly_rate",) or rate is None:
            record = directory.replace(workspace, record, wanted)
        if rate is not None and "hourly_rate" in changed and isinstance(record.thing, Task):
            rated = directory.set_rate(workspace, record.thing, rate)
            record = Record(rated.thing, rated.whole)
        if rate is None and "hourly_rate" in changed and isinstance(record.thing, Task):
            record = _without_rate(desk, record.thing, record.whole)
        keep = EditName(Known(str(now.id)), now, record.thing)
        return arrived(record.thing, keep)

    def _record(self, desk: Desk) -> Record[AnyNamed]:
        if self.whole:
            return Record(self.before, self.whole)
        found = read(desk, self.key, self.before, self._project)
        if found is None:
            noun = noun_of(self.before)
            raise NotFoundError(f"the {noun} {quoted(self.before.name)} is not there")
        return found

    @property
    def _project(self) -> Queued | None:
        return self.beside if isinstance(self.before, Task) else None

    def _after(self, desk: Desk) -> AnyNamed:
        if not isinstance(self.after, Project):
            return self.after
        if self.after.client_id == getattr(self.before, "client_id", None):
            return self.after
        return placed(desk, self.after, self.beside)

    def find(self, desk: Desk) -> Finding:
        """Compare with the server's item: a change made elsewhere is never overwritten."""
        found = read(desk, self.key, self.before, self._project)
        if found is None:
            return Moot(f"the {noun_of(self.before)} was deleted elsewhere")
        now, after = found.thing, self._after(desk)
        missing = {*differences(self.before, after)}.intersection(differences(now, after))
        if not missing:
            return arrived(now, EditName(Known(str(now.id)), self.before, now))
        is_same = missing.isdisjoint(differences(now, self.before))
        if not is_same and desk.last_digest(Known(str(now.id))) != digest_of(now):
            return Conflict(now)
        wanted = rebase_name(now, self.before, after)
        return Due(EditName(Known(str(now.id)), now, wanted, whole=found.whole))

    def name_left(self) -> AnyNamed:
        """Return the item after this change."""
        return self.after

    def override(self, theirs: AnyNamed) -> Change:
        """Return the change that overwrites the item as it was changed elsewhere."""
        wanted = rebase_name(theirs, self.before, self.after)
        return EditName(self.key, theirs, wanted, self.beside)

    def overlay_names(self, names: NameOverlay, number: int) -> None:
        """Apply the change to the item."""
        del number
        now = names.get(self.key, self.before)
        if now is not None:
            after = self.after
            if self.beside is not None and isinstance(after, Project):
                after = msgspec.structs.replace(after, client_id=names.current_id(self.beside))
            names.put(self.key, rebase_name(now, self.before, after))

    def revert(self, desk: Desk, result: Result | None) -> list[Change]:
        """Restore the fields that this change has changed."""
        found = read(desk, self.key if result is None else result.entry, self.before, self._project)
        if found is None:
            return []
        now = found.thing
        changed = {*differences(self.before, self.after)}
        if not changed.isdisjoint(differences(now, self.after)):
            raise changed_since(now)
        key = Known(str(now.id))
        return [EditName(key, now, rebase_name(now, self.after, self.before), whole=found.whole)]

    def shortened(self) -> Change:
        """Return the change with only what is needed to undo it."""
        return msgspec.structs.replace(self, whole=b"")


def _without_rate(desk: Desk, task: Task, whole: bytes) -> Record[AnyNamed]:
    """Return a task without a rate of its own.

    The service can't remove a rate, so a task that still has one gets the rate that would count.
    """
    if task.hourly_rate is None:
        return Record(task, whole)
    directory, workspace = desk.directory, desk.workspace
    project = directory.read(workspace, Project(task.project_id)).thing
    rate = project.hourly_rate or directory.workspace(workspace).hourly_rate or Rate(0)
    desk.say(f"the service can't remove the rate; set the one that counts without it: {rate.text}")
    rated = directory.set_rate(workspace, task, rate)
    return Record(rated.thing, rated.whole)
