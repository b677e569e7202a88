"""Where the pages of lists ended, so that the next page goes on from there.

To count the rows before a page makes reading a list take time by the square of its length, and an
entry that is deleted meanwhile hides another one from the next page.
"""

from collections.abc import Hashable
from typing import NamedTuple

from clocktool.domain.time.instant import Instant

LISTS = 16
"""How many lists are remembered, those that were read last."""

SECONDS = 60
"""How soon the next page must be asked for to be of the same reading."""


class Position(NamedTuple):
    """The last entry of a page."""

    start: int
    id: str


class Cursors:
    """Where pages ended, by list and page. A page that nothing is known of counts its rows."""

    def __init__(self) -> None:
        self._lists: dict[Hashable, dict[int, tuple[Position, Instant]]] = {}

    def before(self, key: Hashable, page: int, now: Instant) -> Position | None:
        """Return where the page before one ended."""
        found = self._lists.get(key, {}).get(page - 1)
        if found is None or not 0 <= now - found[1] <= SECONDS:
            return None
        return found[0]

    def ended(self, key: Hashable, page: int, end: Position, now: Instant) -> None:
        """Note where a page ended. What was known of later pages was of another reading."""
        pages = self._lists.pop(key, {})
        for later in [each for each in pages if each > page]:
            del pages[later]
        # The page before may be asked for again, where its reply was lost.
        for past in [each for each in pages if each < page - 1]:
            del pages[past]
        pages[page] = end, now
        self._lists[key] = pages
        while len(self._lists) > LISTS:
            del self._lists[next(iter(self._lists))]
