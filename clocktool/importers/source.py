"""The formats that are read, by name, and the orders that dates are written in."""

from enum import StrEnum


class Source(StrEnum):
    """What a file of entries may be."""

    JSONL = "jsonl"
    CSV = "csv"
    CLOCKIFY = "clockify"
    TOGGL = "toggl"
    TIMEWARRIOR = "timewarrior"
    WATSON = "watson"


class DateOrder(StrEnum):
    """The order of day, month and year in a date."""

    DMY = "dmy"
    MDY = "mdy"
    YMD = "ymd"

    @property
    def words(self) -> str:
        """The order in a sentence: ``day/month/year``."""
        return "/".join({"d": "day", "m": "month", "y": "year"}[part] for part in self)
