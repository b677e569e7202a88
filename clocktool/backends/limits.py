"""Limits: the one place that sends a request again, waits, keeps a pace and counts requests.

A read may be repeated. A write may have arrived, so it is never sent twice, but for one that met
a rate limit: that was not carried out, and is sent again when the service says so.
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
"""The longest wait after the first failure of a read, in seconds; it doubles with each."""


class Rule(msgspec.Struct, frozen=True):
    """How often a request is sent again, after how long a wait at most, and how late.

    ``longest_wait`` is in seconds, ``within`` in seconds since it was first sent.
    """

    times: int
    longest_wait: int
    within: float = inf


SHORT_WAIT = 5
"""The longest wait that a rate limit may ask of a single request, in seconds."""

READ = Rule(times=2, longest_wait=SHORT_WAIT, within=10)
"""A read that failed in a way that may pass, or met a rate limit."""

WRITE = Rule(times=3, longest_wait=SHORT_WAIT)
"""A write that met a rate limit."""

BATCH = Rule(times=5, longest_wait=60)
"""Any request of a batch that met a rate limit."""


class Limited(Layer):
    """The limits in front of a server. ``say`` is told of waits of a batch, ``trace`` of others.

    ``random`` returns a number from 0 to 1. A server that could not be reached, or did not answer
    in time, is not asked again: one such wait is enough for a run.
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
        """How many requests were sent so far."""
        self._sleep = sleep
        self._monotonic = monotonic
        self._random = random
        self._say = say
        self._trace = trace
        self._gate = threading.Lock()
        self._next = -inf
        self._batch: threading.Event | None = None
        self._lost: OfflineError | None = None

    @contextmanager
    def batch(self, ended: threading.Event) -> Iterator[None]:
        """Keep the pace in a block of many requests; a rate limit holds up all of them.

        Once ``ended`` is set, a request that waits for that raises CancelledError.
        """
        self._batch = ended
        try:
            yield
        finally:
            self._batch = None

    def send(self, request: Request) -> Reply:
        """Send a request, and again after each wait that its rule allows."""
        if self._lost is not None:
            raise self._lost
        batch, first, tries = self._batch, self._monotonic(), 0
        while True:
            self._begin(batch)
            outcome = self._try(request)
            tries += 1
            rule = rule_of(request, outcome, in_batch=batch is not None)
            if rule is None or tries > rule.times:
                break
            pause = self._pause(outcome, rule, tries)
            if self._monotonic() - first + pause > rule.within:
                break
            if rule is BATCH:
                self._hold(pause)
            else:
                self._trace(f"{request.method} {request.path}: trying again in {pause:.1f} s")
                self._sleep(pause)
        if isinstance(outcome, Reply):
            return outcome
        if outcome.not_sent or not outcome.failed_fast:
            self._lost = outcome
        raise outcome

    def _begin(self, batch: threading.Event | None) -> None:
        """Count a request; one of a batch waits for its turn first."""
        with self._gate:
            while batch is not None and (left := self._next - self._monotonic()) > 0:
                if left > POLL_SECONDS and batch.is_set():
                    raise CancelledError
                self._sleep(min(left, POLL_SECONDS))
            if batch is not None:
                self._next = self._monotonic() + 1 / TOKEN_REQUESTS
            self.requests += 1

    def _try(self, request: Request) -> Reply | OfflineError:
        try:
            return self._inner.send(request)
        except OfflineError as error:
            return error

    def _pause(self, outcome: Reply | OfflineError, rule: Rule, tries: int) -> float:
        """Return how long to wait: as the server asks, else a random time that grows."""
        asked = outcome.retry_after if isinstance(outcome, Reply) else None
        if asked is not None and asked <= rule.longest_wait:
            return asked
        return self._random() * BACK_OFF * 2.0 ** (tries - 1)

    def _hold(self, seconds: float) -> None:
        """Let no request of the batch begin for so many seconds."""
        with self._gate:
            until = self._monotonic() + seconds
            if until > self._next:
                self._next = until
                self._say(f"the service asks to wait {seconds:.0f} s")


def rule_of(request: Request, outcome: Reply | OfflineError, *, in_batch: bool) -> Rule | None:
    """Return by which rule a request is sent again after an outcome; None for not at all."""
    is_read = request.method == "GET"
    if isinstance(outcome, OfflineError):
        return READ if is_read and outcome.failed_fast else None
    if outcome.status == 429 and outcome.is_refusal:
        rule = BATCH if in_batch else READ if is_read else WRITE
        asked = outcome.retry_after
        return rule if asked is not None and asked <= rule.longest_wait else None
    return READ if is_read and outcome.status >= 500 else None
