"""Limits of the service: lengths of texts, the first and last time, allowed characters."""

from typing import Final

from clocktool.domain.time.instant import parse_iso

MAX_DESCRIPTION: Final = 3000
MAX_NAME: Final = 250
MAX_TASK_NAME: Final = 1000
"""All in characters."""

TOKEN_REQUESTS: Final = 50
"""The number of requests that an add-on token may make in a second."""

FREE_REQUESTS: Final = 30
"""How many requests all members of a workspace on the free plan may make in an hour."""

KEPT_REQUESTS: Final = 5
"""How many of these are kept for what starts and stops timers."""

MAX_NUMBER: Final = 2**53 - 1
"""The largest whole number that every JSON reader keeps exact."""

EARLIEST: Final = parse_iso("1900-01-01T00:00:00Z")
LATEST: Final = parse_iso("9998-12-31T23:59:59Z")
"""The first and last time of an entry. Every zone can show these as local times."""


def is_storable(text: str) -> bool:
    """Return whether a text can be stored: it has no NUL and no lone surrogate."""
    if "\0" in text:
        return False
    if text.isascii():
        return True
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
