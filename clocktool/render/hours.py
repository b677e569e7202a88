"""Lengths with a sign, days and times of day, as targets and balances show them."""

from datetime import date

from clocktool.domain.time.duration import format_duration
from clocktool.domain.time.instant import Instant
from clocktool.domain.time.period import Period
from clocktool.domain.time.zone import Zone


def signed(seconds: int) -> str:
    """Return a difference in whole minutes, rounded down: ``+2h 15m``, ``-30m``, ``0m``."""
    minutes = seconds - seconds % 60
    return f"{'+' if minutes > 0 else ''}{format_duration(minutes)}"


def left(seconds: int) -> str:
    """Return what is left, in minutes rounded up, so that it and the worked minutes add up."""
    return format_duration(seconds + -seconds % 60)


def end_time(instant: Instant, now: Instant, zone: Zone) -> str:
    """Return when a target is reached, in minutes rounded up: ``17:42``, ``01:30+1d``."""
    end = Instant(instant + -instant % 60)
    days = (zone.day(end) - zone.day(now)).days
    return f"{zone.local_time(end):%H:%M}{f'+{days}d' if days else ''}"


def short_day(day: date) -> str:
    """Return a day without its year: ``Mon 23 Nov``."""
    return f"{day:%a} {day.day} {day:%b}"


def days_text(days: Period) -> str:
    """Return one day or several: ``Thu 24 Dec 2026``, ``Thu 24 Dec to Sat 26 Dec 2026``."""
    last = f"{short_day(days.last)} {days.last.year:04}"
    if days.first == days.last:
        return last
    year = "" if days.first.year == days.last.year else f" {days.first.year:04}"
    return f"{short_day(days.first)}{year} to {last}"
