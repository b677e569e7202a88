"""What a service takes: the longest texts, the first and last time, characters that survive."""

from typing import Final

from clocktool.domain.time.instant import parse_iso

MAX_DESCRIPTION: Final = 3000
MAX_NAME: Final = 250
"""In characters."""

TOKEN_REQUESTS: Final = 50
"""How many requests an add-on token may make in a second."""

FREE_REQUESTS: Final = 30
"""How many requests all members of a workspace on the free plan may make in an hour."""

KEPT_REQUESTS: Final = 5
"""How many of these are kept for what starts and stops timers."""

MAX_NUMBER: Final = 2**53 - 1
"""The largest whole number every JSON reader keeps exact."""

EARLIEST: Final = parse_iso("1900-01-01T00:00:00Z")
LATEST: Final = parse_iso("9998-12-31T23:59:59Z")
"""What an entry may hold. Every zone can show these, which the very first and last year cannot."""


def is_storable(text: str) -> bool:
    """Return whether a text survives being stored: no NUL, no half of a surrogate pair."""
    if "\0" in text:
        return False
    if text.isascii():
        return True
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
