"""Pages of a list: ``Last-Page`` is the truth; without it, go on until a page runs dry."""

from collections.abc import Callable, Iterator
from typing import Protocol, TypeVar

from clocktool.api.session import Session, readable
from clocktool.errors import ServerError
from clocktool.transport import Request

PAGE_SIZE = 1000
"""How many a page is asked for; a server may give fewer."""


MOST_PAGES = 10_000
"""A list with more pages than this has no end."""


class Identified(Protocol):
    """Anything with an id."""

    @property
    def id(self) -> str:
        """Its id, unique in the list."""
        ...


T = TypeVar("T", bound=Identified)


def pages(
    session: Session, request_for: Callable[[int], Request], read: Callable[[bytes], list[T]]
) -> Iterator[T]:
    """Yield what is on every page, one request a page, each when it is needed.

    Without a ``Last-Page`` header the list ends with a page that is empty or shorter than the
    first one; a page shorter than what was asked for proves nothing, as a server may cap the size
    silently. An item that a new one pushed onto the next page is yielded once, and a server that
    ignores paging ends the list by repeating itself.
    """
    before: set[str] = set()
    first = 0
    page = 1
    while True:
        request = request_for(page)
        reply = session.send(request)
        found = readable(request, reply, read)
        fresh = [each for each in found if each.id not in before]
        yield from fresh
        if page == 1:
            first = len(found)
        last = reply.headers.get("last-page", "").strip().lower()
        if last == "true" or not fresh or (last != "false" and len(found) < first):
            return
        before |= {each.id for each in found}
        page += 1
        if page > MOST_PAGES:
            raise ServerError(f"the list has no end: {MOST_PAGES} pages of it", "check 'base_url'")
