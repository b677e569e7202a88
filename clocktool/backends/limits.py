"""Limits: retries, waits, the rate of requests and their count.

A read may be repeated. A write may have arrived, so it is sent again only after a rate limit: the
service has then not carried it out.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from math import inf

import msgspec

from clocktool.backends.base import POLL_SECONDS, Backend, Layer, Reply, Request
from clocktool.domain.limits import TOKEN_REQUESTS
from clocktool.errors import CancelledError, OfflineError

BACK_OFF = 0.2
"""The longest wait before the first retry of a read, in seconds; it doubles with each retry."""


class RetryRule(msgspec.Struct, frozen=True):
    """When a request is sent again, and how many times at most (``retries``).

    ``longest_wait`` is the longest single wait; ``deadline`` is how long after the first attempt
    retries end. Both are in seconds.
    """

    retries: int
    longest_wait: int
    deadline: float = inf


SHORT_WAIT = 5
"""The longest wait for a rate limit outside of batches, in seconds."""

READ = RetryRule(retries=2, longest_wait=SHORT_WAIT, deadline=10)
"""For reads that failed or met a rate limit."""

WRITE = RetryRule(retries=3, longest_wait=SHORT_WAIT)
"""For writes that met a rate limit."""

BATCH = RetryRule(retries=5, longest_wait=60)
"""For all requests of a batch that met a rate limit."""


class Limited(Layer):
    """A layer with retries and limits, in front of a server.

    ``say`` shows waits of a batch, ``trace`` those of single requests. ``random`` returns a number
    from 0 to 1. After a timeout all later requests of the run fail at once with the same error.
    """

    def __init__(
        self,
        inner: Backend,
        *,
        sleep: Callable[[float], None],
        monotonic: Callable[[], float],
        random: Callable[[], float],
        say: Callable[[str], None],
        trace: Callable[[str], None],
    ) -> None:
        super().__init__(inner)
        self.requests = 0
        """The number of requests sent so far."""
        self._sleep = sleep
        self._monotonic = monotonic
        self._random = random
        self._say = say
        self._trace = trace
        self._lock = threading.Lock()
        self._next_start = -inf
        self._batch: threading.Event | None = None
        self._offline_error: OfflineError | None = None

    @contextmanager
    def batch(self, ended: threading.Event) -> Iterator[None]:
        """Limit the rate of requests in the block; a rate limit delays all of them.

        Once ``ended`` is set, a request that is still waiting raises CancelledError.
        """
        self._batch = ended
        try:
            yield
        finally:
            self._batch = None

    def send(self, request: Request) -> Reply:
        """Send a request, and retry as its rule allows."""
        if self._offline_error is not None:
            raise self._offline_error
        batch, first, tries = self._batch, self._monotonic(), 0
        while True:
            self._wait_to_start(batch)
            outcome = self._try(request)
            tries += 1
            rule = retry_rule(request, outcome, in_batch=batch is not None)
            if rule is None or tries > rule.retries:
                break
            pause = self._wait_seconds(outcome, rule, tries)
            if self._monotonic() - first + pause > rule.deadline:
                break
            if rule is BATCH:
                self._delay_batch(pause)
            else:
                self._trace(f"{request.method} {request.path}: retrying in {pause:.1f} s")
                self._sleep(pause)
        if isinstance(outcome, Reply):
            return outcome
        if outcome.not_sent or not outcome.failed_fast:
            self._offline_error = outcome
        raise outcome

    def _wait_to_start(self, batch: threading.Event | None) -> None:
        """Count a request; one of a batch first waits until it may start."""
        with self._lock:
            while batch is not None and (left := self._next_start - self._monotonic()) > 0:
                if left > POLL_SECONDS and batch.is_set():
                    raise CancelledError
                self._sleep(min(left, POLL_SECONDS))
            if batch is not None:
                self._next_start = self._monotonic() + 1 / TOKEN_REQUESTS
            self.requests += 1

    def _try(self, request: Request) -> Reply | OfflineError:
        try:
            return self._inner.send(request)
        except OfflineError as error:
            return error

    def _wait_seconds(self, outcome: Reply | OfflineError, rule: RetryRule, tries: int) -> float:
        """Return the wait in seconds: the server's ``Retry-After``, else random and growing."""
        retry_after = outcome.retry_after if isinstance(outcome, Reply) else None
        if retry_after is not None and retry_after <= rule.longest_wait:
            return retry_after
        return self._random() * BACK_OFF * 2.0 ** (tries - 1)

    def _delay_batch(self, seconds: float) -> None:
        """Start no request of the batch for this number of seconds."""
        with self._lock:
            until = self._monotonic() + seconds
            if until > self._next_start:
                self._next_start = until
                self._say(f"rate limited; waiting {seconds:.0f} s")


def retry_rule(
    request: Request, outcome: Reply | OfflineError, *, in_batch: bool
) -> RetryRule | None:
    """Return the rule by which a request is retried after an outcome, None for no retry."""
    is_read = request.method == "GET"
    if isinstance(outcome, OfflineError):
        return READ if is_read and outcome.failed_fast else None
    if outcome.status == 429 and outcome.is_refusal:
        rule = BATCH if in_batch else READ if is_read else WRITE
        wait = outcome.retry_after
        return rule if wait is not None and wait <= rule.longest_wait else None
    return READ if is_read and outcome.status >= 500 else None
