"""Ids: what the server calls a thing, or what stands for that as long as it has no id.

An id is opaque. A server's is 24 hexadecimal digits, of which the end is enough where it is the
only one; that is for the words that a person types, and for nothing else.
"""

import re
from collections.abc import Iterable
from typing import NewType

import msgspec

Known = NewType("Known", str)
"""The id that the server gave."""


class Queued(msgspec.Struct, frozen=True):
    """The entry that a change in the outbox will make: the server has no id for it yet."""

    change: int

    def __str__(self) -> str:
        return f"p{self.change}"


class Unresolved(msgspec.Struct, frozen=True):
    """A project, task or tag by its name, to be looked up when it is sent."""

    name: str

    def __str__(self) -> str:
        return ""


EntryId = Known | Queued
NameId = Known | Unresolved

SHORT = 4
"""The least number of characters shown of an id's ending."""

_ID = re.compile(r"[0-9a-f]{24}")


def is_id(text: str) -> bool:
    """Whether a text is an id: 24 lower-case hexadecimal digits."""
    return _ID.fullmatch(text) is not None


def creation_order(entry: EntryId) -> tuple[int, str]:
    """Return what sorts ids by when their entries were made.

    A server's begin with the time of their creation; what waits to be sent was made after them.
    """
    return (entry.change, "") if isinstance(entry, Queued) else (0, entry)


def short_ids(ids: Iterable[str]) -> dict[str, str]:
    """Return the shortest ending of each id that no other id here ends with."""
    every = set(ids)
    short: dict[str, str] = {}
    length = SHORT
    left = every
    while left:
        endings: dict[str, int] = {}
        for each in every:
            endings[each[-length:]] = endings.get(each[-length:], 0) + 1
        for each in left:
            if endings[each[-length:]] == 1 or len(each) <= length:
                short[each] = each[-length:]
        left = {each for each in left if each not in short}
        length += 1
    return short
