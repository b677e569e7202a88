"""The last known timer in two small files, so that a prompt can show it without a request.

They are written at the end of a command that read the timer. The first is for the next commands,
one file for each account and workspace; the second is for shells. They are never required: where
they can't be read or written, no timer is known.
"""

from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from zlib import crc32

import msgspec

from clocktool.domain.entry import Entry
from clocktool.domain.ids import EntryId
from clocktool.domain.time.duration import format_duration
from clocktool.domain.time.instant import Instant, format_iso
from clocktool.domain.time.zone import Zone
from clocktool.storage import files
from clocktool.storage.failure import StorageError

FOLDER = "known"
"""The folder of both files in the data folder."""

STALE = 8 * 3600
"""The age in seconds from which a last known timer is marked as old."""


def file_name(credential: tuple[str, str] | None, base_url: str, workspace: str) -> str:
    """Return the name of the file for a configuration; it contains only a hash of the API key.

    Without a credential, it is the file of the local workspace.
    """
    if credential is None:
        return (
            f"local-{crc32(workspace.encode('utf-8', 'surrogateescape')):08x}.json"
            if workspace
            else "local.json"
        )
    from hashlib import sha256

    configured = "\n".join((base_url, *credential, workspace))
    return f"{sha256(configured.encode('utf-8', 'surrogateescape')).hexdigest()[:16]}.json"


def prompt_file_name(profile: str | None) -> str:
    """Return the name of the file for shells; a shell can make it from $CLOCKTOOL_PROFILE."""
    return "prompt" if profile is None else f"prompt@{profile.replace('/', '_')}"


class Timer(msgspec.Struct, frozen=True):
    """The running entry or None, when it was read, and the time zone of the account."""

    at: Instant
    entry: Entry | None = None
    zone: str | None = None
    noted: str = msgspec.field(default="", name="told")
    """The id of the entry for which a note about a forgotten timer was written."""
    from_service: Entry | msgspec.UnsetType | None = msgspec.field(
        default=msgspec.UNSET, name="heard"
    )
    """The running entry in the last reply, if changes that are not sent yet make it another."""

    def is_stale(self, now: Instant) -> bool:
        """Whether the timer was read too long ago to rely on."""
        return not 0 <= now - self.at <= STALE


