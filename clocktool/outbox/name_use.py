"""Taking a client, a project, a task or a tag out of use or into use, as a part of a merge."""

from collections.abc import Mapping
from typing import Any, ClassVar

import msgspec

from clocktool.domain.directory import AnyNamed, Record
from clocktool.domain.ids import EntryId, Known
from clocktool.domain.named import closed, is_closed, noun_of
from clocktool.domain.naming import TextChange
from clocktool.errors import quoted
from clocktool.outbox.change import Arrived, Change, Clock, Desk, Due, Finding, Moot, Result
from clocktool.outbox.name_overlay import NameOverlay
from clocktool.outbox.names import NameChange, arrived, read


class UseName(NameChange, frozen=True, tag="use name", omit_defaults=True):
    """An item to archive or to bring back into use; its other fields stay as they are then.

    Only items in use take entries. So a merge may open and close the same item, and undo does it
    the other way round; neither compares it with what it was. ``whole`` is the JSON that was just
    read. ``texts`` are the names in the configuration that change with it.
    """

    not_stored: ClassVar[Mapping[str, object]] = {"whole": b""}  # it is read again

    key: EntryId
    before: AnyNamed
    closes: bool
    whole: bytes = b""
    texts: tuple[TextChange, ...] = ()

    def describe(self, clock: Clock) -> str:
        """Return the change as text."""
        del clock
        noun, name = noun_of(self.before), quoted(self.before.name)
        if noun == "task":
            return f"mark task {name} as done" if self.closes else f"reopen task {name}"
        return f"{'archive' if self.closes else 'restore'} {noun} {name}"

    def about(self, number: int) -> frozenset[EntryId]:
        """Return the thing."""
        del number
        return frozenset({self.key})

    def send(self, desk: Desk) -> Arrived | Moot:
        """Change whether it is in use; moot if it is already, or if it is deleted."""
        record: Record[Any] | None = Record(self.before, self.whole)
        if not self.whole:
            record = read(desk, self.key, self.before)
        if record is None:
            return Moot(f"the {noun_of(self.before)} was deleted")
        if is_closed(record.thing) == self.closes:
            return Moot()
        wanted = closed(record.thing, to=self.closes)
        return self._arrived(desk.directory.replace(desk.workspace, record, wanted).thing)

    def _arrived(self, thing: AnyNamed) -> Arrived:
        return arrived(thing, UseName(Known(str(thing.id)), thing, self.closes, texts=self.texts))

    def find(self, desk: Desk) -> Finding:
        """Return whether it is in use."""
        found = read(desk, self.key, self.before)
        if found is None:
            return Moot(f"the {noun_of(self.before)} was deleted elsewhere")
        if is_closed(found.thing) == self.closes:
            return self._arrived(found.thing) if desk.unsure else Moot()
        key = Known(str(found.thing.id))
        return Due(UseName(key, found.thing, self.closes, found.whole, self.texts))

    def name_left(self) -> AnyNamed:
        """Return the thing after this change."""
        return closed(self.before, to=self.closes)

    def overlay_names(self, names: NameOverlay, number: int) -> None:
        """Show it as in use, or not."""
        del number
        now = names.get(self.key, self.before)
        if now is not None:
            names.put(self.key, closed(now, to=self.closes))

    def revert(self, desk: Desk, result: Result | None) -> list[Change]:
        """Return the opposite change. The same undo may first create a deleted item again."""
        del desk
        key = self.key if result is None else result.entry
        texts = tuple(each.reverse for each in reversed(self.texts))
        return [UseName(key, self.before, not self.closes, texts=texts)]

    def shortened(self) -> Change:
        """Return what undo needs."""
        return msgspec.structs.replace(self, whole=b"")
