"""The entries in replies to own writes, and to reads of one entry, stored in the mirror."""

from collections.abc import Callable, Sequence
from threading import Lock
from typing import TYPE_CHECKING

from clocktool.domain.entry import Entry
from clocktool.domain.time.instant import Instant

if TYPE_CHECKING:
    from clocktool.domain.directory import Account
    from clocktool.history.mirror import Mirror


class OwnWrites:
    """Stores what writes did. ``account`` returns None until this run has looked it up."""

    def __init__(
        self,
        mirror: "Callable[[], Mirror | None]",
        account: "Callable[[], Account | None]",
        now: Callable[[], Instant],
    ) -> None:
        self._mirror = mirror
        self._account = account
        self._now = now
        self._lock = Lock()
        self._last: Sequence[Entry] = ()

    def on_written(self, workspace: str, user: str, entries: Sequence[Entry]) -> None:
        """Store entries as the service has them now."""
        found = self._mirror_of(workspace)
        if found is not None and entries != self._last:
            mirror, me = found
            mirror.keep(entries, self._now(), user or me)
            self._last = entries

    def on_deleted(self, workspace: str, entries: Sequence[str]) -> None:
        """Remove deleted entries."""
        found = self._mirror_of(workspace)
        if found is not None:
            found[0].remove(entries)

    def on_no_timer(self, workspace: str, user: str) -> None:
        """Remove running entries of a user, which have ended at an unknown time."""
        found = self._mirror_of(workspace)
        if found is not None:
            found[0].remove_timers(user, found[0].begin(self._now()))

    def on_all_deleted(self, workspace: str, user: str) -> None:
        """Mark nothing of a user as held: locked entries may be left, but which is unknown."""
        found = self._mirror_of(workspace)
        if found is not None:
            found[0].forget(user)

    def _mirror_of(self, workspace: str) -> "tuple[Mirror, str] | None":
        """Return the mirror of a workspace and the user of the account."""
        account = self._account()
        if account is None or account.workspace != workspace:
            return None
        with self._lock:  # batches write from several threads
            mirror = self._mirror()
        return None if mirror is None else (mirror, account.user.id)
