"""Changes of many things: a few requests at once, or requests that each name a batch of things.

Outcomes keep the order of the things. An error that leaves an outcome unknown ends the run; what
was not tried has neither value nor error.
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
    from clocktool.outbox.change import Change
    from clocktool.outbox.outbox import Outbox

T = TypeVar("T")
R = TypeVar("R")


class Outcome(msgspec.Struct, Generic[T, R], frozen=True):
    """What became of one: a value, or an error, or neither where it was not tried."""

    item: T
    value: R | None = None
    error: ClocktoolError | None = None

    @property
    def tried(self) -> bool:
        """Whether a request was made for it."""
        return self.value is not None or self.error is not None


class Pool:
    """Runs one request for each of many things, as long as its ``with`` block lasts.

    Within the block Ctrl-C ends the run: what is under way is waited for, nothing else begins, and
    ``interrupted`` is True. ``ended`` is set when a run ends early.
    With none ``at_once`` all is done in this thread.
    """

    def __init__(self, *, at_once: int = MAX_PARALLEL) -> None:
        self._at_once = at_once
        self.ended = threading.Event()
        self._pool: ThreadPoolExecutor | None = None
        self._before: Any = None
        self.interrupted = False

    def __enter__(self) -> "Pool":
        if not self._at_once:
            return self
        from concurrent.futures import ThreadPoolExecutor

        self._pool = ThreadPoolExecutor(self._at_once)
        if threading.current_thread() is threading.main_thread():
            self._before = signal.signal(signal.SIGINT, self._interrupt)
        return self

    def __exit__(self, *_: object) -> None:
        self.ended.set()
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)
        if self._before is not None:
            signal.signal(signal.SIGINT, self._before)

    def _interrupt(self, *_: object) -> None:
        self.interrupted = True
        self.ended.set()

    def run(
        self,
        things: Sequence[T],
        do: Callable[[T], R],
        done: Callable[[int], None] = lambda _: None,
    ) -> list[Outcome[T, R]]:
        """Return an outcome for each thing, in order; ``done`` gets how many there are."""
        if self._pool is None:
            return self._one_by_one(things, do, done)
        from concurrent.futures import wait

        futures = [self._pool.submit(self._one, thing, do) for thing in things]
        outcomes = []
        for count, future in enumerate(futures, 1):
            while not future.done():  # in short turns: Ctrl-C is heeded between them
                wait([future], POLL_SECONDS)
            outcomes.append(future.result())
            if outcomes[-1].tried:
                done(count)
        return outcomes

    def _one_by_one(
        self, things: Sequence[T], do: Callable[[T], R], done: Callable[[int], None]
    ) -> list[Outcome[T, R]]:
        """Do the same in this thread, as a transaction belongs to one; Ctrl-C ends it."""
        outcomes = []
        for count, thing in enumerate(things, 1):
            outcomes.append(self._one(thing, do))
            if outcomes[-1].tried:
                done(count)
        return outcomes

    def _one(self, thing: T, do: Callable[[T], R]) -> Outcome[T, R]:
        if self.ended.is_set():
            return Outcome(thing)
        try:
            return Outcome(thing, value=do(thing))
        except CancelledError:
            return Outcome(thing)
        except ClocktoolError as error:
            if not error.is_about_item:  # the next would do no better, or it is not known
                self.ended.set()
            return Outcome(thing, error=error)
        except BaseException:
            self.ended.set()
            raise


BATCH_SIZE = 100
"""How many things one request names at first; a service may refuse so many."""


def in_batches(
    things: Sequence[T],
    do: Callable[[Sequence[T]], list[R]],
    pool: Pool,
    *,
    size: int = BATCH_SIZE,
    done: Callable[[int], None] = lambda _: None,
) -> list[Outcome[T, R]]:
    """Do something to things in batches, and return what became of each, in their order.

    A batch that is refused is halved, until what is refused stands alone: one bad entry stops
    nothing else. One that was too large makes those after it as small. What leaves an outcome
    unknown ends the run; the rest is not tried.
    """
    outcomes: dict[int, Outcome[T, R]] = {}
    waiting = [
        range(start, min(start + size, len(things))) for start in range(0, len(things), size)
    ]
    while waiting and not pool.interrupted:
        places = waiting.pop(0)
        if len(places) > size:
            waiting[:0] = _halves(places)
            continue
        (result,) = pool.run([[things[place] for place in places]], do)
        error = result.error
        if error is not None and error.is_about_item and len(places) > 1:
            if isinstance(error, TooLargeError):
                size = max(1, len(places) // 2)
            waiting[:0] = _halves(places)
            continue
        for number, place in enumerate(places):
            value = None if result.value is None else result.value[number]
            outcomes[place] = Outcome(things[place], value, error)
        done(len(outcomes))
        if (error is not None and not error.is_about_item) or not result.tried:
            break
    return [outcomes.get(place, Outcome(thing)) for place, thing in enumerate(things)]


def _halves(places: range) -> list[range]:
    middle = (places.start + places.stop) // 2
    return [range(places.start, middle), range(middle, places.stop)]


Progress = Callable[[int, str], AbstractContextManager[Callable[[int], None]]]
"""Shows how many are done of so many things with a name."""


class Batch:
    """Carries out changes of many things; ``interrupted`` is True after Ctrl-C."""

    def __init__(self, outbox: "Outbox", backend: "Backend", progress: Progress) -> None:
        self.outbox = outbox
        self._backend = backend
        self._progress = progress
        self.interrupted = False

    @contextmanager
    def pool(
        self, total: int, noun: str, *, at_once: int = MAX_PARALLEL
    ) -> Iterator[tuple[Pool, Callable[[int], None]]]:
        """Return what runs the requests, and what shows how many are done."""
        pool = Pool(at_once=0 if self._backend.is_atomic else at_once)
        with self._backend.batch(pool.ended), pool, self._progress(total, noun) as done:
            yield pool, done
        self.interrupted = pool.interrupted

    def each(
        self, things: Sequence[T], change: "Callable[[T], Change]", noun: str
    ) -> "list[Outcome[T, Entry | bool]]":
        """Carry out a change for each thing, a few at once.

        All of them are on disk before the first is sent. The value of one is the entry it left, or
        True for none. What failed or was not tried is not kept.
        """
        outbox = self.outbox
        with self.pool(len(things), noun) as (pool, done), outbox.transaction():
            rows = outbox.keep(list(map(change, things)))

            def send(place: int) -> "Entry | bool":
                return outbox.send(rows[place]) or True

            outcomes = pool.run(range(len(things)), send, done)
            outbox.drop([rows[each.item] for each in outcomes if each.value is None])
        return [Outcome(things[each.item], each.value, each.error) for each in outcomes]

    def together(
        self,
        things: Sequence[T],
        change: "Callable[[T], Change]",
        request: "Callable[[Sequence[T]], Sequence[Entry | None]]",
        noun: str,
    ) -> "list[Outcome[T, Entry | bool]]":
        """Carry out a change for each thing by requests that each name many of them.

        A request that is refused is halved until what is refused stands alone.
        """
        from clocktool.outbox.change import Arrived

        outbox = self.outbox

        def send(batch: Sequence[T]) -> "list[Entry | bool]":
            rows = outbox.keep(list(map(change, batch)), sending=len(batch))
            try:
                left = outbox.send_together(rows, lambda _: list(map(Arrived, request(batch))))
            except (ClocktoolError, KeyboardInterrupt):
                outbox.drop(rows)
                raise
            return [each or True for each in left]

        with self.pool(len(things), noun, at_once=1) as (pool, done), outbox.transaction():
            return in_batches(things, send, pool, done=done)
