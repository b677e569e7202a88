"""REF: which entry is ``current``, ``last``, ``last~2``, ``that``, an id or the end of one."""

import re
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Protocol

from clocktool.domain.entry import Entry
from clocktool.domain.ids import SHORT, EntryId, Known, Queued, is_id
from clocktool.errors import AmbiguousError, AnswerIsNoError, NotFoundError, UsageError, literal

if TYPE_CHECKING:
    from clocktool.domain.time.instant import Instant
    from clocktool.history.history import History

_LAST = re.compile(r"last(?:~([0-9]{1,4}))?")
_QUEUED = re.compile(r"p([0-9]{1,15})")
"""What waits to be sent, as ``pending`` and JSON call it."""

_ENDING = re.compile(r"[0-9a-f]{1,24}")

SHOWN = 8
"""How many entries an error names."""


def is_ref(word: str) -> bool:
    """Whether a word may name an entry."""
    word = word.strip().lower()
    return word in ("current", "that") or any(
        each.fullmatch(word) for each in (_LAST, _ENDING, _QUEUED)
    )


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

    ``changed`` gives the ids of what the last command changed: ``that``.
    """

    def __init__(
        self,
        history: "History",
        workspace: str,
        *,
        known: "KnownEntries | None" = None,
        changed: "Callable[[], Sequence[EntryId]]" = tuple,
    ) -> None:
        self._history = history
        self._workspace = workspace
        self._known = known
        self._changed = changed
        self._recent: list[Entry] = []

    def find(self, refs: Sequence[str]) -> list[Entry]:
        """Return the entries, each once, in the order named."""
        found = [entry for ref in refs for entry in self._each(ref)]
        return list({entry.id: entry for entry in found}.values())

    def one(self, ref: str) -> Entry:
        """Return the entry of one REF.

        Raises AnswerIsNoError for ``current`` without a timer, NotFoundError, AmbiguousError, and
        UsageError for a word that is not a REF.
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
            return self._history.get(Known(word))
        if (queued := _QUEUED.fullmatch(word)) is not None:
            return self._history.get(Queued(int(queued[1])))
        if _ENDING.fullmatch(word):
            return self._ending(word)
        raise UsageError(
            f"invalid entry {literal(ref)}",
            "use current, last, last~1, that, an id or the end of one, as list shows it",
        )

    def current(self) -> Entry:
        """Return the running entry. Raises AnswerIsNoError when there is none."""
        return running_entry(self._history)

    def last(self, back: int = 0) -> Entry:
        """Return the newest finished entry that has started by now, or the one so many before.

        Of equal starts the one made last is the newest. Raises NotFoundError.
        """
        found = self._history.finished(back)
        if found is not None:
            return found
        raise NotFoundError(
            "there is no finished entry yet" if back == 0 else f"there are not {back + 1} entries",
            "clocktool list year shows what there is",
        )

    def last_end(self) -> "Instant":
        """Return where the last finished entry ended."""
        entry = self.last()
        return entry.start if entry.end is None else entry.end

    def _each(self, ref: str) -> list[Entry]:
        if ref.strip().lower() != "that":
            return [self.one(ref)]
        return [self._history.get(each) for each in self._changed_ids()]

    def _only_that(self) -> Entry:
        ids = self._changed_ids()
        if len(ids) > 1:
            more = f" and {len(ids) - SHOWN} more" if len(ids) > SHOWN else ""
            raise AmbiguousError(
                f"`that` is {len(ids)} entries: {', '.join(map(str, ids[:SHOWN]))}{more}",
                f"name one of them, like {ids[0]}",
            )
        return self._history.get(ids[0])

    def _changed_ids(self) -> "Sequence[EntryId]":
        ids = self._changed()
        if not ids:
            raise NotFoundError(
                "no entry is left of what the last command from here made or changed",
                "name one: last, or an id as list shows it",
            )
        return ids

    def _known_by(self, ending: str) -> Entry | None:
        """Return the entry among those shown lately; None asks the service for what it has."""
        if self._known is None or len(ending) < SHORT:
            return None
        ids = self._known.entry_ids(self._workspace)
        found = [each for each in ids if each.endswith(ending)]
        if not found:
            return None
        entry = _only(ending, found)
        try:
            return self._history.get(Known(entry))
        except NotFoundError:
            self._known.forget_entry(entry)
            return None

    def _ending(self, ending: str) -> Entry:
        known = self._known_by(ending)
        if known is not None:
            return known
        self._recent = self._recent or self._history.newest()
        found = {str(each.id): each for each in self._recent if str(each.id).endswith(ending)}
        if found:
            return found[_only(ending, list(found))]
        raise NotFoundError(
            f"no entry ends with {ending!r} among your newest 1000",
            "give the whole id (clocktool list -o id)",
        )


def _only(ending: str, ids: Sequence[str]) -> str:
    if len(ids) == 1:
        return ids[0]
    shown = ", ".join(f"…{each[-len(ending) - 4 :]}" for each in ids[:8])
    raise AmbiguousError(
        f"{len(ids)} entries end with {ending!r}: {shown}", "give one more character"
    )


def running_entry(history: "History") -> Entry:
    """Return the running entry. Raises AnswerIsNoError when there is none."""
    running = history.current()
    if running is None:
        raise AnswerIsNoError("no timer is running", "start one with: clocktool start WORDS…")
    return running


def read_refs(refs: Iterable[str], lines: Iterable[str]) -> list[str]:
    """Return REFs with ``-`` replaced by the words of those lines (standard input)."""
    named: list[str] = []
    for ref in refs:
        named += [word for line in lines for word in line.split()] if ref == "-" else [ref]
    return named
