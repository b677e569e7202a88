"""The types of values in the configuration; each raises ValueError for an invalid value."""

from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import urlsplit

from clocktool.domain.time.week import WEEKDAYS
from clocktool.domain.time.zone import Zone
from clocktool.errors import UsageError

T = TypeVar("T")


class Text(str):
    """A text of one line, not blank."""

    __slots__ = ()

    def __new__(cls, value: object) -> "Text":
        """Return the value if it is valid. Raises ValueError."""
        if not isinstance(value, str) or not value.strip() or not value.isprintable():
            raise ValueError("not a text of one line")
        return super().__new__(cls, value)


class Address(Text):
    """A URL without user, query or fragment, as those may contain a password."""

    __slots__ = ()

    def __new__(cls, value: object) -> "Address":
        """Return the value if it is valid. Raises ValueError."""
        parts = urlsplit(super().__new__(cls, value))
        if not parts.hostname or parts.port == 0 or any(each in str(value) for each in "@?#\\"):
            raise ValueError("not a plain URL")
        return super().__new__(cls, value)  # type: ignore[return-value]


class ZoneName(Text):
    """The name of a time zone; ``zone`` is the parsed zone."""

    zone: Zone

    def __new__(cls, value: object) -> "ZoneName":
        """Return the value if it is valid. Raises ValueError."""
        self: ZoneName = super().__new__(cls, value)  # type: ignore[assignment]
        self.zone = Zone(str(self))
        return self


class Weekday(Text):
    """A day of the week in lower case; ``number`` is 0 for Monday."""

    number: int

    def __new__(cls, value: object) -> "Weekday":
        """Return the value if it is valid. Raises ValueError."""
        self: Weekday = super().__new__(cls, str(value).lower())  # type: ignore[assignment]
        self.number = WEEKDAYS.index(self)
        return self


class Duration(Text):
    """A duration as text; ``seconds`` is its length."""

    seconds: int

    def __new__(cls, value: object) -> "Duration":
        """Return the value if it is valid. Raises ValueError."""
        from clocktool.domain.time.duration import parse_duration

        self: Duration = super().__new__(cls, value)  # type: ignore[assignment]
        self.seconds = checked(parse_duration, self)
        return self


class RoundingRule(Text):
    """A rule of rounding as text, like ``up:15m``."""

    __slots__ = ()

    def __new__(cls, value: object) -> "RoundingRule":
        """Return the value if it is valid. Raises ValueError."""
        from clocktool.domain.rounding import NAMED_RULES, parse_rounding

        self: RoundingRule = super().__new__(cls, value)  # type: ignore[assignment]
        if self not in NAMED_RULES:
            checked(parse_rounding, self)
        return self


def checked(parse: Callable[[Any], T], value: object) -> T:
    """Return a parsed value. Raises ValueError where the function raises UsageError."""
    try:
        return parse(value)
    except UsageError as error:
        raise ValueError(error.message) from error
