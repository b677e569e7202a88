"""Deleting a client, a project, a task or a tag; a server wants it archived or done first."""

from contextlib import suppress
from typing import ClassVar

import msgspec

from clocktool.domain.directory import AnyNamed
from clocktool.domain.ids import EntryId
from clocktool.domain.named import closed, differences, digest_of, is_closed, noun_of
from clocktool.errors import NotFoundError, RefusedError, quoted
from clocktool.outbox.change import Arrived, Change, Clock, Conflict, Desk, Due, Finding, Result
from clocktool.outbox.names import NameChange, NameOverlay, changed_since, placed, read, with_id
from clocktool.wire.records import record as read_record


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
        """Compare with the server's item: a change made elsewhere is never deleted."""
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
        """Return the change with the current fields or snapshot that restore the item."""
        if not desk.directory.chooses_ids:
            return self  # it was read just now, or is read before it is sent
        found = read(desk, self.key, self.before)
        if found is None:
            return None
        if differences(closed(self.before, to=is_closed(found.thing)), found.thing):
            raise changed_since(found.thing)
        snapshot = b""
        if desk.directory.chooses_ids:
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
        from clocktool.outbox.name_create import RestoreName

        del result
        if read(desk, self.key, self.before) is not None:
            return []  # it is there again
        return [RestoreName(self.before, self.key, self.whole, self.snapshot)]
