"""Changes of many items: several requests at once, or one request for each batch.

Outcomes are in the order of the items. An error after which a result is unknown ends the run; an
item that was not tried has neither a value nor an error.
"""

import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import msgspec

from clocktool.backends.base import MAX_PARALLEL, POLL_SECONDS
from clocktool.errors import CancelledError, ClocktoolError, TooLargeError

if TYPE_CHECKING:
    from concurrent.futures import ThreadPoolExecutor

    from clocktool.backends.base import Backend
    from clocktool.domain.entry import Entry
    from clocktool.outbox.change import Change, Row
    from clocktool.outbox.outbox import Outbox

T = TypeVar("T")
R = TypeVar("R")


class Outcome(msgspec.Struct, Generic[T, R], frozen=True):
    """The result for one item: a value, an error, or neither if it was not tried."""

    item: T
    value: R | None = None
    error: ClocktoolError | None = None

    @property
    def tried(self) -> bool:
        """Whether a request was made for the item."""
        return self.value is not None or self.error is not None


class Pool:
    """Runs one request for each item, in threads that live as long as its ``with`` block.

    Ctrl-C in the block ends the run: requests that have started are completed, no other starts,
    and ``interrupted`` is True. ``ended`` is set when a run ends early.
    With ``at_once`` 0, everything runs in the calling thread.
    """

    def __init__(self, *, at_once: int = MAX_PARALLEL) -> None:
        self._at_once = at_once
        self.ended = threading.Event()
        self._pool: ThreadPoolExecutor | None = None
        self._old_handler: Any = None
        self.interrupted = False

    def __enter__(self) -> "Pool":
        if not self._at_once:
            return self
        from concurrent.futures import ThreadPoolExecutor

        self._pool = ThreadPoolExecutor(self._at_once)
        if threading.current_thread() is threading.main_thread():
            self._old_handler = signal.signal(signal.SIGINT, self._interrupt)
        return self

    def __exit__(self, *_: object) -> None:
        self.ended.set()
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)
        if self._old_handler is not None:
            signal.signal(signal.SIGINT, self._old_handler)

    def _interrupt(self, *_: object) -> None:
        self.interrupted = True
        self.ended.set()

    def run(
        self,
        items: Sequence[T],
        send: Callable[[T], R],
        done: Callable[[int], None] = lambda _: None,
    ) -> list[Outcome[T, R]]:
        """Return an outcome for each item, in order; ``done`` gets the number of items done."""
        if self._pool is None:
            return self._one_by_one(items, send, done)
        from concurrent.futures import wait

        futures = [self._pool.submit(self._one, item, send) for item in items]
        outcomes = []
        for count, future in enumerate(futures, 1):
            while not future.done():  # short waits: Ctrl-C is handled between them
                wait([future], POLL_SECONDS)
            outcomes.append(future.result())
            if outcomes[-1].tried:
                done(count)
        return outcomes

    def _one_by_one(
        self, items: Sequence[T], send: Callable[[T], R], done: Callable[[int], None]
    ) -> list[Outcome[T, R]]:
        """Run in this thread, as an SQLite transaction belongs to one thread; Ctrl-C ends it."""
        outcomes = []
        for count, item in enumerate(items, 1):
            outcomes.append(self._one(item, send))
            if outcomes[-1].tried:
                done(count)
        return outcomes

    def _one(self, item: T, send: Callable[[T], R]) -> Outcome[T, R]:
        if self.ended.is_set():
            return Outcome(item)
        try:
            return Outcome(item, value=send(item))
        except CancelledError:
            return Outcome(item)
        except ClocktoolError as error:
            if not error.is_about_item:  # the next item would fail too, or the result is unknown
                self.ended.set()
            return Outcome(item, error=error)
        except BaseException:
            self.ended.set()
            raise


BATCH_SIZE = 100
"""The largest number of items in one request; a service may allow fewer."""


