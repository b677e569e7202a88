"""REF: which entry is meant by ``current``, ``last``, ``last~2``, an id or the end of one."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Protocol

from clocktool.api.entries import EntryQuery
from clocktool.domain.entry import Entry
from clocktool.domain.ids import SHORT, is_id
from clocktool.errors import AmbiguousError, NoError, NotFoundError, UsageError, quoted

if TYPE_CHECKING:
    from clocktool.account import Account
    from clocktool.api.entries import TimeEntries
    from clocktool.domain.instant import Instant

_LAST = re.compile(r"last(?:~([0-9]{1,4}))?")
_KEPT = re.compile(r"p[0-9]+")
_ENDING = re.compile(r"[0-9a-f]{1,24}")

REACH = 1000
"""Among how many of the newest entries the end of an id is looked for."""


def is_ref(word: str) -> bool:
    """Whether a word may name an entry."""
    word = word.strip().lower()
    return word == "current" or bool(_LAST.fullmatch(word) or _ENDING.fullmatch(word))


class KnownEntries(Protocol):
    """The ids of entries that were shown lately, on this machine."""

    def entry_ids(self, workspace: str) -> list[str]:
        """Return them."""
        ...

    def forget_entry(self, entry: str) -> None:
        """Forget one that is not there any more."""
        ...


class References:
    """Finds the entries that REFs name; what is read once is read for all of them.

    ``unsent`` gives what waits to be sent, by id: such an entry cannot be named yet, and none is
    taken in its place.
    """

    def __init__(
        self,
        entries: "TimeEntries",
        account: "Account",
        now: "Instant",
        known: "KnownEntries | None" = None,
        unsent: "Callable[[], Mapping[str, Entry | None]]" = dict,
    ) -> None:
        self._entries = entries
        self._known = known
        self._account = account
        self._now = now
        self._unsent = unsent
        self._recent: list[Entry] = []

    def find(self, refs: Sequence[str]) -> list[Entry]:
        """Return the entries, each once, in the order named."""
        found = [self.one(ref) for ref in refs]
        return list({entry.id: entry for entry in found}.values())

    def one(self, ref: str) -> Entry:
        """Return the entry of one REF.

        Raises NoError for ``current`` without a timer, NotFoundError, AmbiguousError, and
        UsageError for a word that is no REF.
        """
        word = ref.strip().lower()
        if word == "current":
            return self.current()
        last = _LAST.fullmatch(word)
        if last is not None:
            return self.last(int(last[1] or 0))
        if is_id(word):
            return self._entries.get(self._account.workspace, word)
        if _ENDING.fullmatch(word):
            return self._ending(word)
        raise UsageError(
            f"{quoted(ref)} is no entry",
            "an entry is current, last, last~1, an id or the end of one, as list shows it",
        )

    def current(self) -> Entry:
        """Return the running entry. Raises NoError when there is none.

        Raises NotFoundError for one that waits to be sent.
        """
        for entry in self._waiting():
            if entry.running:
                raise _waits(entry)
        running = self._entries.current(self._account.workspace, self._account.user.id)
        if running is None:
            raise NoError("no timer is running", "start one with: clocktool start WORDS…")
        return running

    def last(self, back: int = 0) -> Entry:
        """Return the newest finished entry that has started by now, or the one so many before."""
        newest = self._entries.list_all(
            self._account.workspace,
            self._account.user.id,
            EntryQuery(),
            size=50 if back < 40 else REACH,
        )
        finished = (each for each in newest if not each.running and each.start <= self._now)
        waiting = self._waiting()
        made = (each for each in waiting if not each.running and each.start <= self._now)
        both = [*islice(finished, back + 1), *made]
        for entry in sorted(both, key=lambda each: each.start, reverse=True)[back : back + 1]:
            if entry in waiting:
                raise _waits(entry)
            return entry
        raise NotFoundError(
            "there is no finished entry yet" if back == 0 else f"there are not {back + 1} entries",
            "clocktool list year shows what there is",
        )

    def _waiting(self) -> list[Entry]:
        """Return the entries that wait to be made."""
        return [each for each in self._unsent().values() if each and _KEPT.fullmatch(each.id)]

    def _known_by(self, ending: str) -> Entry | None:
        """Return the entry among those shown lately; None asks the service for what it has."""
        if self._known is None or len(ending) < SHORT:
            return None
        ids = self._known.entry_ids(self._account.workspace)
        found = [each for each in ids if each.endswith(ending)]
        if not found:
            return None
        entry = _only(ending, found)
        try:
            return self._entries.get(self._account.workspace, entry)
        except NotFoundError:
            self._known.forget_entry(entry)
            return None

    def _ending(self, ending: str) -> Entry:
        known = self._known_by(ending)
        if known is not None:
            return known
        if not self._recent:
            self._recent = self._entries.page(
                self._account.workspace, self._account.user.id, EntryQuery(), size=REACH
            )
        found = {each.id: each for each in self._recent if each.id.endswith(ending)}
        if found:
            return found[_only(ending, list(found))]
        raise NotFoundError(
            f"no entry ends with {ending!r} among your newest {REACH}",
            "give the whole id (clocktool list -o id)",
        )


def _waits(entry: Entry) -> NotFoundError:
    named = f" {quoted(entry.description)}" if entry.description else ""
    return NotFoundError(
        f"that entry{named} waits to be sent as {entry.id}",
        f"send it first: clocktool sync; or give it up: clocktool pending drop {entry.id}",
    )


def _only(ending: str, ids: Sequence[str]) -> str:
    if len(ids) == 1:
        return ids[0]
    shown = ", ".join(f"…{each[-len(ending) - 4 :]}" for each in ids[:8])
    raise AmbiguousError(
        f"{len(ids)} entries end with {ending!r}: {shown}", "give one more character"
    )


def read_refs(refs: Iterable[str], lines: Iterable[str]) -> list[str]:
    """Return REFs with ``-`` replaced by the words of those lines (standard input)."""
    named: list[str] = []
    for ref in refs:
        named += [word for line in lines for word in line.split()] if ref == "-" else [ref]
    return named