class LastTimer:
    """Reads and writes both files; ``path`` is that for commands, ``prompt`` that for shells.

    ``ages`` says that another machine may change the timer, so that it gets out of date. ``say``
    writes a note if the files can't be used.
    """

    def __init__(
        self,
        path: Path,
        prompt: Path,
        now: Callable[[], Instant],
        say: Callable[[str], None],
        *,
        ages: bool,
    ) -> None:
        self._path = path
        self._prompt = prompt
        self._now = now
        self._say = say
        self._ages = ages
        self._shown: list[Entry | None] = []
        self._noted = ""

    def timer(self) -> Timer | None:
        """Return the last known timer, or None."""
        try:
            data = files.read(self._path)
            return None if data is None else msgspec.json.decode(data, type=Timer)
        except (StorageError, msgspec.DecodeError, UnicodeDecodeError) as error:
            why = error.why if isinstance(error, StorageError) else "it is damaged"
            self._say(f"the last known timer {self._path} can't be read: {why}")
            return None

    def is_newer(self, files: Iterable[Path]) -> bool:
        """Whether the file was written after each of these files that exists and has content.

        SQLite creates an empty log for a read. Equal times are not "after": both may be written in
        one tick of the file system's clock.
        """
        try:
            written = self._path.stat().st_mtime_ns
            others = [file.stat() for file in files if file.exists()]
        except OSError:
            return False
        return all(other.st_mtime_ns < written for other in others if other.st_size)

    @property
    def is_read(self) -> bool:
        """Whether this run has read which timer is running."""
        return bool(self._shown)

    def on_running(self, entry: Entry) -> None:
        """Note that a reply shows an entry as running."""
        self._shown = [entry]

    def on_ended(self, entry: EntryId | None = None) -> None:
        """Note that no timer is running; with an id, only if that entry was the timer."""
        if entry is None or ((last := self._last(self.timer())) is not None and last.id == entry):
            self._shown = [None]

    @property
    def may_be_sent(self) -> bool:
        """Whether a change of the timer in the file waited, and this run has not read the timer."""
        if self._shown:
            return False
        timer = self.timer()
        return timer is not None and timer.from_service is not msgspec.UNSET

    def on_known(self, entry: Entry | None) -> None:
        """Note which timer is known to run, from another file on this machine."""
        self._shown = [entry]

    def save(
        self, zone: str | None, overlay: Callable[[Entry | None], Entry | None] | None = None
    ) -> None:
        """Write the files if a reply has shown the timer, or a pending change concerns it.

        ``zone`` is that of the account. ``overlay`` applies the pending changes.
        """
        before = self.timer() or Timer(Instant(0))
        shown = self._last(before)
        entry = shown if overlay is None else overlay(shown)
        if not (self._shown or self._noted or entry != before.entry):
            return
        noted = self._noted
        if not noted and entry is not None and str(entry.id) == before.noted:
            noted = before.noted
        timer = Timer(self._now(), entry, zone, noted)
        if shown != entry:
            timer = msgspec.structs.replace(timer, from_service=shown)
        try:
            files.replace(self._path, msgspec.json.encode(timer))
        except StorageError as error:
            self._say(f"the last known timer can't be written: {error}")
            if (before.entry, before.from_service) != (timer.entry, timer.from_service):
                self.delete()  # it is out of date
        try:
            files.replace(self._prompt, self._prompt_text(entry, timer.at))
        except StorageError as error:
            self._say(f"the timer of the prompt can't be written: {error}")
            with suppress(StorageError):
                files.remove(self._prompt)  # it is out of date

    def _prompt_text(self, entry: Entry | None, at: Instant) -> bytes:
        """Return the file for shells, which ``completion/shells.py`` reads: empty without a timer.

        Its four lines are the start of the timer, when it was read (empty for a timer that is never
        out of date), the description and the project, both as they are shown.
        """
        if entry is None:
            return b""
        from clocktool.render.text import shortened

        read = int(at) if self._ages else ""
        project = "" if entry.project is None else entry.project.name or ""
        texts = f"{shortened(entry.description)}\n{shortened(project)}\n"
        return f"{int(entry.start)}\n{read}\n{texts}".encode("utf-8", "replace")

    def running(self) -> Entry | None:
        """Return the last known running entry; None if no timer is running, or none is known."""
        if self._shown:
            return self._shown[0]
        timer = self.timer()
        return None if timer is None else timer.entry

    def _last(self, timer: Timer | None) -> Entry | None:
        """Return the running entry in the last reply of the service; ``timer`` is the file."""
        if self._shown:
            return self._shown[0]
        if timer is None:
            return None
        return timer.entry if timer.from_service is msgspec.UNSET else timer.from_service

    def new_note(self, entry: Entry, now: Instant, zone: Zone, longest: int | None) -> str | None:
        """Return the note that the running timer may have been forgotten: once for each entry."""
        if not is_forgotten(entry, now, zone, longest):
            return None
        timer = self.timer()
        if self._noted == str(entry.id) or (timer is not None and timer.noted == str(entry.id)):
            return None
        self._noted = str(entry.id)
        return forgotten_note(entry, now, zone, longest)

    def is_noted(self, entry: Entry) -> bool:
        """Whether a note said that an entry's timer may have been forgotten."""
        timer = self.timer()
        return timer is not None and timer.noted == str(entry.id)

    def delete(self) -> None:
        """Delete the files."""
        try:
            files.remove(self._prompt)
            files.remove(self._path)
        except StorageError as error:
            self._say(f"the last known timer can't be deleted: {error}")


def is_forgotten(entry: Entry, now: Instant, zone: Zone, longest: int | None) -> bool:
    """Whether an entry spans midnight, or is longer than ``longest`` seconds."""
    end = now if entry.end is None else entry.end
    if end <= entry.start:
        return False
    if longest is not None and end - entry.start > longest:
        return True
    return zone.day(entry.start) < zone.day(Instant(end - 1))


def likely_end(entry: Entry, now: Instant, zone: Zone, longest: int | None) -> str:
    """Return a TIME at which a forgotten timer may have been meant to end."""
    from clocktool.domain.time.spelling import time_text

    started = zone.local_time(entry.start)
    if longest is not None and entry.seconds(now) > longest:
        end = Instant(entry.start + longest)
    else:  # a guess: 18:00 on the day of the start, or else 23:59
        evening = started.replace(hour=18, minute=0, second=0)
        late = started.replace(hour=23, minute=59, second=0)
        end = Instant(int((evening if evening > started else late).timestamp()))
    if end < entry.start + 60:  # in the minute of its start: seconds count
        return format_iso(Instant(max(end, entry.start + 1)))
    return time_text(Instant(end - zone.local_time(end).second), zone)


def forgotten_note(entry: Entry, now: Instant, zone: Zone, longest: int | None) -> str:
    """Return a sentence that says how long a timer ran, and the command that corrects it."""
    started = zone.local_time(entry.start)
    seconds = entry.seconds(now)
    at = likely_end(entry, now, zone, longest)
    since = f"since {started:%a} {started.day} {started:%b} {started:%H:%M}"
    named = f"'{entry.description}'" if entry.description else "The timer"
    if entry.end is None:
        return (
            f"{named} runs {since}, {format_duration(seconds)}."
            f" If it was forgotten: clocktool stop --at '{at}'"
        )
    return (
        f"{named} ran {since}, {format_duration(seconds)}."
        f" If it was forgotten: clocktool edit {str(entry.id)[-8:]} --to '{at}'"
    )
