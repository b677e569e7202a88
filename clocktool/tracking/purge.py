"""Deletion of many entries: which are locked, their backup, and the requests."""

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from clocktool.domain.entry import Entry
from clocktool.errors import ClocktoolError, ServerError, reason_of
from clocktool.outbox.change import Arrived
from clocktool.outbox.create import Delete
from clocktool.storage import files
from clocktool.tracking.batch import Outcome

if TYPE_CHECKING:
    from clocktool.api.entries import TimeEntries
    from clocktool.domain.directory import Account
    from clocktool.outbox.change import Desk
    from clocktool.tracking.batch import Batch

Outcomes = Sequence[Outcome[Entry, Entry | bool]]


class Plan(msgspec.Struct, frozen=True):
    """The entries to delete (``free``), and the locked or approved ones (``held``)."""

    free: list[Entry]
    held: list[Entry]

    @classmethod
    def of(cls, entries: Sequence[Entry]) -> "Plan":
        """Return the plan to delete entries."""
        return cls(
            [each for each in entries if not each.lock_reason],
            [it for it in entries if it.lock_reason],
        )


def save(path: Path, lines: Iterable[str]) -> None:
    """Save a backup with one entry on each line, in a file that only its owner can read.

    Raises ServerError if it can't be written; then nothing may be deleted.
    """
    try:
        with files.create(path) as file:  # it appears only when it is complete
            for line in lines:
                file.write(f"{line}\n".encode())
    except OSError as error:
        failure = ServerError(f"the backup {path} can't be written", why=reason_of(error))
        failure.effect = "nothing was deleted"
        raise failure from error


def delete(
    batch: "Batch",
    entries: "TimeEntries",
    account: "Account",
    plan: Plan,
    read_all: Callable[[], Sequence[Entry]] | None,
) -> Outcomes:
    """Delete entries with as few requests as the routes allow (operations 12 and 5).

    ``read_all`` reads all entries of the user again if these seem to be all of them: an entry that
    was created since must not be deleted. None if they are not all.
    """
    workspace, me = account.workspace, account.user.id
    if not entries.deletes_many:
        if read_all is not None and _are_all(plan, read_all()):
            return _delete_all(batch, entries, workspace, plan.free[0].user_id or me, plan)
        return batch.each(plan.free, Delete, "entries")
    by_user: dict[str, list[Entry]] = {}
    for entry in plan.free:
        by_user.setdefault(entry.user_id or me, []).append(entry)
    outcomes: list[Outcome[Entry, Entry | bool]] = []
    for user, of_user in by_user.items():

        def some(found: Sequence[Entry], user: str = user) -> list[None]:
            ids = [batch.outbox.require_server_id(entry.id) for entry in found]
            entries.delete_many(workspace, user, ids)
            return [None] * len(found)

        outcomes += batch.in_batches(of_user, Delete, some, "entries")
    return outcomes


def _are_all(plan: Plan, entries: Sequence[Entry]) -> bool:
    free = {entry.id for entry in entries if not entry.lock_reason}
    return free == {entry.id for entry in plan.free}


def _delete_all(
    batch: "Batch", entries: "TimeEntries", workspace: str, user: str, plan: Plan
) -> Outcomes:
    """Delete all entries of a user by one request."""
    outbox = batch.outbox
    changes = [Delete(entry, with_all=True) for entry in plan.free]
    rows = outbox.keep(changes, sending=len(changes))

    def all_of_them(desks: "Sequence[Desk]") -> list[Arrived]:
        entries.delete_all(workspace, user)
        return [Arrived()] * len(desks)

    try:
        outbox.send_batch(rows, all_of_them)
    except (ClocktoolError, KeyboardInterrupt):
        outbox.drop(rows)
        raise
    return [Outcome(entry, value=True) for entry in plan.free]
