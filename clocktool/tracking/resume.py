"""Finds the entry to start again: by words, or the one that the timer interrupted."""

from collections.abc import Sequence

from clocktool.domain.entry import Entry, start_order
from clocktool.errors import AmbiguousError, NotFoundError, UsageError, quoted

SHOWN = 8
"""How many kinds of work an error lists."""

MAX_KINDS = 40
"""How many different kinds of work are offered to choose from."""


def kinds_of_work(entries: Sequence[Entry]) -> list[Entry]:
    """Return the newest entry of each kind of work, newest first.

    Entries with the same description, project, task and tags are one kind.
    """
    found: dict[tuple[object, ...], Entry] = {}
    for entry in sorted(entries, key=start_order, reverse=True):
        key = (
            entry.description,
            entry.project and entry.project.id,
            entry.task and entry.task.id,
            frozenset(tag.id for tag in entry.tags),
        )
        found.setdefault(key, entry)
    return list(found.values())


def find_by_words(entries: Sequence[Entry], words: Sequence[str]) -> Entry:
    """Return the newest entry that has all words, in any case, in its description or names.

    Raises AmbiguousError if entries of several kinds of work have them, NotFoundError, and
    UsageError without words.
    """
    wanted = [word.casefold() for text in words for word in text.split()]
    if not wanted:
        raise UsageError("no word is given", "leave it out to resume the last entry")
    found = [
        each
        for each in kinds_of_work(entries)
        if all(any(word in text for text in _texts(each)) for word in wanted)
    ]
    if len(found) == 1:
        return found[0]
    said = quoted(" ".join(words))
    if not found:
        raise NotFoundError(f"no entry has {said}", _nearest(entries, wanted))
    shown = ", ".join(map(_shown, found[:SHOWN]))
    more = f" and {len(found) - SHOWN} more" if len(found) > SHOWN else ""
    raise AmbiguousError(
        f"{said} matches {len(found)} kinds of work",
        f"add a word, or take one by its id: clocktool resume {str(found[0].id)[-4:]}",
        why=f"{shown}{more}",
    )


def interrupted(entries: Sequence[Entry], timer: Entry) -> Entry | None:
    """Return the newest work that ended where a timer began, None if there is none.

    Where a break ended there, it is the work that the break interrupted.
    """
    at = timer
    while True:
        found = [
            each for each in entries if each.end == at.start and start_order(each) < start_order(at)
        ]
        work = [each for each in found if not each.is_break]
        newest = max(work or found, key=start_order, default=None)
        if newest is None or not newest.is_break:
            return newest
        at = newest


def _texts(entry: Entry) -> list[str]:
    project, task = entry.project, entry.task
    names = [entry.description, *(tag.name for tag in entry.tags)]
    names += [project.name, project.client] if project else []
    names += [task.name] if task else []
    return [name.casefold() for name in names if name]


def _shown(entry: Entry) -> str:
    of = entry.project.full_name if entry.project else "no project"
    name = f"{quoted(entry.description)}, {of}" if entry.description else of
    return f"{name} ({str(entry.id)[-4:]})"


def _nearest(entries: Sequence[Entry], wanted: Sequence[str]) -> str:
    from difflib import get_close_matches

    known = {word for entry in entries for text in _texts(entry) for word in text.split()}
    close = [near for word in wanted for near in get_close_matches(word, known, 1)]
    return f"did you mean {' '.join(close)}?" if close else "list entries: clocktool list year"
