"""``Pool``: one request for each of many things, a handful at once."""

import signal
import threading
from collections.abc import Callable, Sequence
from typing import TypeVar

import pytest

from clocktool.backends.base import MAX_PARALLEL
from clocktool.errors import (
    CancelledError,
    ClocktoolError,
    NotAllowedError,
    NotFoundError,
    OfflineError,
    RateLimitedError,
    RefusedError,
    ServerError,
    SetupError,
)
from clocktool.tracking.batch import Outcome, Pool
from tests.tracking.servers import interrupt

T = TypeVar("T")
R = TypeVar("R")


def run(things: Sequence[T], do: Callable[[T], R]) -> list[Outcome[T, R]]:
    """Run it once."""
    with Pool() as many:
        return many.run(things, do)


def failing(errors: dict[int, list[ClocktoolError]]) -> Callable[[int], str]:
    """Return a request that raises the errors of a number, one a time, then answers."""

    def do(number: int) -> str:
        if errors.get(number):
            raise errors[number].pop(0)
        return f"done {number}"

    return do


def test_outcomes_keep_the_order_of_what_was_asked() -> None:
    """Whichever answer comes first, and however many there are."""
    waiting = threading.Event()

    def do(number: int) -> int:
        if number == 0:  # the first is the last to be answered
            assert waiting.wait(10)
        if number == 2:
            waiting.set()
        return number * 2

    outcomes = run(range(60), do)
    assert [outcome.item for outcome in outcomes] == list(range(60))
    assert [outcome.value for outcome in outcomes] == [number * 2 for number in range(60)]


def test_a_handful_is_under_way_at_once() -> None:
    """Four, not more: and four there are."""
    under_way = most = 0
    lock = threading.Lock()
    full = threading.Event()

    def do(number: int) -> int:
        nonlocal under_way, most
        with lock:
            under_way += 1
            most = max(most, under_way)
            if under_way == MAX_PARALLEL:
                full.set()
        assert full.wait(10)
        with lock:
            under_way -= 1
        return number

    run(range(80), do)
    assert most == MAX_PARALLEL == 4


def test_done_counts_up_to_all() -> None:
    """The bar moves with each outcome."""
    counts: list[int] = []
    with Pool() as many:
        many.run("abc", str.upper, counts.append)
    assert counts == [1, 2, 3]


def test_nothing_is_nothing() -> None:
    """No things, no requests."""
    assert run([], failing({})) == []


@pytest.mark.parametrize("error", [RefusedError("locked"), NotFoundError("gone")])
def test_a_rule_stops_its_own_thing_alone(error: ClocktoolError) -> None:
    """The others go on."""
    outcomes = run(range(10), failing({4: [error]}))
    assert [outcome.error for outcome in outcomes] == [None] * 4 + [error] + [None] * 5
    assert all(outcome.tried for outcome in outcomes)


ENDING = [
    OfflineError("broke"),
    RateLimitedError("slow"),
    ServerError("500"),
    SetupError("key"),
    NotAllowedError("paid"),
]


@pytest.mark.parametrize("error", ENDING)
def test_what_the_next_cannot_do_better_ends_the_run(error: ClocktoolError) -> None:
    """What was under way has its outcome, the rest is not tried, and each is one of these.

    Those under way at the same time begin in any order: three before it may not have begun.
    """
    asked: list[int] = []
    answer = failing({8: [error]})

    def do(number: int) -> str:
        asked.append(number)
        if number > 8:  # however slow its thread is, it is the eighth that fails first
            assert many.ended.wait(10)
        return answer(number)

    with Pool() as many:
        outcomes = many.run(range(100), do)
    assert outcomes[8].error is error
    before = [outcome for outcome in outcomes[:8] if outcome.tried]
    assert [outcome.value for outcome in before] == [f"done {each.item}" for each in before]
    assert len(before) >= 8 - (MAX_PARALLEL - 1)
    assert [outcome.item for outcome in outcomes if outcome.tried] == sorted(asked)
    assert not outcomes[-1].tried
    assert len(outcomes) == 100


def test_ctrl_c_lets_what_is_under_way_end() -> None:
    """Nothing else begins; the outcomes are those of the requests that were made."""
    made: list[int] = []

    def do(number: int) -> int:
        if number == 10:
            interrupt()
        if number > 10:
            assert many.ended.wait(10)
        made.append(number)
        return number

    with Pool() as many:
        outcomes = many.run(range(200), do)
    assert many.interrupted
    assert [outcome.value for outcome in outcomes if outcome.tried] == sorted(made)
    assert 10 in made
    assert len(made) <= 11 + MAX_PARALLEL


def test_ctrl_c_while_the_bar_is_drawn() -> None:
    """It ends the run in order, too, and not after everything was sent."""
    made: list[int] = []
    open_now = threading.Event()

    def do(number: int) -> int:
        if number >= 8:  # the bar is drawn, and Ctrl-C typed, while these are under way
            assert open_now.wait(10)
        made.append(number)
        return number

    def done(count: int) -> None:
        if count == 5:
            interrupt()
            assert many.ended.wait(10)
            open_now.set()

    with Pool() as many:
        outcomes = many.run(range(300), do, done)
    assert many.interrupted
    assert [outcome.value for outcome in outcomes if outcome.tried] == sorted(made)
    assert 5 <= len(made) <= 8 + MAX_PARALLEL


def test_ctrl_c_is_its_own_again_afterwards() -> None:
    """What Ctrl-C did before, it does after the block."""
    before = signal.getsignal(signal.SIGINT)
    run(range(3), str)
    assert signal.getsignal(signal.SIGINT) is before


def test_a_bug_is_no_outcome() -> None:
    """Any other error is passed on, and the rest is not sent first."""
    asked: list[int] = []

    def do(number: int) -> int:
        asked.append(number)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        run(range(100), do)
    assert len(asked) <= MAX_PARALLEL


def test_what_was_called_off_was_not_tried() -> None:
    """A request that still waited when the run ended counts as not tried."""

    def do(number: int) -> int:
        raise CancelledError

    assert [outcome.tried for outcome in run(range(3), do)] == [False] * 3
