"""The types of values in the configuration; each raises ValueError for an invalid value."""

from urllib.parse import urlsplit

from clocktool.domain.time.week import WEEKDAYS
from clocktool.domain.time.zone import Zone
from clocktool.errors import UsageError


class Text(str):
    """A text of one line, not blank."""

    __slots__ = ()

    def __new__(cls, value: object) -> "Text":
        """Check a value."""
        if not isinstance(value, str) or not value.strip() or not value.isprintable():
            raise ValueError("not a text of one line")
        return super().__new__(cls, value)


class Address(Text):
    """A URL without user, query or fragment, as those may contain a password."""

    __slots__ = ()

    def __new__(cls, value: object) -> "Address":
        """Check a value."""
        parts = urlsplit(super().__new__(cls, value))
        if not parts.hostname or parts.port == 0 or any(each in str(value) for each in "@?#\\"):
            raise ValueError("not a plain URL")
        return super().__new__(cls, value)  # type: ignore[return-value]


class ZoneName(Text):
    """The name of a time zone; ``zone`` is the parsed zone."""

    zone: Zone

    def __new__(cls, value: object) -> "ZoneName":
        """Check a value."""
        self: ZoneName = super().__new__(cls, value)  # type: ignore[assignment]
        self.zone = Zone(str(self))
        return self


class Weekday(Text):
    """A day of the week in lower case; ``number`` is 0 for Monday."""

    number: int

    def __new__(cls, value: object) -> "Weekday":
        """Check a value."""
        self: Weekday = super().__new__(cls, str(value).lower())  # type: ignore[assignment]
        self.number = WEEKDAYS.index(self)
        return self


class Duration(Text):
    """A duration as text; ``seconds`` is its length."""

    seconds: int

    def __new__(cls, value: object) -> "Duration":
        """Check a value."""
        from clocktool.domain.time.duration import parse_duration

        self: Duration = super().__new__(cls, value)  # type: ignore[assignment]
        try:
            self.seconds = parse_duration(self)
        except UsageError as error:
            raise ValueError(error.message) from error
        return self
