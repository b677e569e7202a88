"""Invoice numbers: a pattern like ``{year}-{n:03}``, and the series that it makes.

A series is the pattern with all but ``{n}`` filled in. Its numbers count from 1 without a gap.
"""

import re
from datetime import date

import msgspec

from clocktool.errors import UsageError, literal

USUAL = "{year}-{n:03}"
"""The pattern, unless another one is configured."""

_PLACE = re.compile(r"\{(?:n(?::0(?P<width>[1-9]))?|year|month|client)\}")


class Series(msgspec.Struct, frozen=True):
    """A series of numbers: the texts around the counter, and the digits it has at least."""

    before: str
    after: str = ""
    width: int = 1

    @property
    def key(self) -> str:
        """The text that tells the series from others."""
        return f"{self.before}{{n}}{self.after}"

    def number(self, count: int) -> str:
        """Return a number of the series."""
        return f"{self.before}{count:0{self.width}}{self.after}"

    def count(self, number: str) -> int | None:
        """Return the counter in a number; None for a number that is not of the series."""
        middle = number.removeprefix(self.before).removesuffix(self.after)
        if not (middle.isascii() and middle.isdigit() and len(middle) < 10):
            return None
        return int(middle) if int(middle) and self.number(int(middle)) == number else None


def parse_pattern(text: str) -> str:
    """Return a pattern. Raises UsageError for one without a single ``{n}`` or ``{n:03}``."""
    places = list(_PLACE.finditer(text))
    counters = [each for each in places if each[0].startswith("{n")]
    rest = _PLACE.sub("", text)
    if len(counters) != 1 or "{" in rest or "}" in rest:
        raise UsageError(
            f"invalid pattern {literal(text)}",
            "write {n} or {n:03} once; {year}, {month} and {client} are filled in, too",
        )
    return text


def series_of(pattern: str, day: date, client: str) -> Series:
    """Return the series of numbers that an invoice of this day and client belongs to."""
    name = "".join(each for each in " ".join(client.split()) if each.isprintable())
    values = {"{year}": f"{day:%Y}", "{month}": f"{day:%m}", "{client}": name}
    parts, width, start = [""], 1, 0
    for found in _PLACE.finditer(pattern):
        parts[-1] += pattern[start : found.start()] + values.get(found[0], "")
        start = found.end()
        if found[0] not in values:
            width = int(found["width"] or 1)
            parts.append("")
    parts[-1] += pattern[start:]
    return Series(parts[0], parts[1], width)