def in_batches(
    items: Sequence[T],
    send: Callable[[Sequence[T]], list[R]],
    pool: Pool,
    *,
    size: int = BATCH_SIZE,
    done: Callable[[int], None] = lambda _: None,
) -> list[Outcome[T, R]]:
    """Send items in batches and return an outcome for each item, in order.

    A refused batch is halved until the item that is refused is alone, so one bad entry does not
    stop the others. After a batch that was too large, the later ones are smaller, too. An error
    after which a result is unknown ends the run; the rest is not tried.
    """
    outcomes: dict[int, Outcome[T, R]] = {}
    waiting = [range(start, min(start + size, len(items))) for start in range(0, len(items), size)]
    while waiting and not pool.interrupted:
        places = waiting.pop(0)
        if len(places) > size:
            waiting[:0] = _halves(places)
            continue
        (result,) = pool.run([[items[place] for place in places]], send)
        error = result.error
        if error is not None and error.is_about_item and len(places) > 1:
            if isinstance(error, TooLargeError):
                size = max(1, len(places) // 2)
            waiting[:0] = _halves(places)
            continue
        for number, place in enumerate(places):
            value = None if result.value is None else result.value[number]
            outcomes[place] = Outcome(items[place], value, error)
        done(len(outcomes))
        if (error is not None and not error.is_about_item) or not result.tried:
            break
    return [outcomes.get(place, Outcome(item)) for place, item in enumerate(items)]


def _halves(places: range) -> list[range]:
    middle = (places.start + places.stop) // 2
    return [range(places.start, middle), range(middle, places.stop)]


Progress = Callable[[int, str], AbstractContextManager[Callable[[int], None]]]
"""Shows the progress of a number of items with a noun; what it yields takes the number done."""


class Batch:
    """Sends changes of many items; ``interrupted`` is True after Ctrl-C."""

    def __init__(self, outbox: "Outbox", backend: "Backend", progress: Progress) -> None:
        self.outbox = outbox
        self._backend = backend
        self._progress = progress
        self.interrupted = False

    @contextmanager
    def pool(
        self, total: int, noun: str, *, at_once: int = MAX_PARALLEL
    ) -> Iterator[tuple[Pool, Callable[[int], None]]]:
        """Return the pool that runs the requests, and the function that shows how many are done."""
        pool = Pool(at_once=0 if self._backend.is_atomic else at_once)
        with self._backend.batch(pool.ended), pool, self._progress(total, noun) as done:
            yield pool, done
        self.interrupted = pool.interrupted

    def each(
        self, items: Sequence[T], change: "Callable[[T], Change]", noun: str
    ) -> "list[Outcome[T, Entry | bool]]":
        """Send one change for each item, several at once.

        All changes are in the journal before the first is sent. The value of an outcome is the
        entry after the change, or True for none. A change that failed or was not tried is dropped.
        """
        outbox = self.outbox
        with self.pool(len(items), noun) as (pool, done), outbox.transaction():
            rows = outbox.keep(list(map(change, items)))

            def send(place: int) -> "Entry | bool":
                return outbox.send(rows[place]) or True

            outcomes = pool.run(range(len(items)), send, done)
            outbox.drop([rows[each.item] for each in outcomes if each.value is None])
        return [Outcome(items[each.item], each.value, each.error) for each in outcomes]

    def in_batches(
        self,
        items: Sequence[T],
        change: "Callable[[T], Change]",
        request: "Callable[[Sequence[T]], Sequence[Entry | None]]",
        noun: str,
        saved: "Callable[[T], Row] | None" = None,
    ) -> "list[Outcome[T, Entry | bool]]":
        """Send one change for each item, by requests that each contain a batch of items.

        A refused batch is halved until the item that is refused is alone. ``saved`` returns the
        change of an item that is saved already; it is dropped if it was refused or not tried.
        """
        from clocktool.outbox.change import Arrived

        outbox = self.outbox

        def send(batch: Sequence[T]) -> "list[Entry | bool]":
            if saved is not None:
                rows = list(map(saved, batch))
            else:
                rows = outbox.keep(list(map(change, batch)), sending=len(batch))
            try:
                left = outbox.send_batch(rows, lambda _: list(map(Arrived, request(batch))))
            except (ClocktoolError, KeyboardInterrupt):
                if saved is None:
                    outbox.drop(rows)
                raise
            return [each or True for each in left]

        with self.pool(len(items), noun, at_once=1) as (pool, done), outbox.transaction():
            outcomes = in_batches(items, send, pool, done=done)
            if saved is not None:
                outbox.drop([saved(each.item) for each in outcomes if each.value is None])
            return outcomes
