"""Ids of the server, and their stand-ins until the server has assigned one.

Ids are opaque. Only words that a person types are matched against the end of an id.
"""

from collections import Counter
from collections.abc import Iterable
from typing import NewType

import msgspec

Known = NewType("Known", str)
"""An id that the server assigned: 24 hexadecimal digits."""


class Queued(msgspec.Struct, frozen=True):
    """The id of an entry that is not created yet: the number of its change in the outbox."""

    change: int

    def __str__(self) -> str:
        return f"p{self.change}"


class Unresolved(msgspec.Struct, frozen=True):
    """A project, task or tag given by name. The id is looked up when the change is sent.

    ``made_by`` is the number of the change that creates it, if one waits.
    """

    name: str
    made_by: int | None = None

    def __str__(self) -> str:
        return ""


EntryId = Known | Queued
NameId = Known | Unresolved

SHORT = 4
"""The smallest number of characters shown from the end of an id."""


def creation_order(entry: EntryId) -> tuple[int, str]:
    """Return the sort key for the time at which entries were created.

    An id of the server starts with its creation time. Queued entries come last.
    """
    return (entry.change, "") if isinstance(entry, Queued) else (0, entry)


def short_ids(ids: Iterable[str]) -> dict[str, str]:
    """Return the shortest unique ending of each id, at least ``SHORT`` characters long."""
    left = list(dict.fromkeys(ids))
    short: dict[str, str] = {}
    length = SHORT
    while left:
        endings = [each[-length:] for each in left]
        taken = Counter(endings)
        again: list[str] = []
        for each, ending in zip(left, endings, strict=True):
            if taken[ending] == 1 or len(each) <= length:
                short[each] = ending
            else:
                again.append(each)
        left = again
        length += 1
    return short
