"""Points in time: whole seconds since 1970-01-01T00:00:00Z.

Local times exist only in ``domain.time.zone``. In JSON an instant is ``YYYY-MM-DDThh:mm:ssZ``.
"""

from datetime import UTC, datetime
from typing import NewType

from clocktool.errors import UsageError

Instant = NewType("Instant", int)

FIRST = Instant(-62135596800)
"""0001-01-01T00:00:00Z, the first valid instant."""

DAY = 86_400
"""The seconds of a day, where none has another length."""

LAST = Instant(253402300799)
"""9999-12-31T23:59:59Z, the last valid instant."""


def shift(instant: Instant, seconds: int) -> Instant:
    """Return the instant ``seconds`` later, or earlier if negative."""
    return Instant(instant + seconds)


def check_range(instant: Instant) -> Instant:
    """Return the instant unchanged. Raises UsageError outside the years 1 to 9999."""
    if not FIRST <= instant <= LAST:
        raise UsageError("a time is outside the years 1 to 9999", "see: clocktool help times")
    return instant


def format_iso(instant: Instant) -> str:
    """Format as ``YYYY-MM-DDThh:mm:ssZ``. Raises UsageError outside the years 1 to 9999."""
    return f"{datetime.fromtimestamp(check_range(instant), UTC).isoformat()[:19]}Z"


def parse_iso(text: str) -> Instant:
    """Parse an ISO-8601 date and time with ``Z`` or an offset. Fractions of a second are dropped.

    Raises ValueError for anything else, also without an offset.
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
