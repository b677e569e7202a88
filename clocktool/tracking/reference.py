"""REF, a reference to an entry: ``current``, ``last``, ``last~2``, ``that``, an id or its end."""

import re
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Protocol

from clocktool.domain.entry import Entry
from clocktool.domain.ids import SHORT, EntryId, Known, Queued
from clocktool.domain.naming import is_id
from clocktool.errors import AmbiguousError, AnswerIsNoError, NotFoundError, UsageError, literal

if TYPE_CHECKING:
    from clocktool.domain.time.instant import Instant
    from clocktool.history.history import History

_LAST = re.compile(r"last(?:~([0-9]{1,4}))?")
_QUEUED = re.compile(r"p([0-9]{1,15})")
"""A pending change, as ``clocktool pending`` and JSON name it: ``p12``."""

_ENDING = re.compile(r"[0-9a-f]{1,24}")

SHOWN = 8
"""The largest number of entries that an error lists."""


def is_ref(word: str) -> bool:
    """Whether a word has the form of a REF."""
    word = word.strip().lower()
    return word in ("current", "that") or any(
        each.fullmatch(word) for each in (_LAST, _ENDING, _QUEUED)
    )


def is_ending(word: str) -> bool:
    """Whether a word has the form of the end of an id: ``4711`` and ``dad`` may be words, too."""
    return _ENDING.fullmatch(word.strip().lower()) is not None


def is_one(refs: Sequence[str]) -> bool:
    """Whether REFs always name one entry: ``that`` and standard input may name several."""
    return len(refs) == 1 and refs[0].strip().lower() not in ("-", "that")


class RecentIds(Protocol):
    """The ids of recently shown entries, kept on this machine."""

    def entry_ids(self, workspace: str) -> list[str]:
        """Return the ids."""
        ...

    def forget_entry(self, entry: str) -> None:
        """Remove the id of a deleted entry."""
        ...


class References:
    """Finds the entries of REFs; the newest entries are read at most once for all of them.

    ``shown`` has the ids of recently shown entries. ``changed`` returns the ids that the last
    command changed, for ``that``.
    """

    def __init__(
        self,
        history: "History",
        workspace: str,
        *,
        shown: "RecentIds | None" = None,
        changed: "Callable[[], Sequence[EntryId]]" = tuple,
    ) -> None:
        self._history = history
        self._workspace = workspace
        self._shown = shown
        self._changed = changed

    def find(self, refs: Sequence[str]) -> list[Entry]:
        """Return the entries of REFs with the user's own rates, each once, in their order."""
        found = [self._history.rated(entry) for ref in refs for entry in self._each(ref)]
        return list({entry.id: entry for entry in found}.values())

    def one(self, ref: str) -> Entry:
        """Return the entry of one REF.

        Raises AnswerIsNoError for ``current`` without a timer, NotFoundError, AmbiguousError, and
        UsageError for a text that is not a REF.
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
            "use current, last, last~1, that, or an id or its end as `clocktool list` shows it",
        )

    def current(self) -> Entry:
        """Return the running entry. Raises AnswerIsNoError when there is none."""
        return running_entry(self._history)

    def last(self, back: int = 0) -> Entry:
        """Return the newest finished entry, or the one ``back`` entries before it.

        Entries that start in the future are skipped. Of entries with the same start, the one
        created last is the newest. Raises NotFoundError.
        """
        found = self._history.finished(back)
        if found is not None:
            return found
        raise NotFoundError(
            "no finished entry yet" if back == 0 else f"fewer than {back + 1} finished entries",
            "list entries: clocktool list year",
        )

    def last_end(self) -> "Instant":
        """Return the end of the last finished entry."""
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
                "no entry that the last command here created or changed exists any more",
                "name another: last, or an id as `clocktool list` shows it",
            )
        return ids

    def _recently_shown(self, ending: str) -> Entry | None:
        """Return the recently shown entry with this end of its id, or None."""
        if self._shown is None or len(ending) < SHORT:
            return None
        ids = self._shown.entry_ids(self._workspace)
        found = [each for each in ids if each.endswith(ending)]
        if not found:
            return None
        entry = _only(ending, found)
        try:
            return self._history.get(Known(entry))
        except NotFoundError:
            self._shown.forget_entry(entry)
            return None

    def _ending(self, ending: str) -> Entry:
        shown = self._recently_shown(ending)
        if shown is not None:
            return shown
        found = {str(each.id): each for each in self._history.ending(ending)}
        if found:
            return found[_only(ending, list(found))]
        raise NotFoundError(
            f"no id of your newest 1000 entries ends with {ending!r}",
            "use the whole id: clocktool list -o id",
        )


def _only(ending: str, ids: Sequence[str]) -> str:
    if len(ids) == 1:
        return ids[0]
    shown = ", ".join(f"…{each[-len(ending) - 4 :]}" for each in ids[:8])
    raise AmbiguousError(
        f"{len(ids)} ids end with {ending!r}: {shown}", "add one more character of the id"
    )


def running_entry(history: "History") -> Entry:
    """Return the running entry. Raises AnswerIsNoError when there is none."""
    running = history.current()
    if running is None:
        raise AnswerIsNoError("no timer is running", "start one with: clocktool start WORDS…")
    return running


def read_refs(refs: Iterable[str], lines: Iterable[str]) -> list[str]:
    """Return REFs with ``-`` replaced by the words of ``lines`` (standard input)."""
    named: list[str] = []
    for ref in refs:
        named += [word for line in lines for word in line.split()] if ref == "-" else [ref]
    return named
