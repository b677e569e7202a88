"""Taking back what a command changed: first what would be done is made out, then it is done."""

from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

import msgspec

from clocktool.domain.entry import Draft, Entry, same
from clocktool.errors import NoError, NotFoundError, RefusedError
from clocktool.journal.change import (
    LEFT,
    STUCK,
    Change,
    Create,
    Delete,
    Mark,
    Row,
    State,
    Stop,
    Update,
    guess,
)
from clocktool.storage.failure import StorageError

if TYPE_CHECKING:
    from clocktool.api.entries import TimeEntries
    from clocktool.journal.change import Action
    from clocktool.journal.changes import Changes
    from clocktool.journal.file import JournalFile
    from clocktool.journal.journal import Journal


IN_THE_JOURNAL = ("forget", "reopen")
"""What is done in the journal alone, before anything is sent."""


class Step(msgspec.Struct, frozen=True):
    """One thing to do: ``delete``, ``put`` back, ``make`` again, ``mark`` or ``forget``.

    ``forget`` gives up a change that was never sent, ``reopen`` the end of a start that was not.
    ``entry`` is what it is about, ``draft`` what it is to be.
    """

    verb: str
    row: Row
    entry: Entry | None = None
    draft: Draft | None = None


class Undo:
    """Takes commands back, the last step first."""

    def __init__(self, entries: "TimeEntries", changes: "Changes", journal: "Journal") -> None:
        self._entries = entries
        self._changes = changes
        self._file = journal.file
        self._journal = journal
        self._taken: list[int] = []

    def plan(self, rows: Sequence[Row]) -> list[Step]:
        """Return the steps that take changes back. Raises RefusedError where one cannot be.

        An entry that has changed since is not touched; one that is gone already is left out.
        """
        steps = [self._step(row) for row in reversed(rows)]
        return [step for step in steps if step is not None]

    def begin(self, action: int, steps: Sequence[Step]) -> None:
        """Note that a command is taken back, with all that is done in the journal alone."""
        instead: dict[int, Change | None] = {}
        for step in steps:
            if step.verb == "forget":
                instead[step.row.number] = None
            elif step.verb == "reopen" and step.draft is not None:
                instead[step.row.number] = Create(step.draft)
        self._file.undone(action, instead)

    def broke_off(self, action: int) -> None:
        """Note that a command was taken back in part: what was is forgotten, the rest can be."""
        self._file.undone(action, dict.fromkeys(self._taken), is_so=False)

    def carry_out(self, step: Step) -> Entry | None:
        """Do one step; return the entry it left, None for none."""
        left = self._do(step)
        if step.verb not in IN_THE_JOURNAL:
            self._taken.append(step.row.number)
        return left

    def _do(self, step: Step) -> Entry | None:
        workspace = step.row.workspace
        match step.verb, step.entry, step.draft:
            case "forget", _, _:
                self._changes.heard_dropped(step.row)
            case "reopen", _, Draft() as draft:
                self._changes.goes_on(guess(step.row.number, draft))
            case "delete", Entry() as entry, _:
                self._changes.delete(workspace, entry)
            case "put", Entry() as entry, Draft() as draft:
                left = self._changes.update(workspace, entry, draft)
                if isinstance(step.row.change, Stop) and step.row.change.after is not None:
                    with suppress(StorageError):  # for who takes back its start, too
                        self._file.done([(step.row.change.after, left)])
                return left
            case "make", Entry() as entry, Draft() as draft:
                if entry.user_id not in ("", step.row.user):
                    made = self._changes.create_for(workspace, entry.user_id, draft)
                else:
                    made = self._changes.create(workspace, draft)
                with suppress(StorageError):  # it is made all the same
                    self._file.rename(entry.id, made.id)
                journal = self._journal
                journal.renamed(workspace, entry.id, journal.lasting(made.id))
                return made
            case "mark", _, _:
                change = step.row.change
                assert isinstance(change, Mark)  # noqa: S101  # as it was planned
                self._changes.mark_invoiced(workspace, change.entries, invoiced=not change.invoiced)
        return None

    def _step(self, row: Row) -> Step | None:
        if row.state in LEFT:
            if row.state != "waiting":
                raise _unknown()
            return Step("forget", row)
        if row.state in STUCK:
            return Step("forget", row)
        match row.change:
            case Create():
                now = self._as_left(row)
                return None if now is None else Step("delete", row, now)
            case Stop(after=after):
                started = row if after is None else self._file.row(after)
                if started is None or started.state in STUCK:
                    return None
                if started.state is State.WAITING:
                    assert isinstance(started.change, Create)  # noqa: S101  # so it was kept
                    draft = msgspec.structs.replace(started.change.draft, end=None)
                    return Step("reopen", started, None, draft)
                if started.state in LEFT:
                    raise _unknown()
                now = self._as_left(started)
                if now is None:
                    return None
                return Step("put", row, now, msgspec.structs.replace(Draft.of(now), end=None))
            case Update(before):
                now = self._as_left(row)
                return None if now is None else Step("put", row, now, Draft.of(before))
            case Delete(before):
                return Step("make", row, before, Draft.of(before))
            case Mark():
                return Step("mark", row)
        raise AssertionError("every change can be taken back")

    def _as_left(self, row: Row) -> Entry | None:
        """Return an entry as it is now; None when it is gone. Raises RefusedError if it changed."""
        if row.after is None:
            return None
        try:
            now = self._entries.get(row.workspace, row.after.id)
        except NotFoundError:
            return None
        if not same(Draft.of(now), Draft.of(row.after)):
            raise RefusedError(
                f"the entry {now.id} has changed since", "mend it by hand: clocktool edit, show"
            )
        return now


def _unknown() -> RefusedError:
    return RefusedError("it is not known whether it arrived", "find out with: clocktool sync")


def last_action(file: "JournalFile", user: str) -> "tuple[Action, list[Row]]":
    """Return the last command of a user that was not taken back, and its changes.

    An empty user is one that cannot be asked for now. Raises NoError when there is none, or where
    the changes turn out to be damaged.
    """
    others = False
    for action in file.actions(-1):  # all: those that were taken back may be many
        if action.undone or action.command == "undo":
            continue
        rows = file.of_action(action.number)
        if not rows:
            raise NoError(
                f"what {action.command!r} changed cannot be read any more",
                "undo takes back what was changed before that: clocktool undo --list",
            )
        if not user or all(row.is_of(user, row.workspace) for row in rows):
            return action, rows
        others = True
    if others:
        raise NoError("what was changed from here is of another account", "undo it with its key")
    raise NoError("nothing was changed from here")
