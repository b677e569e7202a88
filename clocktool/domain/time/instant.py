"""Points in time: whole seconds since 1970-01-01T00:00:00Z.

An ``Instant`` has no zone, so it cannot be read in the wrong one. Wall-clock times exist only in
``domain.zone``; on the wire an instant is always ``YYYY-MM-DDThh:mm:ssZ``.
"""

from datetime import UTC, datetime
from typing import NewType

from clocktool.errors import UsageError

Instant = NewType("Instant", int)

FIRST = Instant(-62135596800)
"""0001-01-01T00:00:00Z, the first instant that can be written."""

LAST = Instant(253402300799)
"""9999-12-31T23:59:59Z, the last one."""


def shift(instant: Instant, seconds: int) -> Instant:
    """Return the instant that many seconds later, earlier when negative."""
    return Instant(instant + seconds)


def check_range(instant: Instant) -> Instant:
    """Return an instant. Raises UsageError for one that cannot be written."""
    if not FIRST <= instant <= LAST:
        raise UsageError("a time is outside the years 1 to 9999", "see: clocktool help times")
    return instant


def format_iso(instant: Instant) -> str:
    """Return ``YYYY-MM-DDThh:mm:ssZ``. Raises UsageError outside the years 1 to 9999."""
    return f"{datetime.fromtimestamp(check_range(instant), UTC).isoformat()[:19]}Z"


def parse_iso(text: str) -> Instant:
    """Read an ISO-8601 date and time with ``Z`` or an offset; parts of a second are dropped.

    Raises ValueError for anything else, a missing offset included.
    """
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"no Z and no offset: {text!r}")
    instant = Instant((moment - _EPOCH) // _SECOND)
    if not FIRST <= instant <= LAST:
        raise ValueError(f"outside the years 1 to 9999: {text!r}")
    return instant


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SECOND = datetime(1970, 1, 1, 0, 0, 1, tzinfo=UTC) - _EPOCH
