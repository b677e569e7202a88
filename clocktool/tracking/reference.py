"""REF: which entry is ``current``, ``last``, ``last~2``, ``that``, an id or the end of one."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Protocol

from clocktool.api.entries import EntryQuery
from clocktool.domain.entry import Entry, start_order
from clocktool.domain.ids import SHORT, is_id, is_kept
from clocktool.errors import AmbiguousError, NoError, NotFoundError, UsageError, literal, quoted

if TYPE_CHECKING:
    from clocktool.account import Account
    from clocktool.api.entries import TimeEntries
    from clocktool.domain.instant import Instant

_LAST = re.compile(r"last(?:~([0-9]{1,4}))?")
_ENDING = re.compile(r"[0-9a-f]{1,24}")

SHOWN = 8
"""How many entries an error names."""

REACH = 1000
"""Among how many of the newest entries the end of an id is looked for."""


def is_ref(word: str) -> bool:
    """Whether a word may name an entry."""
    word = word.strip().lower()
    return word in ("current", "that") or bool(_LAST.fullmatch(word) or _ENDING.fullmatch(word))


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

    ``unsent`` gives what waits to be sent, by id: such an entry is given to who only reads
    (``reads_unsent``), else it cannot be named yet, and none is taken in its place. ``changed``
    gives the ids of what the last command changed: ``that``.
    """

    def __init__(
        self,
        entries: "TimeEntries",
        account: "Account",
        now: "Instant",
        *,
        known: "KnownEntries | None" = None,
        unsent: "Callable[[], Mapping[str, Entry | None]]" = dict,
        changed: "Callable[[], Sequence[str]]" = tuple,
        reads_unsent: bool = False,
    ) -> None:
        self._entries = entries
        self._known = known
        self._account = account
        self._now = now
        self._unsent = unsent
        self._changed = changed
        self._reads_unsent = reads_unsent
        self._recent: list[Entry] = []

    def find(self, refs: Sequence[str]) -> list[Entry]:
        """Return the entries, each once, in the order named."""
        found = [entry for ref in refs for entry in self._each(ref)]
        return list({entry.id: entry for entry in found}.values())

    def one(self, ref: str) -> Entry:
        """Return the entry of one REF.

        Raises NoError for ``current`` without a timer, NotFoundError, AmbiguousError, and
        UsageError for a word that is no REF.
        """
        word = ref.strip().lower()
        if word == "that":
            return self._only_that()
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
            f"invalid entry {literal(ref)}",
            "use current, last, last~1, that, an id or the end of one, as list shows it",
        )

    def current(self) -> Entry:
        """Return the running entry. Raises NoError when there is none.

        Raises NotFoundError for one that waits to be sent.
        """
        for entry in self._waiting():
            if entry.running:
                return self._unsent_one(entry)
        running = self._entries.current(self._account.workspace, self._account.user.id)
        if running is None:
            raise NoError("no timer is running", "start one with: clocktool start WORDS…")
        return running

    def last(self, back: int = 0) -> Entry:
        """Return the newest finished entry that has started by now, or the one so many before.

        Of equal starts the one made last is the newest. Raises NotFoundError.
        """
        entry = self._finished(back)
        return self._unsent_one(entry) if is_kept(entry.id) else entry

    def last_end(self) -> "Instant":
        """Return where the last finished entry ended, also one that waits to be sent."""
        entry = self._finished(0)
        return entry.start if entry.end is None else entry.end

    def _finished(self, back: int) -> Entry:
        """Return the finished entry so many before the newest.

        It takes one page, unless that ends within entries of the same start.
        """
        size = 50 if back < 40 else REACH
        found = [each for each in self._waiting() if self._is_finished(each)]
        for page in self._entries.list_pages(self._account.workspace, self._account.user.id, size):
            found += [each for each in page if self._is_finished(each)]
            found.sort(key=start_order, reverse=True)
            is_there = len(found) > back and page
            if is_there and (len(page) < size or page[-1].start < found[back].start):
                break
        if len(found) > back:
            return found[back]
        raise NotFoundError(
            "there is no finished entry yet" if back == 0 else f"there are not {back + 1} entries",
            "clocktool list year shows what there is",
        )

    def _is_finished(self, entry: Entry) -> bool:
        return not entry.running and entry.start <= self._now

    def _each(self, ref: str) -> list[Entry]:
        if ref.strip().lower() != "that":
            return [self.one(ref)]
        return [self._by_id(each) for each in self._changed_ids()]

    def _only_that(self) -> Entry:
        ids = self._changed_ids()
        if len(ids) > 1:
            more = f" and {len(ids) - SHOWN} more" if len(ids) > SHOWN else ""
            raise AmbiguousError(
                f"`that` is {len(ids)} entries: {', '.join(ids[:SHOWN])}{more}",
                f"name one of them, like {ids[0]}",
            )
        return self._by_id(ids[0])

    def _changed_ids(self) -> "Sequence[str]":
        ids = self._changed()
        if not ids:
            raise NotFoundError(
                "no entry is left of what the last command from here made or changed",
                "name one: last, or an id as list shows it",
            )
        return ids

    def _by_id(self, entry: str) -> Entry:
        """Return an entry by its id. Raises NotFoundError for one that waits to be sent."""
        if not is_kept(entry):
            return self._entries.get(self._account.workspace, entry)
        waiting = self._unsent().get(entry)
        if waiting is None:
            raise NotFoundError(f"{entry} is not settled yet", "see: clocktool pending")
        return self._unsent_one(waiting)

    def _unsent_one(self, entry: Entry) -> Entry:
        """Return an entry that waits to be sent, to who only reads; else raise NotFoundError."""
        if self._reads_unsent:
            return entry
        raise _waits(entry)

    def _waiting(self) -> list[Entry]:
        """Return the entries that wait to be made."""
        return [each for each in self._unsent().values() if each and is_kept(each.id)]

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
