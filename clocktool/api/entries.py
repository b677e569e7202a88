"""The twelve operations on time entries, numbered as in the guide."""

from collections.abc import Generator, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Protocol

import msgspec

from clocktool import wire
from clocktool.api.paging import page_lists, pages
from clocktool.api.routes import Operation, Routes
from clocktool.api.session import Session
from clocktool.backends.base import PAGE_SIZE, Request, path
from clocktool.domain.entry import Draft, Entry
from clocktool.domain.ids import EntryId, Known, Queued
from clocktool.domain.time.instant import FIRST, LAST, Instant, format_iso
from clocktool.errors import AnswerIsNoError, NotFoundError

if TYPE_CHECKING:
    from clocktool.domain.totals import Question, Totals

MOST_RUNNING = 1000
"""The largest page of running entries that the service returns."""

DELETED_AT_ONCE = 100
"""The greatest number of ids in one request of operation 12, as they are part of the URL."""


LONGEST_ENTRY = 7
"""How many days before a window entries are asked for. Servers filter by start only, and a timer
forgotten over a weekend reaches into the window."""


class EntryQuery(msgspec.Struct, frozen=True, kw_only=True):
    """All parameters of operation 2; None leaves a parameter out.

    No command uses ``project_required``, ``task_required`` and ``consider_duration_format``; they
    are here because the operation has them.
    """

    description: str | None = None
    start: Instant | None = None
    end: Instant | None = None
    project_id: str | None = None
    task_id: str | None = None
    tag_ids: tuple[str, ...] = ()
    project_required: bool | None = None
    task_required: bool | None = None
    consider_duration_format: bool | None = None
    hydrated: bool | None = True
    in_progress: bool | None = None

    def pairs(self) -> tuple[tuple[str, str], ...]:
        """Return the query parameters; ``tags`` is repeated, one for each tag."""
        named = (
            ("description", self.description),
            ("start", _bound(self.start)),
            ("end", _bound(self.end)),
            ("project", self.project_id),
            ("task", self.task_id),
            *(("tags", each) for each in self.tag_ids),
            ("project-required", _flag(self.project_required)),
            ("task-required", _flag(self.task_required)),
            ("consider-duration-format", _flag(self.consider_duration_format)),
            ("hydrated", _flag(self.hydrated)),
            ("in-progress", _flag(self.in_progress)),
        )
        return tuple((name, value) for name, value in named if value is not None)


class TimerListener(Protocol):
    """Gets the state of the user's timer from each reply that shows it."""

    def on_running(self, entry: Entry) -> None:
        """Store the running timer."""
        ...

    def on_ended(self, entry: EntryId | None = None) -> None:
        """Store that no timer runs; with an id, only if that entry was the timer."""
        ...


class EntryListener(Protocol):
    """Gets the entries in the replies to writes, and to reads of single entries."""

    def on_written(self, workspace: str, user: str, entries: Sequence[Entry]) -> None:
        """Store entries as they are now; ``user`` owns those that name no user."""
        ...

    def on_deleted(self, workspace: str, entries: Sequence[str]) -> None:
        """Remove deleted entries."""
        ...

    def on_no_timer(self, workspace: str, user: str) -> None:
        """Remove running entries of a user, which have ended."""
        ...

    def on_all_deleted(self, workspace: str, user: str) -> None:
        """Remove all entries of a user; locked ones may still exist."""
        ...


