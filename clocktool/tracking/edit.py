"""The edit of one entry: options that are given change it, the rest stays."""

from typing import TYPE_CHECKING

import msgspec

from clocktool.domain.entry import Draft
from clocktool.domain.time.instant import Instant
from clocktool.tracking.assignment import Assigned, Assignment, changed, resolve

if TYPE_CHECKING:
    from clocktool.tracking.names import Names
    from clocktool.tracking.times import Times


class EntryChange(msgspec.Struct, frozen=True, kw_only=True):
    """What to change in an entry, as typed; None means not given."""

    assignment: Assignment = Assignment()
    description: str | None = None
    start: str | None = None
    end: str | None = None
    length: str | None = None
    shift: str | None = None
    longer: str | None = None
    shorter: str | None = None
    is_break: bool | None = None

    def apply(
        self, draft: Draft, times: "Times", names: "Names", *, may_wait: bool = False
    ) -> Draft:
        """Return a draft with the change applied."""
        return self.applied(draft, times, names, may_wait=may_wait)[0]

    def applied(
        self, draft: Draft, times: "Times", names: "Names", *, may_wait: bool = False
    ) -> tuple[Draft, Assigned]:
        """Return a draft with the change applied, and what its names stand for.

        A task without a project is looked up in the draft's project. With ``may_wait``, a name
        that can't be looked up now stays a name.
        """
        before = (draft.start, draft.end)
        start, end = self._times(before, times)
        assigned = resolve(self.assignment, names, draft.project_id, may_wait=may_wait)
        draft = msgspec.structs.replace(changed(draft, assigned), start=start, end=end)
        if self.description is not None:
            draft = msgspec.structs.replace(draft, description=self.description)
        if self.is_break is not None:
            draft = msgspec.structs.replace(draft, type="BREAK" if self.is_break else "REGULAR")
        return draft, assigned

    def _times(
        self, before: tuple[Instant, Instant | None], times: "Times"
    ) -> tuple[Instant, Instant | None]:
        if self.shift is not None:
            return times.of_moved(before, self.shift)
        if self.longer is not None or self.shorter is not None:
            return times.of_resized(before, self.longer, self.shorter)
        return times.of_changed(before, self.start, self.end, self.length)
