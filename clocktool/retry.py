"""Reads that are tried again, for a few seconds; writes never are.

A read may repeat: no connection, a server's failure (5xx), or a rate limit of no more than seconds.
A create or a stop that was sent may have arrived; sending it again would do it twice.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

from clocktool.errors import OfflineError
from clocktool.transport import Layer, Reply, Request, Transport

if TYPE_CHECKING:
    from tenacity import RetryCallState

TRIES = 3
LONGEST = 10
"""No try begins so many seconds after the first one."""

LONGEST_WAIT = 5
"""The longest that a ``Retry-After`` is waited for, in seconds; a longer one is told."""


class Retried(Layer):
    """A transport that tries a GET again; ``say`` is told of each wait."""

    def __init__(
        self,
        inner: Transport,
        sleep: Callable[[float], None],
        say: Callable[[str], None],
        monotonic: Callable[[], float],
    ) -> None:
        super().__init__(inner)
        self._monotonic = monotonic
        self._sleep = sleep
        self._say = say
        self._lost: OfflineError | None = None

    def send(self, request: Request) -> Reply:
        """Send a request; a GET that fails for a moment is sent up to three times.

        A server that could not be reached, or did not answer in time, is not asked again in this
        run: one wait is enough.
        """
        if self._lost is not None:
            raise self._lost
        try:
            return self._send(request)
        except OfflineError as error:
            if error.never_left or not error.may_pass:
                self._lost = error
            raise

    def _send(self, request: Request) -> Reply:
        if request.method != "GET":
            return self._inner.send(request)
        start = self._monotonic()
        try:
            reply = self._inner.send(request)
        except OfflineError as error:
            if error.may_pass:
                return self._again(request, error, start)
            raise
        return self._again(request, reply, start) if _passing(reply) else reply

    def _again(self, request: Request, first: Reply | OfflineError, start: float) -> Reply:
        """Go on after a first try; the library that does it is loaded only for this."""
        from tenacity import (
            Retrying,
            retry_if_exception,
            retry_if_result,
            wait_random_exponential,
        )

        pending = [first]
        growing = wait_random_exponential(multiplier=0.2, max=2)

        def attempt() -> Reply:
            if not pending:
                return self._inner.send(request)
            outcome = pending.pop()
            if isinstance(outcome, OfflineError):
                raise outcome
            return outcome

        def wait(state: "RetryCallState") -> float:
            outcome = state.outcome
            if outcome is not None and not outcome.failed:
                asked = _wait_of(outcome.result())
                if asked is not None:
                    return float(asked)
            return growing(state)

        def enough(state: "RetryCallState") -> bool:
            begins = self._monotonic() - start + state.upcoming_sleep
            return state.attempt_number >= TRIES or begins > LONGEST

        def tell(state: "RetryCallState") -> None:
            seconds = state.next_action.sleep if state.next_action else 0.0
            self._say(f"GET {request.path}: trying again in {seconds:.1f} s")

        retrying = Retrying(
            sleep=self._sleep,
            stop=enough,
            wait=wait,
            retry=retry_if_result(_passing)
            | retry_if_exception(lambda it: isinstance(it, OfflineError) and it.may_pass),
            before_sleep=tell,
            retry_error_callback=_last,
        )
        return retrying(attempt)


def _last(state: "RetryCallState") -> Reply:
    """Give up: return the last reply, or raise the last error, as if it had been the first."""
    assert state.outcome is not None  # noqa: S101  # it is called after a try
    reply: Reply = state.outcome.result()
    return reply


def _passing(reply: Reply) -> bool:
    """Return whether a reply says that the next try may do better, in seconds."""
    if reply.status == 429:
        return _wait_of(reply) is not None
    return reply.status >= 500


def _wait_of(reply: Reply) -> int | None:
    """Return how long a server says to wait, None where it does not or that is too long."""
    asked = reply.retry_after
    return asked if asked is not None and asked <= LONGEST_WAIT else None
