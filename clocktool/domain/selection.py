"""A selection: which entries a command is about. A filter that is not said lets all through."""

import msgspec

from clocktool.domain.entry import Entry
from clocktool.domain.instant import Instant


class Selection(msgspec.Struct, frozen=True, kw_only=True):
    """Filters by id; an entry must pass every one of them.

    ``window`` is from its first instant up to, not including, its second: an entry is in it when
    a part of it is. ``None`` is not said; ``has_project`` and ``has_task`` False want none.
    """

    window: tuple[Instant, Instant] | None = None
    description: str | None = None
    project: str | None = None
    client: str | None = None
    task: str | None = None
    tags: frozenset[str] = frozenset()
    not_tags: frozenset[str] = frozenset()
    billable: bool | None = None
    has_project: bool | None = None
    has_task: bool | None = None
    running: bool = False

    def holds(self, entry: Entry, now: Instant) -> bool:
        """Return whether an entry passes every filter."""
        tags = {tag.id for tag in entry.tags}
        project = entry.project
        return (
            self._in_window(entry, now)
            and (not self.running or entry.running)
            and (self.project is None or (project is not None and project.id == self.project))
            and (self.client is None or (project is not None and project.client_id == self.client))
            and (self.task is None or (entry.task is not None and entry.task.id == self.task))
            and self.tags <= tags
            and not self.not_tags & tags
            and self.billable in (None, entry.billable)
            and self.has_project in (None, project is not None)
            and self.has_task in (None, entry.task is not None)
            and (
                self.description is None
                or self.description.casefold() in entry.description.casefold()
            )
        )

    def _in_window(self, entry: Entry, now: Instant) -> bool:
        if self.window is None:
            return True
        first, after = self.window
        end = max(entry.start, now if entry.end is None else entry.end)
        return entry.start < after and (end > first or (entry.start == end >= first))
