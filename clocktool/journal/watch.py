"""Who is told what runs, as far as that is known."""

from typing import Protocol

from clocktool.domain.entry import Entry


class Watch(Protocol):
    """Is told what runs as far as is known, and knows it."""

    def runs(self, entry: Entry) -> None:
        """Hear that an entry's timer runs."""
        ...

    def ended(self, entry: str | None = None) -> None:
        """Hear that no timer runs."""
        ...

    def running(self) -> Entry | None:
        """Return the entry that ran when one last heard."""
        ...
