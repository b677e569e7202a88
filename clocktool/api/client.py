"""The service's client: the twelve operations on time entries, and the directory."""

import msgspec

from clocktool.api.directory import Directory
from clocktool.api.entries import TimeEntries


class Client(msgspec.Struct, frozen=True):
    """The client of the service; both parts send their requests by one session."""

    entries: TimeEntries
    directory: Directory
