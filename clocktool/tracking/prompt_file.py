"""The timer in a small text file, from which a shell shows it without starting a program.

The file has four lines: the start of the timer, when it was read (empty for the local workspace,
whose timer is never out of date), the description and the project, both as they are shown. It is
empty if no timer is running. ``completion/shells.py`` has the functions that read it.
"""

from collections.abc import Callable
from pathlib import Path

from clocktool.domain.entry import Entry
from clocktool.domain.time.instant import Instant
from clocktool.storage import files

FOLDER = "known"
"""The folder of the file in the data folder."""


def file_name(profile: str | None) -> str:
    """Return the name of the file of a profile; a shell can make it from $CLOCKTOOL_PROFILE."""
    return "prompt" if profile is None else f"prompt@{profile.replace('/', '_')}"


class PromptFile:
    """The file of a profile. ``shown`` returns a text as a prompt shows it, on one line."""

    def __init__(self, path: Path, *, ages: bool, shown: Callable[[str], str]) -> None:
        self._path = path
        self._ages = ages
        self._shown = shown

    def write(self, entry: Entry | None, at: Instant) -> None:
        """Write the running entry, read at an instant. Raises StorageError."""
        lines: tuple[object, ...] = ()
        if entry is not None:
            project = "" if entry.project is None else entry.project.name or ""
            texts = (self._shown(entry.description), self._shown(project))
            lines = (int(entry.start), int(at) if self._ages else "", *texts)
        text = "".join(f"{line}\n" for line in lines)
        files.replace(self._path, text.encode("utf-8", "replace"))

    def delete(self) -> None:
        """Delete the file. Raises StorageError."""
        files.remove(self._path)
