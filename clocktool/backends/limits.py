"""Limits: retries, waits, the rate of requests and their count.

A read may be repeated. A write may have arrived, so it is sent again only after a rate limit: the
service has then not carried it out.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from math import inf
from typing import TYPE_CHECKING

import msgspec

from clocktool.backends.base import PAGE_SIZE, POLL_SECONDS, Backend, Layer, Reply, Request
from clocktool.domain.limits import TOKEN_REQUESTS
from clocktool.errors import CancelledError, OfflineError, RateLimitedError

if TYPE_CHECKING:
    from clocktool.backends.ledger import Ledger

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

    Each request is counted in the ``ledger`` before it is sent; without a ledger no quota applies.
    ``workspace`` returns the workspace for which requests without one are counted, empty while it
    is not known. With ``is_urgent`` all requests may use the last of a quota.
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
        ledger: "Ledger | None" = None,
        workspace: Callable[[], str] = lambda: "",
        is_urgent: bool = False,
    ) -> None:
        super().__init__(inner)
        self.requests = 0
        """The number of requests sent so far."""
        self._ledger = ledger
        self._workspace = workspace
        self._unassigned: tuple[int, ...] = ()
        """The counted requests of this run for which the workspace is not known yet."""
        self._is_urgent = is_urgent
        self._has_asked = False
        """Whether this run has asked for a plan."""
        self._largest = PAGE_SIZE if ledger is None else None
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

    @contextmanager
    def urgent(self) -> Iterator[None]:
        """Let the requests in the block use the last of a quota."""
        before, self._is_urgent = self._is_urgent, True
        try:
            yield
        finally:
            self._is_urgent = before

    def has_quota(self, request: Request) -> bool:
        """Whether the number of requests for the workspace of a request is limited."""
        if self._ledger is None:
            return False
        return self._ledger.quota(self._workspace_of(request)).allowed is not None

    @property
    def page_size(self) -> int:
        """The largest page size that the host takes, as far as that is known."""
        if self._largest is None and self._ledger is not None:
            self._largest = self._ledger.page_size()
        return self._largest or PAGE_SIZE

    def set_page_size(self, size: int) -> None:
        """Remember the largest page size for the host."""
        self._largest = size
        if self._ledger is not None:
            self._ledger.set_page_size(size)

    def close(self) -> None:
        """Close the inner backend and the ledger."""
        super().close()
        if self._ledger is not None:
            self._ledger.close()

    def send(self, request: Request) -> Reply:
        """Send a request, and retry as its rule allows.

        Raises RateLimitedError for a request that the ledger does not let out.
        """
        if self._offline_error is not None:
            raise self._offline_error
        self._ask_plan(request)
        batch, first, tries = self._batch, self._monotonic(), 0
        outcome: Reply | OfflineError | None = None
        while True:
            self._wait_to_start(batch)
            try:
                number = self._count(request)
            except RateLimitedError:
                if outcome is None:
                    raise
                break
            outcome = self._try(request)
            if isinstance(outcome, OfflineError) and outcome.not_sent:
                self._discount(number)
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
            self._learn(request, outcome)
            return outcome
        if outcome.not_sent or not outcome.failed_fast:
            self._offline_error = outcome
        raise outcome

    def _ask_plan(self, request: Request) -> None:
        """Ask for the plan of a workspace before many requests for it, as it may limit them.

        It is asked once in a run, and never by what is urgent, which may use all of a quota.
        """
        workspace = self._workspace_of(request)
        if self._ledger is None or self._is_urgent or self._has_asked or not workspace:
            return
        path = f"/workspaces/{workspace}"
        if request.path == path or not self._ledger.lacks_plan(workspace):
            return
        self._has_asked = True
        reply = self.send(Request("GET", path))
        if reply.status != 200:
            self._ledger.set_plan(workspace, None)

    def _wait_to_start(self, batch: threading.Event | None) -> None:
        """Wait until a request of a batch may start."""
        if batch is None:
            return
        with self._lock:
            while (left := self._next_start - self._monotonic()) > 0:
                if left > POLL_SECONDS and batch.is_set():
                    raise CancelledError
                self._sleep(min(left, POLL_SECONDS))
            self._next_start = self._monotonic() + 1 / TOKEN_REQUESTS

    def _count(self, request: Request) -> int:
        """Count a request before it leaves; return its number in the ledger."""
        with self._lock:
            number = 0
            if self._ledger is not None:
                workspace = self._workspace_of(request)
                unassigned = self._unassigned if workspace else ()
                number = self._ledger.count(
                    workspace,
                    is_write=request.method != "GET",
                    is_urgent=self._is_urgent,
                    unassigned=unassigned,
                )
                self._unassigned = () if workspace else (*self._unassigned, number)
            self.requests += 1
            return number

    def _discount(self, number: int) -> None:
        if self._ledger is not None:
            self._ledger.discount(number)

    def _workspace_of(self, request: Request) -> str:
        """Return the workspace for which a request counts, empty while it is not known."""
        parts = request.path.split("/")
        return parts[2] if len(parts) > 2 and parts[1] == "workspaces" else self._workspace()

    def _learn(self, request: Request, reply: Reply) -> None:
        """Store in the ledger what a reply tells about the allowance."""
        if self._ledger is None:
            return
        if reply.status == 429 and reply.is_refusal and reply.retry_after:
            self._ledger.block(
                self._workspace_of(request),
                reply.retry_after,
                writes_only=request.method != "GET",
            )
        elif request.method == "GET" and reply.status == 200:
            parts = request.path.split("/")
            if parts[1] == "workspaces" and len(parts) <= 3:
                for each in _plans(reply.body):
                    self._ledger.set_plan(each.id, each.plan)

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


class _Plan(msgspec.Struct, rename={"plan": "featureSubscriptionType"}):
    """The plan of a workspace, as in a reply."""

    id: str
    plan: str | None = None


def _plans(body: bytes) -> list[_Plan]:
    """Return the plans in a reply with one workspace or with a list of them."""
    try:
        found = msgspec.json.decode(body, type=list[_Plan] | _Plan)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return []
    return found if isinstance(found, list) else [found]
