"""Ids: 24 hexadecimal digits, of which the end is enough where it is the only one."""

import re
from collections.abc import Iterable

SHORT = 4
"""The least number of characters shown of an id's ending."""

_KEPT = re.compile(r"p([0-9]+)")
_ID = re.compile(r"[0-9a-f]{24}")


def is_id(text: str) -> bool:
    """Whether a text is an id: 24 lower-case hexadecimal digits."""
    return _ID.fullmatch(text) is not None


def is_kept(text: str) -> bool:
    """Whether a text is what an entry is called that waits to be sent: ``p12``."""
    return _KEPT.fullmatch(text) is not None


def creation_order(text: str) -> tuple[int, str]:
    """Return what sorts ids by when their entries were made.

    A server's begin with the time of their creation; what waits to be sent was made after them.
    """
    kept = _KEPT.fullmatch(text)
    return (0, text) if kept is None else (int(kept[1]), "")


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
