"""Many single requests: a handful at once, never too fast, each with its outcome.

For what the service can only be asked one by one. Results keep the order of what was asked. A rate
limit is waited for, as such a request was not carried out; anything that leaves an outcome unknown
ends the run, and what was not tried is said to be so.
"""

import signal
import threading
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import msgspec

from clocktool.errors import ClocktoolError, RateLimitedError
from clocktool.journal.patience import LONGEST_OF_MANY

if TYPE_CHECKING:
    from concurrent.futures import ThreadPoolExecutor

T = TypeVar("T")
R = TypeVar("R")

AT_ONCE = 4
"""How many requests are under way at the same time."""

A_SECOND = 50
"""How many are begun in a second at most: what an add-on token may do."""

MOMENT = 0.1
"""How long is slept at a time, in seconds: Ctrl-C is heeded within that."""

MOST_WAITS = 5
"""How often one request waits for a rate limit before it is given up."""


class Outcome(msgspec.Struct, Generic[T, R], frozen=True):
    """What became of one: a value, or an error, or neither where it was not tried."""

    item: T
    value: R | None = None
    error: ClocktoolError | None = None

    @property
    def tried(self) -> bool:
        """Whether a request was made for it."""
        return self.value is not None or self.error is not None


class Many:
    """Runs one request for each of many things, as long as its ``with`` block lasts.

    Within the block Ctrl-C ends the run: what is under way is waited for, nothing else begins, and
    ``interrupted`` is True. What was done can then be told.
    """

    def __init__(
        self,
        sleep: Callable[[float], None],
        monotonic: Callable[[], float],
        say: Callable[[str], None],
        *,
        at_once: int = AT_ONCE,
        a_second: int | None = A_SECOND,
    ) -> None:
        self._sleep = sleep
        self._monotonic = monotonic
        self._say = say
        self._at_once = at_once
        self._between = 1 / a_second if a_second else 0.0
        self._gate = threading.Lock()
        self._next = float("-inf")
        self._ended = threading.Event()
        self._pool: ThreadPoolExecutor | None = None
        self._before: Any = None
        self.interrupted = False

    def __enter__(self) -> "Many":
        from concurrent.futures import ThreadPoolExecutor

        self._pool = ThreadPoolExecutor(self._at_once)
        if threading.current_thread() is threading.main_thread():
            self._before = signal.signal(signal.SIGINT, self._interrupt)
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)
        if self._before is not None:
            signal.signal(signal.SIGINT, self._before)

    def _interrupt(self, *_: object) -> None:
        self.interrupted = True
        self._ended.set()

    def run(
        self,
        things: Sequence[T],
        do: Callable[[T], R],
        done: Callable[[int], None] = lambda _: None,
    ) -> list[Outcome[T, R]]:
        """Return an outcome for each thing, in order; ``done`` is told how many there are."""
        from concurrent.futures import wait

        assert self._pool is not None  # noqa: S101  # it is used in its with block
        futures = [self._pool.submit(self._one, thing, do) for thing in things]
        outcomes = []
        for count, future in enumerate(futures, 1):
            while not future.done():  # in short turns: Ctrl-C is heeded between them
                wait([future], MOMENT)
            outcomes.append(future.result())
            if outcomes[-1].tried:
                done(count)
        return outcomes

    def _one(self, thing: T, do: Callable[[T], R]) -> Outcome[T, R]:
        waits = 0
        while self._may_begin():
            try:
                return Outcome(thing, value=do(thing))
            except RateLimitedError as error:
                waits += 1
                seconds = error.retry_after
                if seconds is None or seconds > LONGEST_OF_MANY or waits > MOST_WAITS:
                    self._ended.set()
                    return Outcome(thing, error=error)
                self._hold(seconds)
            except ClocktoolError as error:
                if not error.about_one:  # the next would do no better, or it is not known
                    self._ended.set()
                return Outcome(thing, error=error)
            except BaseException:
                self._ended.set()
                raise
        return Outcome(thing)

    def _may_begin(self) -> bool:
        """Wait for the turn of the next request; False when no more may begin."""
        with self._gate:
            while not self._ended.is_set():
                wait = self._next - self._monotonic()
                if wait <= 0:
                    self._next = self._monotonic() + self._between
                    return True
                self._sleep(min(wait, MOMENT))
        return False

    def _hold(self, seconds: int) -> None:
        """Let nothing begin for so many seconds."""
        with self._gate:
            until = self._monotonic() + seconds
            if until > self._next:
                self._next = until
                self._say(f"the service asks to wait {seconds} s")
