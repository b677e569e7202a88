"""Gives a change in the outbox access to requests, names and records."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import msgspec

from clocktool.domain.entry import Draft, Entry
from clocktool.domain.ids import EntryId, Known, NameId, Queued, Unresolved
from clocktool.domain.time.instant import Instant
from clocktool.errors import OfflineError, ServerError
from clocktool.outbox.change import Overlay, Row

if TYPE_CHECKING:
    from clocktool.api.directory import Directory
    from clocktool.api.entries import TimeEntries
    from clocktool.outbox.queue import Queue


class RowDesk(msgspec.Struct):
    """The desk of one change; ``Desk`` documents each method."""

    _outbox: "Queue"
    _row: Row
    _is_atomic: bool
    entries: "TimeEntries"
    number: int
    unsure: bool
    at: Instant
    user: Known
    workspace: Known

    @property
    def directory(self) -> "Directory":
        """The requests about names."""
        return self._outbox.setting.connection.api.directory

    def say(self, text: str) -> None:
        """Write a note about this change for the user."""
        self._outbox.setting.say(f"{self._row.change.describe(self.clock)}: {text}")

    def clock(self, instant: Instant) -> str:
        """Format an instant for people."""
        return self._outbox.setting.accounts.format_time(instant)

    def resolve(self, draft: Draft) -> Draft:
        """Return a draft with ids for its names. If it raises, the change was not sent."""
        if not self._is_atomic:
            draft = self._with_current_names(draft)
        if not draft.is_unresolved:
            return draft
        try:
            return self._look_up(draft)
        except (OfflineError, ServerError) as error:
            error.not_sent = True
            raise

    def _with_current_names(self, draft: Draft) -> Draft:
        """Return a draft with the ids that its project, task and tags have since a delete and undo.

        On this machine they have the same ids.
        """

        def current(name: NameId | None) -> NameId | None:
            return name if not isinstance(name, str) else self.server_id(name) or name

        return msgspec.structs.replace(
            draft,
            project_id=current(draft.project_id),
            task_id=current(draft.task_id),
            tag_ids=draft.tag_ids and tuple([current(tag) or tag for tag in draft.tag_ids]),
        )

    def _look_up(self, draft: Draft) -> Draft:
        accounts = self._outbox.setting.accounts
        project, task = draft.project_id, draft.task_id
        if isinstance(project, Unresolved):
            project = self._id_of(project, lambda name: accounts.names_as_sent.project(name).id)
        if isinstance(task, Unresolved) and project is not None:
            of = project
            task = self._id_of(task, lambda name: accounts.names_as_sent.task(of, name).id)
        tags = draft.tag_ids and tuple(
            self._id_of(tag, lambda name: str(accounts.names_as_sent.tag(name).id))
            if isinstance(tag, Unresolved)
            else tag
            for tag in draft.tag_ids
        )
        return msgspec.structs.replace(draft, project_id=project, task_id=task, tag_ids=tags)

    def _id_of(self, name: Unresolved, search: Callable[[str], str]) -> Known:
        """Return the id of a name: that of the change that created it, else by a search."""
        made = None if name.made_by is None else self.server_id(Queued(name.made_by))
        return made or Known(search(name.name))

    def server_id(self, entry: EntryId) -> Known | None:
        """Return the id of an entry on the server; None while it is not created there."""
        return self._outbox.server_id(entry)

    def shown(self, entry: EntryId, now: Entry | None) -> Entry | None:
        """Return an entry with pending changes applied; ``now`` is its state on the server."""
        entries: Overlay = {} if now is None else {now.id: now}
        for row in self._outbox.waiting():
            self._outbox.apply_row(row, entries)
        found = entries.get(self._outbox.current_id(entry) if now is None else now.id)
        return None if found is None else self._outbox.setting.connection.named(found)

    def get(self, entry: EntryId) -> Entry:
        """Return an entry from a reply of this run, or read it."""
        fresh = self._outbox.fresh.get(entry)
        if fresh is not None:
            return fresh
        return self.entries.get(self.workspace, self._outbox.require_server_id(entry))

    def timer(self) -> Entry | None:
        """Return the running timer; it is read once as long as none runs."""
        idle, owner = self._outbox.idle, (self.workspace, self.user)
        if idle is not None and owner in idle:
            return None
        timer = self.entries.current(*owner)
        if idle is not None and timer is None:
            idle.add(owner)
        return timer

    def last_digest(self, entry: EntryId) -> int | None:
        """Return the digest of an entry after the last change from here."""
        if isinstance(entry, Queued):
            return None
        return self._outbox.store.digest(entry)

    def is_from_here(self, entry: EntryId) -> bool:
        """Whether an entry is the result of a change from here."""
        return not isinstance(entry, Queued) and self._outbox.store.has_result(entry)

    def follow(self, old: EntryId, new: Entry, *, is_part: bool = False) -> None:
        """Move the records of an entry to the one that replaces it, or copy them to its part."""
        if not is_part and not isinstance(new.id, Queued):
            self._outbox.alias(old, new.id)
        found = self._outbox.mark_of(old, is_part=is_part)
        if found is None:
            return
        marked, is_part = found
        whole = self.server_id(marked) if is_part else None
        connection = self._outbox.setting.connection
        connection.follow(self.workspace, str(whole or marked), new, is_part=is_part)

    def alias(self, old: EntryId, new: Known) -> None:
        """Record that a name was made again under another id."""
        self._outbox.alias(old, new)

    def forget(self, entry: EntryId) -> None:
        """Delete the records of an entry."""
        known = self.server_id(entry)
        if known is not None:
            self._outbox.setting.connection.forget(self.workspace, known)
