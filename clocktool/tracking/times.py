"""Reads the times of a finished entry: any two of start, end and length."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta

from clocktool.domain.time.clock_range import read_clock_range, refuse_near_range
from clocktool.domain.time.duration import (
    format_duration,
    parse_duration,
    parse_signed_duration,
)
from clocktool.domain.time.instant import Instant, check_range, shift
from clocktool.domain.time.move import move
from clocktool.domain.time.when import When, parse_when
from clocktool.domain.time.zone import Zone
from clocktool.errors import FutureTimeError, RefusedError, UsageError, literal

ALLOW = "allow it with --future"


class Times:
    """Reads ``--from``, ``--to`` and ``--for``.

    ``say`` writes a note about a time that occurs twice on a day; ``last`` returns the instant of
    the TIME ``last``.
    """

    def __init__(
        self,
        now: Instant,
        zone: Zone,
        say: Callable[[str], None],
        *,
        future: bool,
        last: Callable[[], Instant],
    ) -> None:
        self._now = now
        self._zone = zone
        self._say = say
        self._future = future
        self._last = last

    def of_new(
        self, start: str | None, end: str | None, length: str | None
    ) -> tuple[Instant, Instant]:
        """Return the start and end of a new entry; with a length alone it ends now.

        A ``--to`` without a date is on the day of ``--from``.
        """
        if start is None and length is not None:
            until = self._now if end is None else self._read(end).instant
            return check_range(shift(until, -parse_duration(length))), until
        if start is not None and end is None and length is not None:
            since = self._read(start).instant
            until = check_range(shift(since, parse_duration(length)))
            self._refuse_future(until)
            return since, until
        if start is not None and end is not None and length is None:
            since = self._read(start).instant
            until = self._end(since, end)
            self._refuse_no_length(since, until)
            return since, until
        if start is not None and end is not None:
            raise UsageError("--from, --to and --for can't be used together", "use two of them")
        raise UsageError(
            "a finished entry needs two of --from, --to and --for",
            "like --from 9:00 --to 10:30, or --for 45m for one that ends now",
        )

    def of_words(
        self, words: Sequence[str], start: str | None, end: str | None, length: str | None
    ) -> tuple[Sequence[str], tuple[Instant, Instant]]:
        """Return the description of a new entry, and its start and end.

        A last or first word that is a range of clock times is the start and end, today. Two plain
        numbers, as in ``chapter 2-3``, are words if there are other times. Raises UsageError for a
        range together with other times.
        """
        has_times = (start, end, length) != (None, None, None)
        found = read_clock_range(words[-1]) if words else None
        is_first = found is None and len(words) > 1 and not has_times
        if is_first and (begun := read_clock_range(words[0])) is not None and not begun.is_bare:
            words, found = [*words[1:], words[0]], begun
        if found is None and not has_times:
            refuse_near_range(words)
        if found is None or (found.is_bare and has_times):
            return words, self.of_new(start, end, length)
        typed = words[-1]
        if has_times:
            raise UsageError(
                f"the range {literal(typed)} can't be used with --from, --to or --for",
                f'use one of them; as part of the description, put quotes around all of it: "call '
                f'{typed}"',
            )
        try:
            return words[:-1], self.of_new(found.start, found.end, None)
        except FutureTimeError as error:
            if error.correction is not None:
                error.hint = f"write --from 'yesterday {found.start}' --to {found.end}, or {ALLOW}"
            raise

    def of_moved(
        self, before: tuple[Instant, Instant | None], by: str
    ) -> tuple[Instant, Instant | None]:
        """Return the start and end of an entry, moved by a duration with a sign.

        They move by the wall clock. Of a running entry only the start moves.
        """
        found = move(*before, parse_signed_duration(by), self._zone)
        for note in found.notes:
            self._say(note)
        if found.end is not None:
            self._refuse_no_length(found.start, found.end)
        last, was = found.end or found.start, before[1] or before[0]
        if last > was:
            self._refuse_future(last, "start" if found.end is None else "end")
        return found.start, found.end

    def of_resized(
        self, before: tuple[Instant, Instant | None], longer: str | None, shorter: str | None
    ) -> tuple[Instant, Instant]:
        """Return the start and end of an entry that is made longer or shorter at its end.

        Raises RefusedError for a running entry, and if nothing is left.
        """
        since, until = before
        if until is None:
            raise RefusedError(
                "the entry is still running, so it has no end to move",
                "move its start: --shift -10m, or stop it: clocktool stop --at TIME",
            )
        if shorter is not None:
            seconds = parse_duration(shorter)
            if until - since <= seconds:
                raise RefusedError(
                    f"the entry is {format_duration(until - since)} long, so nothing would be left",
                    "use a shorter time, or delete it: clocktool delete last",
                )
            return since, shift(until, -seconds)
        after = check_range(shift(until, parse_duration(longer or "")))
        self._refuse_future(after)
        return since, after

    def of_changed(
        self,
        before: tuple[Instant, Instant | None],
        start: str | None,
        end: str | None,
        length: str | None,
    ) -> tuple[Instant, Instant | None]:
        """Return the start and end of an entry after a change.

        Times without a date are on the day of the entry. A length moves the end, or with ``--to``
        the start.
        """
        if start is not None and end is not None and length is not None:
            raise UsageError("--from, --to and --for can't be used together", "use two of them")
        since, until = before
        if start is not None:
            since = self._read(start, self._zone.day(since)).instant
        if end is not None:
            day = self._zone.day(until if until is not None and start is None else since)
            until = self._end(since, end, day) if length is None else self._read(end, day).instant
        if length is not None:
            seconds = parse_duration(length)
            if end is not None and until is not None:
                since = check_range(shift(until, -seconds))
            else:
                until = check_range(shift(since, seconds))
                self._refuse_future(until)
        if until is not None and until < since:
            raise RefusedError("an entry can't end before its start", "move both: --from and --to")
        if until is not None and (start, end, length) != (None, None, None):
            self._refuse_no_length(since, until)
        return since, until

    def _refuse_no_length(self, since: Instant, until: Instant) -> None:
        """Raise RefusedError if start and end are the same second."""
        if since == until:
            raise RefusedError(
                f"the entry would have no length: it starts and ends at"
                f" {self._zone.local_time(since):%H:%M:%S}",
                "move the start or the end, or give a length: --for 20m",
            )

    def _read(self, text: str, day: date | None = None) -> When:
        try:
            when = parse_when(
                text, self._now, self._zone, future=self._future, day=day, last=self._last
            )
        except FutureTimeError as error:
            error.hint = f"{error.correction}, or {ALLOW}" if error.correction else ALLOW
            raise
        if when.note:
            self._say(when.note)
        return when

    def _end(self, since: Instant, text: str, day: date | None = None) -> Instant:
        when = self._read(text, day or self._zone.day(since))
        if when.instant >= since:
            return when.instant
        start = self._zone.local_time(since)
        if when.bare:
            raise RefusedError(
                f"the end {self._zone.local_time(when.instant):%H:%M}"
                f" is before the start {start:%H:%M}",
                self._overnight(since, when.instant),
            )
        raise RefusedError(f"the end is before the start {start:%a %d %b %Y %H:%M}")

    def _overnight(self, since: Instant, until: Instant) -> str:
        """Return a hint for an end before the start: the afternoon, or after midnight."""
        start, end = self._zone.local_time(since), self._zone.local_time(until)
        first, last = start.date(), end.date() + timedelta(days=1)
        if last > self._zone.day(self._now) and not self._future:
            first, last = first - timedelta(days=1), last - timedelta(days=1)
        night = f"--from '{first} {start:%H:%M}' --to '{last} {end:%H:%M}'"
        afternoon = shift(until, 43_200)
        if end.hour < 12 and afternoon > since and (self._future or afternoon <= self._now):
            return f"{self._zone.local_time(afternoon):%H:%M}? or over midnight: {night}"
        return f"over midnight? write {night}"

    def _refuse_future(self, until: Instant, verb: str = "end") -> None:
        if until > self._now and not self._future:
            raise UsageError(
                f"the entry would {verb} in the future, at {self._zone.local_time(until):%a %H:%M}",
                ALLOW,
            )
