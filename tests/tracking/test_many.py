"""``Many``: one request for each of many things, a handful at once."""

import signal
import threading
from collections.abc import Callable, Sequence
from typing import TypeVar

import pytest

from clocktool.errors import (
    ClocktoolError,
    NotAllowedError,
    NotFoundError,
    OfflineError,
    RateLimitedError,
    RefusedError,
    ServerError,
    SetupError,
)
from clocktool.journal.patience import LONGEST_OF_MANY
from clocktool.tracking.many import (
    A_SECOND,
    AT_ONCE,
    MOMENT,
    MOST_WAITS,
    Many,
    Outcome,
)
from tests.tracking.servers import interrupt

T = TypeVar("T")
R = TypeVar("R")


class Clock:
    """A clock that stands still but for who sleeps by it."""

    def __init__(self) -> None:
        self.now = 100.0
        self.slept: list[float] = []
        self.said: list[str] = []

    def sleep(self, seconds: float) -> None:
        """Let time pass."""
        self.slept.append(seconds)
        self.now += seconds

    def many(self) -> Many:
        """Return what is tested, by this clock."""
        return Many(self.sleep, lambda: self.now, self.said.append)

    def run(self, things: Sequence[T], do: Callable[[T], R]) -> list[Outcome[T, R]]:
        """Run it once."""
        with self.many() as many:
            return many.run(things, do)


@pytest.fixture
def clock() -> Clock:
    """A clock of the test's own."""
    return Clock()


def failing(errors: dict[int, list[ClocktoolError]]) -> Callable[[int], str]:
    """Return a request that raises the errors of a number, one a time, then answers."""

    def do(number: int) -> str:
        if errors.get(number):
            raise errors[number].pop(0)
        return f"done {number}"

    return do


def test_outcomes_keep_the_order_of_what_was_asked(clock: Clock) -> None:
    """Whichever answer comes first, and however many there are."""
    waiting = threading.Event()

    def do(number: int) -> int:
        if number == 0:  # the first is the last to be answered
            assert waiting.wait(10)
        if number == 2:
            waiting.set()
        return number * 2

    outcomes = clock.run(range(60), do)
    assert [outcome.item for outcome in outcomes] == list(range(60))
    assert [outcome.value for outcome in outcomes] == [number * 2 for number in range(60)]


def test_a_handful_is_under_way_at_once(clock: Clock) -> None:
    """Four, not more: and four there are."""
    under_way = most = 0
    lock = threading.Lock()
    full = threading.Event()

    def do(number: int) -> int:
        nonlocal under_way, most
        with lock:
            under_way += 1
            most = max(most, under_way)
            if under_way == AT_ONCE:
                full.set()
        assert full.wait(10)
        with lock:
            under_way -= 1
        return number

    clock.run(range(80), do)
    assert most == AT_ONCE == 4


def test_never_more_than_fifty_begin_in_a_second(clock: Clock) -> None:
    """In no second, wherever it starts; runs after one another count together."""
    begun: list[float] = []
    with clock.many() as many:
        for _ in range(3):
            many.run(range(60), lambda _: begun.append(clock.now))
    assert len(begun) == 180
    begun.sort()
    in_a_second = [sum(first <= each < first + 0.999 for each in begun) for first in begun]
    assert max(in_a_second) <= A_SECOND == 50
    assert clock.now - 100 >= 179 / A_SECOND - 0.001


def test_done_counts_up_to_all(clock: Clock) -> None:
    """A bar is told of each outcome."""
    counts: list[int] = []
    with clock.many() as many:
        many.run("abc", str.upper, counts.append)
    assert counts == [1, 2, 3]


def test_nothing_is_nothing(clock: Clock) -> None:
    """No things, no requests."""
    assert clock.run([], failing({})) == []


def test_a_rate_limit_is_waited_for_and_the_request_made_again(clock: Clock) -> None:
    """It was not carried out, so that it may; nothing else begins meanwhile, and it is said."""
    limited = RateLimitedError("slow down", retry_after=7)
    outcomes = clock.run(range(20), failing({3: [limited], 11: [limited]}))
    assert [outcome.value for outcome in outcomes] == [f"done {number}" for number in range(20)]
    assert sum(clock.slept) >= 14
    assert clock.said == ["the service asks to wait 7 s"] * 2


