"""Who is told what runs, as far as that is known."""

from typing import Protocol

from clocktool.api import entries
from clocktool.domain.entry import Entry


class Watch(entries.Watch, Protocol):
    """Is told what runs as far as is known, and knows it."""

    def running(self) -> Entry | None:
        """Return the entry that ran when one last heard."""
        ...
