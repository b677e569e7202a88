"""The timer: start it, which ends the one that runs, and stop it."""

from typing import TYPE_CHECKING

import msgspec

from clocktool.domain.entry import Draft, Entry
from clocktool.errors import (
    ClocktoolError,
    NoError,
    OfflineError,
    RateLimitedError,
    ServerError,
)

if TYPE_CHECKING:
    from clocktool.account import Account
    from clocktool.api.entries import TimeEntries
    from clocktool.domain.instant import Instant


class Started(msgspec.Struct, frozen=True):
    """A timer that was started, and the entry it ended."""

    entry: Entry
    ended: Entry | None


def start(entries: "TimeEntries", account: "Account", draft: Draft) -> Started:
    """End the running timer where the new one starts, and start that: two requests.

    The service allows one timer a user. When the new one is refused the old one runs again, as
    it was, and the refusal is raised (operations 6, 1 and 4). When it is not known whether the
    new one arrived, the error says that the old one was ended.
    """
    ended = _end(entries, account, draft.start)
    try:
        entry = entries.create(account.workspace, draft)
    except (OfflineError, RateLimitedError, ServerError) as error:
        if ended is not None:
            error.hint = (
                "the timer before is ended; see 'clocktool running', then start again"
                f" (or: clocktool resume {ended.id})"
            )
        raise
    except ClocktoolError as refusal:
        if ended is not None:
            _run_again(entries, account.workspace, ended, refusal)
        raise
    return Started(entry, ended)


def _end(entries: "TimeEntries", account: "Account", at: "Instant") -> Entry | None:
    try:
        return entries.stop(account.workspace, account.user.id, at)
    except NoError:
        return None


def _run_again(
    entries: "TimeEntries", workspace: str, ended: Entry, refusal: ClocktoolError
) -> None:
    draft = msgspec.structs.replace(Draft.of(ended), end=None)
    try:
        entries.update(workspace, ended.id, draft)
    except ClocktoolError as failure:
        refusal.message += f"; and the timer before could not run again: {failure.message}"
        refusal.hint = f"start it again with: clocktool resume {ended.id}"
    else:
        refusal.message += "; the timer before still runs"
