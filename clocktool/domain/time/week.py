"""The week: the names of its days, and where it starts. 0 is Monday, 6 is Sunday."""

from datetime import date

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
"""English names of the weekdays, as typed."""


def week_of(day: date, week_start: int) -> int:
    """Return the ordinal of the first day of a day's week; the calendar may have no such day."""
    return day.toordinal() - (day.weekday() - week_start) % 7


def first_of_week(day: date, week_start: int) -> date:
    """Return the first day of a day's week, as far as the calendar has it."""
    return date.fromordinal(max(1, week_of(day, week_start)))
