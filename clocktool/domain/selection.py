"""A selection: which entries a command is about. A filter that is not said lets all through."""

import msgspec

from clocktool.domain.entry import Entry
from clocktool.domain.time.instant import Instant


class Selection(msgspec.Struct, frozen=True, kw_only=True):
    """Filters by id; an entry must pass every one of them.

    ``window`` is from its first instant up to, not including, its second: an entry is in it when
    a part of it is. Of ``projects``, ``clients``, ``tasks`` and ``descriptions`` one is enough, of
    ``tags`` all are wanted, of ``not_tags`` none; an empty one lets all through. ``None`` is not
    said; ``has_project`` and ``has_task`` False want none.
    """

    window: tuple[Instant, Instant] | None = None
    projects: frozenset[str] = frozenset()
    clients: frozenset[str] = frozenset()
    tasks: frozenset[str] = frozenset()
    tags: frozenset[str] = frozenset()
    not_tags: frozenset[str] = frozenset()
    descriptions: frozenset[str] = frozenset()
    """Parts of a description, case-folded."""
    billable: bool | None = None
    is_break: bool | None = None
    has_project: bool | None = None
    has_task: bool | None = None
    running: bool = False

    def holds(self, entry: Entry, now: Instant) -> bool:
        """Return whether an entry passes every filter."""
        tags = {tag.id for tag in entry.tags}
        project, task = entry.project, entry.task
        return (
            self._in_window(entry, now)
            and (not self.running or entry.running)
            and (not self.projects or (project is not None and project.id in self.projects))
            and (not self.clients or (project is not None and project.client_id in self.clients))
            and (not self.tasks or (task is not None and task.id in self.tasks))
            and self.tags <= tags
            and not self.not_tags & tags
            and self.billable in (None, entry.billable)
            and self.is_break in (None, entry.is_break)
            and self.has_project in (None, project is not None)
            and self.has_task in (None, task is not None)
            and self._is_described(entry)
        )

    def _is_described(self, entry: Entry) -> bool:
        described = entry.description.casefold()
        return not self.descriptions or any(each in described for each in self.descriptions)

    def _in_window(self, entry: Entry, now: Instant) -> bool:
        if self.window is None:
            return True
        first, after = self.window
        end = max(entry.start, now if entry.end is None else entry.end)
        return entry.start < after and (end > first or (entry.start == end >= first))
