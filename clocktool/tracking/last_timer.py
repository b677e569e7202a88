"""The timer as it was last known on this machine: what a prompt shows without asking anyone.

One small file for each account and workspace, written at the end of a command that read what runs.
It is never required: where it can't be read or written, no timer is known.
"""

from collections.abc import Callable, Iterable
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

STALE = 8 * 3600
"""After so many seconds without an answer from the service what is known is marked."""


def file_name(credential: tuple[str, str] | None, base_url: str, workspace: str) -> str:
    """Return the name of the file for what is configured; of a key it holds a one-way digest only.

    Without a credential it is the local workspace's.
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


class Timer(msgspec.Struct, frozen=True):
    """The running entry or None, and when that was read; ``zone`` is the account's.

    ``told`` is the id of the entry for which a note about a forgotten timer was written.
    """

    at: Instant
    entry: Entry | None = None
    zone: str | None = None
    told: str = ""
    heard: Entry | msgspec.UnsetType | None = msgspec.UNSET
    """What the service has last shown, where changes that wait make it another."""

    def is_stale(self, now: Instant) -> bool:
        """Whether it was read too long ago to rely on."""
        return not 0 <= now - self.at <= STALE


class LastTimer:
    """The file of the last timer; ``say`` writes why it can't be used."""

    def __init__(
        self,
        path: Path,
        now: Callable[[], Instant],
        zone: Callable[[], str | None],
        say: Callable[[str], None],
    ) -> None:
        self._path = path
        self._now = now
        self._zone = zone
        self._say = say
        self._shown: list[Entry | None] = []
        self._told = ""

    def timer(self) -> Timer | None:
        """Return the timer as it was last known; None where nothing is."""
        try:
            data = files.read(self._path)
            return None if data is None else msgspec.json.decode(data, type=Timer)
        except (StorageError, msgspec.DecodeError, UnicodeDecodeError) as error:
            self._say(f"the last known timer {self._path} cannot be read: {error}")
            return None

    def is_newer(self, files: Iterable[Path]) -> bool:
        """Whether it was written after each of these files, as far as they are there.

        In the same tick of the file system's clock is not after.
        """
        try:
            written = self._path.stat().st_mtime_ns
            return all(file.stat().st_mtime_ns < written for file in files if file.exists())
        except OSError:
            return False

    def runs(self, entry: Entry) -> None:
        """Note that the timer of an entry runs, as a reply shows."""
        self._shown = [entry]

    def ended(self, entry: EntryId | None = None) -> None:
        """Note that no timer runs; with an id, only if it was that one's."""
        if entry is None or ((last := self._last()) is not None and last.id == entry):
            self._shown = [None]

    def keep(self, with_pending: Callable[[Entry | None], Entry | None]) -> None:
        """Write down the timer, where a reply has shown it or a change waits."""
        shown = self._last()
        entry = with_pending(shown)
        if self._shown or self._told or entry != self.running():
            self._write(entry, shown)

    def running(self) -> Entry | None:
        """Return the running entry as of the last command; None for nothing, or not known."""
        if self._shown:
            return self._shown[0]
        timer = self.timer()
        return None if timer is None else timer.entry

    def _last(self) -> Entry | None:
        """Return the running entry as the service has last shown it."""
        if self._shown:
            return self._shown[0]
        timer = self.timer()
        if timer is None:
            return None
        return timer.entry if timer.heard is msgspec.UNSET else timer.heard

    def new_note(self, now: Instant, zone: Zone, longest: int | None) -> str | None:
        """Return the note that the running timer may have been forgotten: once for each."""
        entry = self.running()
        if entry is None or not is_forgotten(entry, now, zone, longest):
            return None
        timer = self.timer()
        if self._told == str(entry.id) or (timer is not None and timer.told == str(entry.id)):
            return None
        self._told = str(entry.id)
        return forgotten_note(entry, now, zone, longest)

    def was_told(self, entry: Entry) -> bool:
        """Whether a note said that an entry's timer may have been forgotten."""
        timer = self.timer()
        return timer is not None and timer.told == str(entry.id)

    def forget(self) -> None:
        """Forget the timer."""
        try:
            files.remove(self._path)
        except StorageError as error:
            self._say(f"the last known timer cannot be deleted: {error}")

    def _write(self, entry: Entry | None, shown: Entry | None) -> None:
        """Write down what runs."""
        told = self._told or self._told_before(entry)
        timer = Timer(self._now(), entry, self._zone(), told)
        if shown != entry:
            timer = msgspec.structs.replace(timer, heard=shown)
        try:
            files.replace(self._path, msgspec.json.encode(timer))
        except StorageError as error:
            self._say(f"the last known timer cannot be kept: {error}")
            was = self.timer()
            if was is None or (was.entry, was.heard) != (timer.entry, timer.heard):
                self.forget()  # it is not true any more

    def _told_before(self, entry: Entry | None) -> str:
        """Return the entry of the last note, as long as that one runs."""
        timer = self.timer()
        told = "" if timer is None else timer.told
        return told if entry is not None and str(entry.id) == told else ""


def is_forgotten(entry: Entry, now: Instant, zone: Zone, longest: int | None) -> bool:
    """Whether an entry that runs, or ended just now, is over midnight or over so many seconds."""
    end = now if entry.end is None else entry.end
    if end <= entry.start:
        return False
    if longest is not None and end - entry.start > longest:
        return True
    return zone.day(entry.start) < zone.day(Instant(end - 1))


def forgotten_note(entry: Entry, now: Instant, zone: Zone, longest: int | None) -> str:
    """Return a sentence that says how long a timer ran, and the command that corrects it."""
    started = zone.local_time(entry.start)
    seconds = entry.seconds(now)
    if longest is not None and seconds > longest:
        end = Instant(entry.start + longest)
    else:  # the end of the day it was started on, as far as anyone can know
        evening = started.replace(hour=18, minute=0, second=0)
        late = started.replace(hour=23, minute=59, second=0)
        end = Instant(int((evening if evening > started else late).timestamp()))
    local = zone.local_time(end)
    if end < entry.start + 60:  # in the minute of its start: seconds count
        at = format_iso(Instant(max(end, entry.start + 1)))
    else:
        at = f"{local:%Y-%m-%d %H:%M}"
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
