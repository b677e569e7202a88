"""The tables [targets], [days_off] and [carry] of the configuration.

Their rows are parsed by ``domain.targets``, which is imported only where there are rows.
"""

from clocktool.config.declaration import FreeName, Key
from clocktool.config.values import Text
from clocktool.errors import UsageError


class WeekHours(Text):
    """Hours of weekdays, like ``mon..thu=8h fri=6h``; ``hours`` are their seconds from Monday."""

    hours: tuple[int, ...]

    def __new__(cls, value: object) -> "WeekHours":
        """Return the value if it is valid. Raises ValueError."""
        from clocktool.domain.targets import parse_week

        self: WeekHours = super().__new__(cls, value)  # type: ignore[assignment]
        try:
            self.hours = parse_week(self.split())
        except UsageError as error:
            raise ValueError(error.message) from error
        return self


class OffName(Text):
    """The name of days off; a table ``{ name = "…", half = true }`` makes them half days."""

    name: str
    half: bool

    def __new__(cls, value: object) -> "OffName":
        """Return the value if it is valid. Raises ValueError."""
        name, half = value, False
        if isinstance(value, dict):
            name, half = value.get("name"), value.get("half", False)
            if not isinstance(half, bool) or value.keys() - {"name", "half"}:
                raise ValueError("not a name, or more than a name and half")
        text = str(Text(name))
        self: OffName = super().__new__(cls, f"{text}, half" if half else text)  # type: ignore[assignment]
        self.name, self.half = text, half
        return self


class CarriedTime(Text):
    """A balance brought along, like ``-1h30m``; ``seconds`` is its length."""

    seconds: int

    def __new__(cls, value: object) -> "CarriedTime":
        """Return the value if it is valid. Raises ValueError."""
        from clocktool.domain.targets import parse_carry

        self: CarriedTime = super().__new__(cls, value)  # type: ignore[assignment]
        try:
            self.seconds = parse_carry(self)
        except UsageError as error:
            raise ValueError(error.message) from error
        return self


def _check_day(text: str) -> None:
    """Raise ValueError for anything but one day."""
    from clocktool.domain.targets import parse_days

    if ".." in text:
        raise ValueError("more than one day")
    parse_days(text)


def _check_days(text: str) -> None:
    """Raise ValueError for anything but a day or a range of days."""
    from clocktool.domain.targets import parse_days

    parse_days(text)


DAY = FreeName("DAY", "a day, like `2026-03-02`", _check_day)
DAYS = FreeName("DAYS", "a day or days, like `2026-12-24` or `2026-12-24..2026-12-26`", _check_days)

TARGETS = Key(
    dict[str, WeekHours],
    "how long to work on each weekday, from DAY on",
    "hours of weekdays, like `mon..thu=8h fri=6h`, at most 24h a day",
    "person",
    names=(DAY,),
)
DAYS_OFF = Key(
    dict[str, OffName],
    "days off, whole or half",
    'a name, like `"Christmas"`, or `{ name = "Christmas Eve", half = true }`',
    "person",
    names=(DAYS,),
)
CARRIED_TIMES = Key(
    dict[str, CarriedTime],
    "a balance brought along, from DAY on",
    "a duration with a sign, like `-1h30m`",
    "person",
    names=(DAY,),
)
