"""Cursors: the last entry of each page of a list, where the next page continues.

Skipping rows by number would take quadratic time over a long list, and would miss an entry after a
delete between two pages.
"""

from collections.abc import Hashable

from clocktool.domain.time.instant import Instant

MAX_LISTS = 16
"""The number of lists with cursors. The least recently read one is dropped."""

MAX_AGE = 60
"""In seconds. A later request for the next page counts rows instead."""


Position = tuple[int, str]
"""The start and the id of the last entry of a page."""


class Cursors:
    """The last entries of pages, by list and page number."""

    def __init__(self) -> None:
        self._lists: dict[Hashable, dict[int, tuple[Position, Instant]]] = {}

    def find(self, key: Hashable, page: int, now: Instant) -> Position | None:
        """Return the end of the page before ``page``, or None if it is unknown or too old."""
        found = self._lists.get(key, {}).get(page - 1)
        if found is None or not 0 <= now - found[1] <= MAX_AGE:
            return None
        return found[0]

    def save(self, key: Hashable, page: int, end: Position, now: Instant) -> None:
        """Save the end of a page, and drop later pages, which belong to an earlier reading."""
        pages = self._lists.pop(key, {})
        for later in [each for each in pages if each > page]:
            del pages[later]
        # Keep the page before: it may be requested again if its reply was lost.
        for past in [each for each in pages if each < page - 1]:
            del pages[past]
        pages[page] = end, now
        self._lists[key] = pages
        while len(self._lists) > MAX_LISTS:
            del self._lists[next(iter(self._lists))]