class TimeEntries(msgspec.Struct):
    """The operations on time entries; each method sends one request, a list one for each page."""

    _session: Session
    _routes: Routes
    _listener: TimerListener | None = None
    _entry_listener: EntryListener | None = None

    def _written(self, workspace: str, entries: Sequence[Entry], user: str = "") -> None:
        if self._entry_listener is not None and entries:
            self._entry_listener.on_written(workspace, user, entries)

    def _deleted(self, workspace: str, entries: Sequence[str]) -> None:
        if self._entry_listener is not None:
            self._entry_listener.on_deleted(workspace, entries)

    @property
    def is_remote(self) -> bool:
        """Whether requests leave this machine."""
        return self._session.is_remote

    @property
    def page_size(self) -> int:
        """How many entries the server returns on a page."""
        return min(PAGE_SIZE, self._session.page_size)

    @property
    def seen(self) -> Iterable[Entry]:
        """The entries read last in this run, in the order of their replies."""
        return self._session.seen

    def was_read(self, entry: Entry) -> bool:
        """Whether the last reply of this run with an entry has this version of it."""
        return self._session.versions.get(str(entry.id)) == entry.version

    @property
    def forbidden(self) -> str:
        """The characters that no description may have."""
        return self._routes.forbidden

    def create(self, workspace: str, draft: Draft) -> Entry:
        """Operation 1: create an entry of the user; without an end its timer runs."""
        request = Request("POST", _path(workspace), body=wire.draft_body(draft))
        entry = self._session.call(request, self._session.read_entry)
        if self._entry_listener is not None:
            self._entry_listener.on_written(workspace, "", [entry])
        if self._listener is not None and entry.end is None:
            self._listener.on_running(entry)
        return entry

    def page(
        self, workspace: str, user: str, query: EntryQuery, *, page: int = 1, size: int = PAGE_SIZE
    ) -> list[Entry]:
        """Operation 2: one page of a user's entries, newest start first."""
        session, request = self._session, _list_request(workspace, user, query)
        return session.first_page(request, session.read_entries, page=page, most=size).items

    def current(self, workspace: str, user: str) -> Entry | None:
        """Operation 2: return the user's running entry, None when there is none."""
        found = self.page(workspace, user, EntryQuery(in_progress=True), size=MOST_RUNNING)
        running = next((entry for entry in found if entry.running), None)
        self.note_running(running)
        return running

    def note_running(self, running: Entry | None) -> None:
        """Pass the user's timer to the listener: an entry, or None for no timer."""
        if self._listener is None:
            return
        if running is None:
            self._listener.on_ended()
        else:
            self._listener.on_running(running)

    def note_arrived(self, workspace: str, entries: Sequence[Entry]) -> None:
        """Pass entries that a write has made or changed, as a read found them, to the listener."""
        self._written(workspace, entries)

    def note_entry(self, entry: Entry) -> None:
        """Pass an entry of the user to the listener: it is the timer, or it is finished."""
        if self._listener is None:
            return
        if entry.running:
            self._listener.on_running(entry)
        elif not isinstance(entry.id, Queued):
            self._listener.on_ended(entry.id)

    def list_all(
        self, workspace: str, user: str, query: EntryQuery, *, size: int = PAGE_SIZE
    ) -> Iterator[Entry]:
        """Operation 2, all pages: a user's entries, newest start first; one request a page."""
        request = _list_request(workspace, user, query)
        return pages(self._session, request, self._session.read_entries, most=size)

    def list_pages(
        self, workspace: str, user: str, query: EntryQuery, *, size: int = PAGE_SIZE
    ) -> Generator[list[Entry], None, bool]:
        """Operation 2, page by page: a user's entries, newest start first.

        Returns whether the list is complete. Each page is requested after the one before it, as
        entries may be added meanwhile.
        """
        session, request = self._session, _list_request(workspace, user, query)
        return page_lists(session, request, session.read_entries, most=size, in_order=True)

    def get(
        self,
        workspace: str,
        entry: str,
        *,
        hydrated: bool | None = True,
        consider_duration_format: bool | None = None,
    ) -> Entry:
        """Operation 3: one entry, with the names of its project, task and tags.

        No command uses ``consider_duration_format``; it is here because the operation has it.
        """
        asked = (
            ("consider-duration-format", _flag(consider_duration_format)),
            ("hydrated", _flag(hydrated)),
        )
        query = tuple((name, value) for name, value in asked if value is not None)
        request = Request("GET", _path(workspace, entry), query)
        try:
            found = self._session.call(request, self._session.read_entry)
        except NotFoundError:
            self._deleted(workspace, [entry])
            if self._listener is not None:  # a deleted entry does not run
                self._listener.on_ended(Known(entry))
            raise
        self._written(workspace, [found])
        return found

    def update(self, workspace: str, entry: str, draft: Draft) -> Entry:
        """Operation 4: replace an entry with a draft; fields that the draft lacks are cleared."""
        body = wire.draft_body(draft, whole=True)
        request = Request("PUT", _path(workspace, entry), body=body)
        updated = self._session.call(request, self._session.read_entry)
        self._written(workspace, [updated])
        if self._listener is not None and not updated.running:
            self._listener.on_ended(Known(entry))
        return updated

    def delete(self, workspace: str, entry: str) -> None:
        """Operation 5: delete an entry."""
        try:
            self._session.done(Request("DELETE", _path(workspace, entry)))
        except NotFoundError:
            self._deleted(workspace, [entry])
            raise
        self._deleted(workspace, [entry])
        if self._listener is not None:
            self._listener.on_ended(Known(entry))

    def stop(self, workspace: str, user: str, end: Instant) -> Entry:
        """Operation 6: end the running timer. Raises AnswerIsNoError when none runs."""
        request = Request("PATCH", _user_path(workspace, user), body={"end": format_iso(end)})
        try:
            entry = self._session.call(request, self._session.read_entry)
        except AnswerIsNoError:
            if self._listener is not None:
                self._listener.on_ended()
            if self._entry_listener is not None:
                self._entry_listener.on_no_timer(workspace, user)
            raise
        self._written(workspace, [entry], user)
        self.note_running(None)
        return entry

    def in_progress(self, workspace: str) -> Iterator[Entry]:
        """Operation 7: the running timers of everyone in the workspace."""
        session, request = self._session, self._routes.in_progress(workspace)
        if not self._routes.running_has_pages:
            return iter(session.call(request, session.read_entries))
        return pages(session, request, session.read_entries, most=MOST_RUNNING)

    @property
    def has_batches(self) -> bool:
        """Whether the batch methods work: only the local workspace has them.

        Entries then get the ids that the caller chooses.
        """
        return self._session.is_atomic

    @property
    def has_sums(self) -> bool:
        """Whether ``sums`` works: only the local workspace has it."""
        return self._session.has_sums

    def sums(self, workspace: str, user: str, question: "Question") -> "Totals":
        """Return the time of a user's entries, added up."""
        request = Request("GET", f"{_user_path(workspace, user)}/sums", body=(question,))
        totals: Totals = self._session.call(request, lambda value: value)  # type: ignore[assignment]
        return totals

    def create_batch(
        self, workspace: str, drafts: Sequence[tuple[Known, Draft]]
    ) -> list[tuple[Known, int]]:
        """Create entries of the user with these ids, all or none; return ids and digests."""
        request = Request("POST", _path(workspace, "batch"), body=tuple(drafts))
        flags = self._session.call(request, wire.billable_flags)
        return [
            (entry, msgspec.structs.replace(draft, billable=billable).digest)
            for (entry, draft), billable in zip(drafts, flags, strict=True)
        ]

    def create_again(self, workspace: str, entry: Known, draft: Draft) -> Entry:
        """Create a deleted entry again, with its old id."""
        self.create_batch(workspace, [(entry, draft)])
        made = self.get(workspace, entry)
        if self._listener is not None and made.running:
            self._listener.on_running(made)
        return made

    def read_batch(self, workspace: str, entries: Sequence[Known]) -> list[tuple[Known, Draft]]:
        """Read entries by id, as drafts; ids that do not exist are left out."""
        request = Request("GET", _path(workspace, "batch"), body=tuple(entries))
        return self._session.call(request, wire.drafts)

    def delete_batch(self, workspace: str, entries: Sequence[Known]) -> None:
        """Delete entries by id, all or none."""
        self._session.done(Request("DELETE", _path(workspace, "batch"), body=tuple(entries)))

    def create_for(self, workspace: str, user: str, draft: Draft) -> Entry:
        """Operation 8: create an entry of another user."""
        request = Request("POST", _user_path(workspace, user), body=wire.draft_body(draft))
        entry = self._session.call(request, self._session.read_entry)
        self._written(workspace, [entry], user)
        return entry

    def bulk_edit(
        self, workspace: str, user: str, entries: Sequence[Entry], operations: Sequence[Operation]
    ) -> list[Entry]:
        """Operation 9: change many entries of a user, all or none.

        The entries must be as just read: the service's route replaces each of them as a whole.
        """
        request = self._routes.bulk_edit(workspace, user, entries, operations)
        changed = self._session.call(request, self._session.read_entries)
        self._written(workspace, changed, user)
        return changed

    @property
    def replaces_many(self) -> bool:
        """Whether ``replace_many`` works: the guide has no such operation."""
        return self._routes.replaces_many

    def replace_many(
        self, workspace: str, user: str, drafts: Sequence[tuple[str, Draft]]
    ) -> list[Entry]:
        """Replace many entries of a user, by id, with drafts (operation 9 of the service)."""
        body = [{"id": entry, **wire.draft_body(draft, whole=True)} for entry, draft in drafts]
        request = Request("PUT", _user_path(workspace, user), (("hydrated", "true"),), body)
        changed = self._session.call(request, self._session.read_entries)
        self._written(workspace, changed, user)
        return changed

    def duplicate(self, workspace: str, entry: Known, draft: Draft) -> Entry:
        """Operation 10: copy an entry to the times of a draft; without an end its timer runs."""
        request = self._routes.duplicate(workspace, entry, draft)
        made = self._session.call(request, self._session.read_entry)
        self._written(workspace, [made])
        return made

    def mark_invoiced(
        self, workspace: str, entries: Sequence[str], *, invoiced: bool
    ) -> list[Entry]:
        """Operation 11: mark entries as invoiced or not; return [] where the reply has no body."""
        body = {"timeEntryIds": list(entries), "invoiced": invoiced}
        request = Request("PATCH", _path(workspace, "invoiced"), body=body)
        changed = self._session.call(request, self._session.read_entries)
        self._written(workspace, changed)
        return changed

    @property
    def deletes_many(self) -> bool:
        """Whether ``delete_many`` works: the guide deletes only one entry, or all of a user."""
        return not self._routes.deletes_all

    def delete_many(self, workspace: str, user: str, entries: Sequence[str]) -> None:
        """Delete entries of a user by id, all or none (operation 12 of the service)."""
        query = tuple(("time-entry-ids", entry) for entry in entries)
        self._session.done(Request("DELETE", _user_path(workspace, user), query))
        self._deleted(workspace, entries)

    def delete_all(self, workspace: str, user: str) -> None:
        """Operation 12: delete all entries of a user that are neither locked nor approved. No undo.

        The guide needs one request. The service needs ids, so the entries are listed first.
        """
        where = _user_path(workspace, user)
        if self._routes.deletes_all:
            self._session.done(Request("DELETE", where))
            if self._entry_listener is not None:
                self._entry_listener.on_all_deleted(workspace, user)
            return
        every = self.list_all(workspace, user, EntryQuery(hydrated=None))
        free = [str(entry.id) for entry in every if not entry.lock_reason]
        for first in range(0, len(free), DELETED_AT_ONCE):
            self.delete_many(workspace, user, free[first : first + DELETED_AT_ONCE])


def _path(workspace: str, *rest: str) -> str:
    return path("workspaces", workspace, "time-entries", *rest)


def _user_path(workspace: str, user: str) -> str:
    return path("workspaces", workspace, "user", user, "time-entries")


def _list_request(workspace: str, user: str, query: EntryQuery) -> Request:
    return Request("GET", _user_path(workspace, user), query.pairs(), as_value=True)


def _bound(instant: Instant | None) -> str | None:
    """Return a bound as a query parameter, limited to the years 1 to 9999."""
    return None if instant is None else format_iso(Instant(min(max(instant, FIRST), LAST)))


def _flag(value: bool | None) -> str | None:  # noqa: FBT001  # a value, not a switch
    return None if value is None else str(value).lower()
