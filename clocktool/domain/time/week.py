"""Weekdays and the first day of a week. 0 is Monday, 6 is Sunday."""

from datetime import date

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
"""The English names of the weekdays, in lower case."""


def week_of(day: date, week_start: int) -> int:
    """Return the ordinal of the first day of the week of a day. It may be before the year 1."""
    return day.toordinal() - (day.weekday() - week_start) % 7


def first_of_week(day: date, week_start: int) -> date:
    """Return the first day of the week of a day, but not before the year 1."""
    return date.fromordinal(max(1, week_of(day, week_start)))