@pytest.mark.parametrize("seconds", [LONGEST_OF_MANY + 1, 3600, None])
def test_a_long_rate_limit_ends_the_run(clock: Clock, seconds: int | None) -> None:
    """What is longer than a minute, or of unknown length, is told instead of waited for."""
    error = RateLimitedError("slow down", retry_after=seconds)
    outcomes = clock.run(range(40), failing({0: [error]}))
    assert outcomes[0].error is error
    assert sum(outcome.tried for outcome in outcomes) <= AT_ONCE + 1
    assert not outcomes[-1].tried
    assert sum(clock.slept) < 1


@pytest.mark.parametrize("error", [RefusedError("locked"), NotFoundError("gone")])
def test_a_rule_stops_its_own_thing_alone(clock: Clock, error: ClocktoolError) -> None:
    """The others go on."""
    outcomes = clock.run(range(10), failing({4: [error]}))
    assert [outcome.error for outcome in outcomes] == [None] * 4 + [error] + [None] * 5
    assert all(outcome.tried for outcome in outcomes)


ENDING = [OfflineError("broke"), ServerError("500"), SetupError("key"), NotAllowedError("paid")]


@pytest.mark.parametrize("error", ENDING)
def test_what_the_next_cannot_do_better_ends_the_run(clock: Clock, error: ClocktoolError) -> None:
    """What was under way has its outcome, the rest is not tried, and each is one of these.

    Those under way at the same time begin in any order: three before it may not have begun.
    """
    asked: list[int] = []
    answer = failing({8: [error]})

    def do(number: int) -> str:
        asked.append(number)
        if number > 8:  # however slow its thread is, it is the eighth that fails first
            assert many._ended.wait(10)
        return answer(number)

    with clock.many() as many:
        outcomes = many.run(range(100), do)
    assert outcomes[8].error is error
    before = [outcome for outcome in outcomes[:8] if outcome.tried]
    assert [outcome.value for outcome in before] == [f"done {each.item}" for each in before]
    assert len(before) >= 8 - (AT_ONCE - 1)
    assert [outcome.item for outcome in outcomes if outcome.tried] == sorted(asked)
    assert not outcomes[-1].tried
    assert len(outcomes) == 100


def test_ctrl_c_lets_what_is_under_way_end(clock: Clock) -> None:
    """Nothing else begins; the outcomes are those of the requests that were made."""
    made: list[int] = []

    def do(number: int) -> int:
        if number == 10:
            interrupt()
        if number > 10:
            assert many._ended.wait(10)
        made.append(number)
        return number

    with clock.many() as many:
        outcomes = many.run(range(200), do)
    assert many.interrupted
    assert [outcome.value for outcome in outcomes if outcome.tried] == sorted(made)
    assert 10 in made
    assert len(made) <= 11 + AT_ONCE


def test_ctrl_c_while_the_bar_is_drawn(clock: Clock) -> None:
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
            assert many._ended.wait(10)
            open_now.set()

    with clock.many() as many:
        outcomes = many.run(range(300), do, done)
    assert many.interrupted
    assert [outcome.value for outcome in outcomes if outcome.tried] == sorted(made)
    assert 5 <= len(made) <= 8 + AT_ONCE


def test_ctrl_c_is_its_own_again_afterwards(clock: Clock) -> None:
    """What Ctrl-C did before, it does after the block."""
    before = signal.getsignal(signal.SIGINT)
    clock.run(range(3), str)
    assert signal.getsignal(signal.SIGINT) is before


def test_no_sleep_is_so_long_that_ctrl_c_would_wait_for_it(clock: Clock) -> None:
    """A minute's wait is slept in pieces."""
    limited = RateLimitedError("slow down", retry_after=50)
    clock.run(range(3), failing({0: [limited]}))
    assert sum(clock.slept) >= 50
    assert max(clock.slept) <= MOMENT < 1


def test_one_that_is_always_limited_is_given_up(clock: Clock) -> None:
    """Waiting ends some time: the error is told, and nothing else is tried."""
    limited = RateLimitedError("slow down", retry_after=1)
    outcomes = clock.run([0], failing({0: [limited] * 100}))
    assert outcomes[0].error is limited
    assert clock.said == ["the service asks to wait 1 s"] * MOST_WAITS


def test_a_bug_is_no_outcome(clock: Clock) -> None:
    """What is no error of ours is passed on, and the rest is not sent first."""
    asked: list[int] = []

    def do(number: int) -> int:
        asked.append(number)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        clock.run(range(100), do)
    assert len(asked) <= AT_ONCE
