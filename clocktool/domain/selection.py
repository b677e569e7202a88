"""A selection: the filters of a command. A filter that is not given matches all entries."""

import msgspec

from clocktool.domain.entry import Entry
from clocktool.domain.time.instant import Instant


class Selection(msgspec.Struct, frozen=True, kw_only=True):
    """Filters by id. An entry must match all of them; empty sets and None match all entries.

    ``window`` has a first instant and an end, which is not included. An entry matches if a part of
    it is in the window. It must match any of ``projects``, ``clients``, ``tasks`` and
    ``descriptions``, all of ``tags``, and none of each ``not_…``. ``has_…`` False matches entries
    without one. An entry without a project has no client.
    """

    window: tuple[Instant, Instant] | None = None
    projects: frozenset[str] = frozenset()
    clients: frozenset[str] = frozenset()
    tasks: frozenset[str] = frozenset()
    tags: frozenset[str] = frozenset()
    descriptions: frozenset[str] = frozenset()
    """Parts of a description, case-folded."""
    not_projects: frozenset[str] = frozenset()
    not_clients: frozenset[str] = frozenset()
    not_tasks: frozenset[str] = frozenset()
    not_tags: frozenset[str] = frozenset()
    not_descriptions: frozenset[str] = frozenset()
    """Parts of a description that must not occur, case-folded."""
    billable: bool | None = None
    is_break: bool | None = None
    has_project: bool | None = None
    has_client: bool | None = None
    has_task: bool | None = None
    has_tags: bool | None = None
    running: bool = False

    def matches(self, entry: Entry, now: Instant) -> bool:
        """Return whether an entry matches all filters."""
        return (
            self._in_window(entry, now)
            and (not self.running or entry.running)
            and self.billable in (None, entry.billable)
            and self.is_break in (None, entry.is_break)
            and self._is_assigned(entry)
            and self._is_described(entry)
        )

    def _is_assigned(self, entry: Entry) -> bool:
        of, task = entry.project, None if entry.task is None else entry.task.id
        project, client = (None, None) if of is None else (of.id, of.client_id or of.client or None)
        tags = {tag.id for tag in entry.tags}
        return (
            _matches_id(project, self.projects, self.not_projects, self.has_project)
            and _matches_id(client, self.clients, self.not_clients, self.has_client)
            and _matches_id(task, self.tasks, self.not_tasks, self.has_task)
            and self.tags <= tags
            and not self.not_tags & tags
            and self.has_tags in (None, bool(tags))
        )

    def _is_described(self, entry: Entry) -> bool:
        if not self.descriptions and not self.not_descriptions:
            return True
        described = entry.description.casefold()
        return (
            not self.descriptions or any(each in described for each in self.descriptions)
        ) and not any(each in described for each in self.not_descriptions)

    def _in_window(self, entry: Entry, now: Instant) -> bool:
        if self.window is None:
            return True
        first, after = self.window
        end = max(entry.start, now if entry.end is None else entry.end)
        return entry.start < after and (end > first or (entry.start == end >= first))


def _matches_id(
    key: object,
    wanted: frozenset[str],
    unwanted: frozenset[str],
    has_one: bool | None,  # noqa: FBT001  # a filter, not a switch
) -> bool:
    """Return whether an id, or None for none, matches the conditions on it."""
    return (
        (not wanted or key in wanted) and key not in unwanted and has_one in (None, key is not None)
    )
