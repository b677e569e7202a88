"""Pages of a list: ``Last-Page`` is the truth; without it, go on until a page runs dry.

A long list of a server is read ahead: from the third page on, up to four are asked for at once.
"""

from collections import deque
from collections.abc import Callable, Hashable, Iterator
from contextlib import closing
from typing import TYPE_CHECKING, Protocol, TypeVar

from clocktool.api.session import Session
from clocktool.backends.base import MAX_PARALLEL, POLL_SECONDS, Reply, Request
from clocktool.errors import RateLimitedError, ServerError

if TYPE_CHECKING:
    from queue import SimpleQueue
    from threading import Thread

    _Answer = SimpleQueue[Reply | BaseException]

PAGE_SIZE = 1000
"""How many a page is asked for; a server may give fewer."""


MOST_PAGES = 10_000
"""A list with more pages than this has no end."""

REMEMBERED = 4
"""How many pages back an item is known again: a list of any length is read in flat memory."""

JOIN_SECONDS = 0.25
"""How long each thread is waited for at the end, in seconds."""


class Identified(Protocol):
    """Anything with an id."""

    @property
    def id(self) -> Hashable:
        """Its id, unique in the list."""
        ...


T = TypeVar("T", bound=Identified)


def pages(
    session: Session, request_for: Callable[[int], Request], read: Callable[[bytes], list[T]]
) -> Iterator[T]:
    """Yield what is on every page, one after the other; see ``page_lists``."""
    for found in page_lists(session, request_for, read):
        yield from found


def page_lists(
    session: Session, request_for: Callable[[int], Request], read: Callable[[bytes], list[T]]
) -> Iterator[list[T]]:
    """Yield each page, one request a page.

    Without a ``Last-Page`` header the list ends with a page that is empty or shorter than the
    first one; a page shorter than what was asked for proves nothing, as a server may cap the size
    silently. An item that a new one pushed onto the next page is yielded once, and a server that
    ignores paging ends the list by repeating itself.

    Of a server, pages are asked for before they are needed. How many grows with what
    was read: a list of two pages is two requests, of three one more than that, of four two more,
    and never more than three are for pages beyond the last one.
    """
    recent: deque[set[Hashable]] = deque(maxlen=REMEMBERED)
    first = 0
    with closing(_Ahead(lambda page: session.send(request_for(page)))) as ahead:
        for page in range(1, MOST_PAGES + 1):
            reply, found = session.read(request_for(page), ahead.reply(page), read)
            fresh = [each for each in found if not any(each.id in ids for ids in recent)]
            if page == 1:
                first = len(found)
            last = _last_page(reply)
            ends = last == "true" or not fresh or (last != "false" and len(found) < first)
            if not ends and page > 1 and session.is_remote:
                ahead.begin(page + 1, min(page, MAX_PARALLEL))
            yield fresh
            if ends:
                return
            recent.append({each.id for each in found})
    raise ServerError(f"the list has no end: {MOST_PAGES} pages of it", "check 'base_url'")


class _Ahead:
    """Asks for pages; those that were begun by threads of its own, each with its connection."""

    def __init__(self, ask: Callable[[int], Reply]) -> None:
        self._ask = ask
        self._begun: dict[int, _Answer] = {}
        self._asked: SimpleQueue[tuple[int, _Answer] | None] | None = None
        self._threads: list[Thread] = []
        self._last = MOST_PAGES
        """The last page that is worth asking for, as far as replies have said."""

    def reply(self, page: int) -> Reply:
        """Return the reply to a page: one that was begun when it has come, or one asked for now."""
        answer = self._begun.pop(page, None)
        return self._ask(page) if answer is None else self._awaited(page, answer)

    def begin(self, page: int, count: int) -> None:
        """Begin to ask for so many pages from one on, but those that are begun already."""
        from queue import SimpleQueue
        from threading import Thread

        self._asked = self._asked or SimpleQueue()
        for each in range(page, min(page + count, self._last + 1)):
            if each not in self._begun:
                self._begun[each] = SimpleQueue()
                self._asked.put((each, self._begun[each]))
        while len(self._threads) < len(self._begun):
            # Daemons: a reply that nobody wants must not keep the program from ending.
            thread = Thread(target=self._work, args=(self._asked,), daemon=True)
            self._threads.append(thread)
            thread.start()

    def close(self) -> None:
        """Ask for nothing more; wait a little for what was asked in vain, to end it in order."""
        if self._asked is not None:
            for _ in self._threads:
                self._asked.put(None)
        for thread in self._threads:
            thread.join(JOIN_SECONDS)

    def _awaited(self, page: int, answer: "_Answer") -> Reply:
        """Return the reply to a page that was begun.

        A rate limit ends the reading ahead: what it refused is asked for again, each in its turn.
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
                self._last = 0
                return self._ask(page)
            raise reply

    def _work(self, asked: "SimpleQueue[tuple[int, _Answer] | None]") -> None:
        """Ask for page after page, until there is None to ask for."""
        while (task := asked.get()) is not None:
            page, answer = task
            try:
                reply = self._ask(page)
            except BaseException as error:  # noqa: BLE001  # raised where it is waited for
                answer.put(error)
                continue
            if _last_page(reply) == "true":
                self._last = min(self._last, page)
            answer.put(reply)


def _last_page(reply: Reply) -> str:
    """Return the ``Last-Page`` header in lower case, empty where there is none."""
    return reply.headers.get("last-page", "").strip().lower()
