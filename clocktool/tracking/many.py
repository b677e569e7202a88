"""Many single requests: a handful at once, never too fast, each with its outcome.

For what the service can only be asked one by one. Results keep the order of what was asked. A rate
limit is waited for, as such a request was not carried out; anything that leaves an outcome unknown
ends the run, and what was not tried is said to be so.
"""

import threading
from collections.abc import Callable, Iterator, Sequence
from typing import Generic, TypeVar

import msgspec

from clocktool.errors import ClocktoolError, NotFoundError, RateLimitedError, RefusedError

T = TypeVar("T")
R = TypeVar("R")

AT_ONCE = 4
"""How many requests are under way at the same time."""

A_SECOND = 50
"""How many are begun in a second at most: what an add-on token may do."""

LONGEST_WAIT = 60
"""The longest that a ``Retry-After`` is waited for here, in seconds."""


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
    """Runs one request for each of many things."""

    def __init__(
        self,
        sleep: Callable[[float], None],
        monotonic: Callable[[], float],
        say: Callable[[str], None],
        *,
        at_once: int = AT_ONCE,
    ) -> None:
        self._sleep = sleep
        self._monotonic = monotonic
        self._say = say
        self._at_once = at_once
        self._gate = threading.Lock()
        self._next = float("-inf")
        self._ended = threading.Event()
        self.interrupted = False
        """Whether Ctrl-C ended the last run; what it left is not tried."""

    def run(
        self,
        things: Sequence[T],
        do: Callable[[T], R],
        done: Callable[[int], None] = lambda _: None,
    ) -> list[Outcome[T, R]]:
        """Return an outcome for each thing, in order; ``done`` is told how many there are."""
        return list(self._outcomes(things, do, done))

    def _outcomes(
        self, things: Sequence[T], do: Callable[[T], R], done: Callable[[int], None]
    ) -> Iterator[Outcome[T, R]]:
        from concurrent.futures import ThreadPoolExecutor

        self._ended.clear()
        self.interrupted = False
        with ThreadPoolExecutor(self._at_once) as pool:
            futures = [pool.submit(self._one, thing, do) for thing in things]
            for count, future in enumerate(futures, 1):
                while True:
                    try:
                        outcome = future.result()
                        break
                    except KeyboardInterrupt:  # what is under way ends, nothing else begins
                        self.interrupted = True
                        self._ended.set()
                yield outcome
                done(count)

    def _one(self, thing: T, do: Callable[[T], R]) -> Outcome[T, R]:
        while self._may_begin():
            try:
                return Outcome(thing, value=do(thing))
            except RateLimitedError as error:
                if error.retry_after is None or error.retry_after > LONGEST_WAIT:
                    self._ended.set()
                    return Outcome(thing, error=error)
                self._hold(error.retry_after)
            except (RefusedError, NotFoundError) as error:
                return Outcome(thing, error=error)
            except ClocktoolError as error:
                self._ended.set()
                return Outcome(thing, error=error)
        return Outcome(thing)

    def _may_begin(self) -> bool:
        """Wait for the turn of the next request; False when no more may begin."""
        with self._gate:
            while not self._ended.is_set():
                wait = self._next - self._monotonic()
                if wait <= 0:
                    self._next = self._monotonic() + 1 / A_SECOND
                    return True
                self._sleep(wait)
        return False

    def _hold(self, seconds: int) -> None:
        """Let nothing begin for so many seconds."""
        with self._gate:
            until = self._monotonic() + seconds
            if until > self._next:
                self._next = until
                self._say(f"the service asks to wait {seconds} s")
