"""Waiting for a rate limit of a few seconds: what it refuses was not carried out."""

from collections.abc import Callable
from typing import TypeVar

from clocktool.errors import RateLimitedError

T = TypeVar("T")

LONGEST_WAIT = 5
"""The longest that a ``Retry-After`` is waited for, in seconds."""

LONGEST_OF_MANY = 60
"""The same for one of many requests, which whoever makes them waits for."""

MOST_WAITS = 3


def patiently(send: Callable[[], T], sleep: Callable[[float], None]) -> T:
    """Send, waiting for a rate limit of a few seconds a few times."""
    for _ in range(MOST_WAITS):
        try:
            return send()
        except RateLimitedError as error:
            if error.retry_after is None or error.retry_after > LONGEST_WAIT:
                raise
            sleep(error.retry_after)
    return send()
