"""Requests that name many things at once: chunks that get through, whatever the service takes."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from clocktool.errors import TooLargeError
from clocktool.tracking.many import Many, Outcome

T = TypeVar("T")
R = TypeVar("R")

CHUNK = 100
"""How many things one request names, to begin with; a service that finds it too many says so."""


def in_chunks(
    things: Sequence[T],
    do: Callable[[Sequence[T]], list[R]],
    many: Many,
    *,
    size: int = CHUNK,
    done: Callable[[int], None] = lambda _: None,
) -> list[Outcome[T, R]]:
    """Do something to things in chunks, and return what became of each, in their order.

    A chunk that is refused is halved, until what is refused stands alone: one bad entry stops
    nothing else. One that was too large makes those after it as small. What leaves an outcome
    unknown ends the run; the rest is not tried.
    """
    outcomes: dict[int, Outcome[T, R]] = {}
    waiting = [
        range(start, min(start + size, len(things))) for start in range(0, len(things), size)
    ]
    while waiting and not many.interrupted:
        places = waiting.pop(0)
        if len(places) > size:
            waiting[:0] = _halves(places)
            continue
        (result,) = many.run([[things[place] for place in places]], do)
        error = result.error
        if error is not None and error.about_one and len(places) > 1:
            if isinstance(error, TooLargeError):
                size = max(1, len(places) // 2)
            waiting[:0] = _halves(places)
            continue
        for number, place in enumerate(places):
            value = None if result.value is None else result.value[number]
            outcomes[place] = Outcome(things[place], value, error)
        done(len(outcomes))
        if (error is not None and not error.about_one) or not result.tried:
            break
    return [outcomes.get(place, Outcome(thing)) for place, thing in enumerate(things)]


def _halves(places: range) -> list[range]:
    middle = (places.start + places.stop) // 2
    return [range(places.start, middle), range(middle, places.stop)]
