"""Batches: requests for many items succeed, whatever size a service allows."""

from collections.abc import Callable, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clocktool.errors import (
    ClocktoolError,
    NotAllowedError,
    NotFoundError,
    OfflineError,
    RateLimitedError,
    RefusedError,
    ServerError,
    TooLargeError,
)
from clocktool.tracking.batch import BATCH_SIZE, Outcome, Pool, in_batches
from tests.tracking.servers import interrupt


class Server:
    """Takes at most ``cap`` items in a request; refuses a batch with a bad item as a whole."""

    def __init__(self, cap: int = 10_000, bad: Sequence[int] = ()) -> None:
        self.cap = cap
        self.bad = set(bad)
        self.sizes: list[int] = []
        self.done: list[int] = []
        self.meanwhile: Callable[[Sequence[int]], None] = lambda _: None

    def do(self, batch: Sequence[int]) -> list[str]:
        """Take a batch, as a service does."""
        self.sizes.append(len(batch))
        if len(batch) > self.cap:
            raise TooLargeError("too many entries")
        if self.bad & set(batch):
            raise RefusedError("locked")
        self.meanwhile(batch)
        self.done += batch
        return [f"done {each}" for each in batch]


def run(
    things: Sequence[int],
    server: Server,
    *,
    size: int = BATCH_SIZE,
    done: Callable[[int], None] = lambda _: None,
) -> list[Outcome[int, str]]:
    """Send things in batches to a server."""
    with Pool() as runner:
        return in_batches(things, server.do, runner, size=size, done=done)


def test_few_things_are_one_request() -> None:
    """A hundred items go in one request, in their order."""
    server = Server()
    outcomes = run(range(BATCH_SIZE), server)
    assert server.sizes == [100]
    assert [each.value for each in outcomes] == [f"done {number}" for number in range(100)]


def test_no_things_are_no_request() -> None:
    """No request is made for an empty list."""
    server = Server()
    assert run([], server) == []
    assert server.sizes == []


def test_a_batch_that_is_too_large_makes_the_later_ones_smaller() -> None:
    """The size that the service refused is not tried again."""
    server = Server(cap=25)
    outcomes = run(range(1000), server)
    assert server.sizes == [100, 50, *[25] * 40]
    assert [each.item for each in outcomes] == server.done == list(range(1000))


def test_what_is_too_large_alone_fails_alone() -> None:
    """A service that takes none is asked no more than it must be, and each thing has the error."""
    server = Server(cap=0)
    outcomes = run(range(4), server)
    assert all(isinstance(each.error, TooLargeError) for each in outcomes)
    assert server.sizes == [4, 2, 1, 1, 1, 1]


def test_a_rule_is_narrowed_down_to_its_thing() -> None:
    """One of a hundred: seven more halvings, two requests each, and 99 are done."""
    server = Server(bad=[37])
    outcomes = run(range(100), server)
    assert [each.item for each in outcomes if each.error] == [37]
    assert server.done == [number for number in range(100) if number != 37]
    assert len(server.sizes) <= 1 + 2 * 7


def test_a_rule_does_not_make_later_chunks_smaller() -> None:
    """Only what was too large does."""
    server = Server(bad=[0])
    run(range(300), server)
    assert server.sizes[-2:] == [100, 100]


@pytest.mark.parametrize(
    "error",
    [
        OfflineError("broke"),
        ServerError("500"),
        RateLimitedError("slow", retry_after=999),
        NotAllowedError("a paid feature"),
    ],
)
def test_what_the_next_cannot_do_better_ends_the_run(error: ClocktoolError) -> None:
    """The batch has the error, each thing of it; what comes after is not tried."""
    server = Server()

    def break_off(batch: Sequence[int]) -> None:
        if 30 in batch:
            raise error

    server.meanwhile = break_off
    outcomes = run(range(100), server, size=20)
    assert [each.value is not None for each in outcomes] == [True] * 20 + [False] * 80
    assert [each.error for each in outcomes[20:40]] == [error] * 20
    assert not any(each.tried for each in outcomes[40:])
    assert server.sizes == [20, 20]


def test_a_thing_that_is_gone_is_like_a_rule() -> None:
    """Not found is of one thing, and stops nothing else."""
    server = Server()

    def gone(batch: Sequence[int]) -> None:
        if 3 in batch:
            raise NotFoundError("gone")

    server.meanwhile = gone
    outcomes = run(range(8), server)
    assert [each.item for each in outcomes if each.error] == [3]
    assert sorted(server.done) == [0, 1, 2, 4, 5, 6, 7]


def test_ctrl_c_ends_after_the_chunk_under_way() -> None:
    """That batch is done and counted; what comes after is not tried."""
    server = Server()
    server.meanwhile = lambda batch: interrupt() if 30 in batch else None
    with Pool() as runner:
        outcomes = in_batches(range(100), server.do, runner, size=20)
    assert runner.interrupted
    assert server.done == list(range(40))
    assert [each.tried for each in outcomes] == [True] * 40 + [False] * 60


def test_done_is_told_how_far_it_is() -> None:
    """After each batch, up to all of them."""
    counts: list[int] = []
    run(range(50), Server(bad=[49]), size=20, done=counts.append)
    assert counts == sorted(counts)
    assert counts[-1] == 50


@settings(max_examples=40)
@given(
    count=st.integers(0, 90),
    cap=st.integers(1, 100),
    size=st.integers(1, 100),
    bad=st.sets(st.integers(0, 89), max_size=6),
)
def test_what_is_done_is_what_is_said(count: int, cap: int, size: int, bad: set[int]) -> None:
    """Whatever a server accepts: each valid item is done once, each invalid one is named."""
    server = Server(cap, tuple(bad))
    outcomes = run(range(count), server, size=size)
    assert [each.item for each in outcomes] == list(range(count))
    assert sorted(server.done) == [each.item for each in outcomes if each.value is not None]
    assert {each.item for each in outcomes if each.error} == bad & set(range(count))
    assert all(each.tried for each in outcomes)
