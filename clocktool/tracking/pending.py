"""Decisions about pending changes: which version of an entry to keep, and corrections."""

from typing import TYPE_CHECKING

import msgspec

from clocktool.errors import AnswerIsNoError, NotFoundError, RefusedError, UsageError
from clocktool.outbox.change import Row, State
from clocktool.storage.lock import LOCK_SECONDS

if TYPE_CHECKING:
    from clocktool.outbox.outbox import Outbox
    from clocktool.tracking.edit import EntryChange
    from clocktool.tracking.names import Names
    from clocktool.tracking.times import Times


def find(outbox: "Outbox | None", name: str) -> Row:
    """Return a pending change and take the send lock. ``outbox`` None has no pending changes.

    Raises NotFoundError, and AnswerIsNoError where another process is sending.
    """
    wanted = name.strip().lower()
    if outbox is not None:
        outbox.stop_sending()
        if not outbox.lock.acquire(LOCK_SECONDS):
            raise AnswerIsNoError("another clocktool is sending changes", "try again in a moment")
        for row in outbox.waiting():
            if row.name == wanted:
                return row
    raise NotFoundError(f"no pending change {name!r}", "list them: clocktool pending")


def check_conflict(row: Row) -> None:
    """Raise UsageError if a change is not a conflict."""
    if row.state is not State.CONFLICT:
        raise UsageError(
            f"{row.name} is not a conflict, it is {row.state}",
            f"fix it: clocktool pending edit {row.name} -p NAME; or discard it: clocktool pending"
            f" drop {row.name}",
        )


def keep_mine(outbox: "Outbox", row: Row, user: str) -> None:
    """Send a change over the server's version. Raises RefusedError for another user's change."""
    from clocktool.outbox.replay import Replay

    if not row.is_of(user, row.workspace):
        raise RefusedError(
            f"{row.name} belongs to another account", "use the profile with that account's key"
        )
    Replay(outbox).force(row)


def edit(outbox: "Outbox", row: Row, change: "EntryChange", times: "Times", names: "Names") -> Row:
    """Correct a pending change and return the corrected one."""
    draft = row.change.get_draft()
    if draft is None or row.state not in (State.WAITING, State.REFUSED):
        raise UsageError(
            f"{row.name} can't be edited, it is {row.state}",
            f"discard it: clocktool pending drop {row.name}",
        )
    corrected = row.change.with_draft(change.apply(draft, times, names, may_wait=True))
    outbox.store.mark([row.number], State.WAITING, change=corrected)
    return msgspec.structs.replace(row, change=corrected, state=State.WAITING, reason="")
