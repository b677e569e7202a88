"""Pages of a list: the ``Last-Page`` header ends it, without that header a short or empty page.

Of a long list on a server, up to four pages are requested at the same time from the third page on.
"""

from collections import deque
from collections.abc import Callable, Generator, Hashable, Iterator, Sequence
from contextlib import closing
from itertools import chain
from typing import TYPE_CHECKING, Protocol, TypeVar

from clocktool.api.session import Page, Session, request_for_page
from clocktool.backends.base import MAX_PARALLEL, PAGE_SIZE, POLL_SECONDS, Reply, Request
from clocktool.errors import RateLimitedError, ServerError

if TYPE_CHECKING:
    from queue import SimpleQueue
    from threading import Thread

    _Answer = SimpleQueue[Reply | BaseException]

MAX_PAGES = 10_000
"""The greatest number of pages; a list with more is an error of the server."""

PAGES_REMEMBERED = 4
"""The number of pages in which duplicates are found; it limits memory for lists of any length."""

JOIN_SECONDS = 0.25
"""How long the end of each thread is waited for, in seconds."""


class Identified(Protocol):
    """An item with an id."""

    @property
    def id(self) -> Hashable:
        """The id, unique in the list."""
        ...


T = TypeVar("T", bound=Identified)


def pages(
    session: Session,
    request: Request,
    read: Callable[[bytes], list[T]],
    *,
    most: int = PAGE_SIZE,
    first: Page[list[T]] | None = None,
) -> Iterator[T]:
    """Return the items of all pages; see ``page_lists``."""
    lists = page_lists(session, request, read, most=most, first=first)
    return chain.from_iterable(lists)


def page_lists(
    session: Session,
    request: Request,
    read: Callable[[bytes], list[T]],
    *,
    most: int = PAGE_SIZE,
    first: Page[list[T]] | None = None,
    in_order: bool = False,
) -> Generator[list[T], None, bool]:
    """Yield each page of a list; each page is one request, see ``Session.first_page`` for its size.

    ``request`` is for the list, without a page; ``first`` is the first page if it was read before.
    Returns whether the list is complete.

    Without a ``Last-Page`` header the list ends with a page that is empty or shorter than the first
    one. A page shorter than the requested size is not the end: a server may limit the size. An item
    that moves to the next page while the list is read is yielded once. A second page without a new
    item ends the list, which may then be incomplete: the server ignores paging. Raises ServerError
    if an older page comes again.

    From a server without a quota, later pages are prefetched, more of them the longer the list is;
    up to three requests may be for pages that don't exist. With ``in_order`` pages are read one
    after the other: else an item added meanwhile may hide the item between two pages.
    """
    recent: deque[set[Hashable]] = deque(maxlen=PAGES_REMEMBERED)
    if first is None:
        first = session.first_page(request, read, most=most)
    size, reply, found = first.size, first.reply, first.items
    length = len(found)
    del first  # a page is not kept for longer than it is read

    def request_for(page: int) -> Request:
        return request_for_page(request, page, size)

    with closing(_Prefetch(lambda page: session.send(request_for(page)))) as prefetch:
        for page in range(1, MAX_PAGES + 1):
            if page > 1:
                reply, found = session.read(request_for(page), prefetch.reply(page), read)
            fresh = [each for each in found if not any(each.id in ids for ids in recent)]
            last = reply.last_page
            if _came_again(found, fresh, length) and (fresh or last == "false" or page > 2):
                raise ServerError(f"page {page} of the list is an older one", "try again")
            ends = last == "true" or not fresh or (last != "false" and len(found) < length)
            may_read_ahead = not in_order and page > 1 and not ends
            if may_read_ahead and session.reads_ahead(request_for(page)):
                prefetch.start(page + 1, min(page, MAX_PARALLEL))
            yield fresh
            if ends:
                return last == "true" or (last != "false" and len(found) < max(length, 1))
            recent.append({each.id for each in found})
    raise ServerError(f"the list has more than {MAX_PAGES} pages", "check 'base_url'")


class _Prefetch:
    """Requests pages; those that are started early are requested by threads."""

    def __init__(self, send: Callable[[int], Reply]) -> None:
        self._send = send
        self._started: dict[int, _Answer] = {}
        self._queue: SimpleQueue[tuple[int, _Answer] | None] | None = None
        self._threads: list[Thread] = []
        self._last_worth = MAX_PAGES
        """The last page that may exist, according to the replies so far."""

    def reply(self, page: int) -> Reply:
        """Return the reply for a page; request the page now if it was not started."""
        answer = self._started.pop(page, None)
        return self._send(page) if answer is None else self._wait_for(page, answer)

    def start(self, page: int, count: int) -> None:
        """Start ``count`` requests from a page on, except those that are started already."""
        from queue import SimpleQueue
        from threading import Thread

        self._queue = self._queue or SimpleQueue()
        for each in range(page, min(page + count, self._last_worth + 1)):
            if each not in self._started:
                self._started[each] = SimpleQueue()
                self._queue.put((each, self._started[each]))
        while len(self._threads) < len(self._started):
            # Daemon threads: an unneeded reply must not delay the end of the program.
            thread = Thread(target=self._send_queued, args=(self._queue,), daemon=True)
            self._threads.append(thread)
            thread.start()

    def close(self) -> None:
        """Start no more requests, and wait a moment for the threads to end."""
        if self._queue is not None:
            for _ in self._threads:
                self._queue.put(None)
        for thread in self._threads:
            thread.join(JOIN_SECONDS)

    def _wait_for(self, page: int, answer: "_Answer") -> Reply:
        """Return the reply for a started page.

        A rate limit ends the prefetching: the refused pages are requested again, one by one.
        """
        from queue import Empty

        while True:
            try:
                reply = answer.get(timeout=POLL_SECONDS)
            except Empty:
                continue
            if isinstance(reply, Reply):
                return reply
            if isinstance(reply, RateLimitedError):
                self._last_worth = 0
                return self._send(page)
            raise reply

    def _send_queued(self, queue: "SimpleQueue[tuple[int, _Answer] | None]") -> None:
        """Request the queued pages one after the other, until None comes."""
        while (task := queue.get()) is not None:
            page, answer = task
            try:
                reply = self._send(page)
            except BaseException as error:  # noqa: BLE001  # ``_wait_for`` raises it
                answer.put(error)
                continue
            if reply.last_page == "true":
                self._last_worth = min(self._last_worth, page)
            answer.put(reply)


def _came_again(found: Sequence[T], fresh: Sequence[T], first: int) -> bool:
    """Whether the server has sent an older page again: a full page that ends with a known item.

    Items that are added meanwhile move known ones to the start of a page, or to the last page.
    """
    return len(found) >= first > 0 and not (fresh and fresh[-1] is found[-1])
