"""The names of the formats that are read, and of the orders of dates."""

from enum import StrEnum


class Source(StrEnum):
    """A format of a file of entries."""

    JSONL = "jsonl"
    CSV = "csv"
    CLOCKIFY = "clockify"
    TOGGL = "toggl"
    TIMEWARRIOR = "timewarrior"
    WATSON = "watson"
    KLOG = "klog"
    BARTIB = "bartib"


class DateOrder(StrEnum):
    """The order of day, month and year in a date."""

    DMY = "dmy"
    MDY = "mdy"
    YMD = "ymd"

    @property
    def words(self) -> str:
        """The order in words: ``day/month/year``."""
        return "/".join({"d": "day", "m": "month", "y": "year"}[part] for part in self)
