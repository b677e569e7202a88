"""The formats that are read, by name."""

from enum import StrEnum


class Source(StrEnum):
    """What a file of entries may be."""

    JSONL = "jsonl"
    CSV = "csv"
    TOGGL = "toggl"
    TIMEWARRIOR = "timewarrior"
    WATSON = "watson"
