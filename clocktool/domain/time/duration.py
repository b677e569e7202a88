"""DURATION: lengths of time, in whole seconds.

A duration has hours, minutes and seconds, but no days: a day may have 23, 24 or 25 hours.
"""

import re

from clocktool.errors import UsageError, literal

HUNDREDTH = 36
"""A hundredth of an hour, in seconds."""

LONGEST = 10_000 * 3600
"""The longest DURATION accepted, in seconds: 10,000 hours."""

_ISO = r"P(?:(\d{1,6})D)?(?:T(?=\d)(?:(\d{1,9})H)?(?:(\d{1,9})M)?(?:(\d{1,9})(?:\.\d{1,9})?S)?)?"

HINT = "use 1h30m, 90m, 1:30 (hours:minutes), 1.5h, 45s, or PT1H30M"


def parse_duration(text: str) -> int:
    """Parse a DURATION and return seconds, rounded half up.

    Raises UsageError for anything else, also for a number without a unit, for days, and for a
    duration that is zero, negative or over 10,000 hours.
    """
    words = normalize(text)
    seconds = _read(words)
    if seconds is None and words.startswith("-") and _read(words[1:].lstrip()) is not None:
        seconds = -1
    hint, why = HINT, None
    if found := re.fullmatch(r"(\d{1,3}) ?d(?:ays?)?", words):
        hint, why = f"write {int(found[1]) * 24}h", "a day may have 23 or 25 hours"
    elif seconds is None:
        from clocktool.domain.time.suggestions import similar_durations, suggest

        hint = suggest(words, [each for each in similar_durations(words) if _read(each)], HINT)
    elif seconds <= 0:
        why = "it must be longer than nothing"
    elif seconds > LONGEST:
        why = f"it is longer than {LONGEST // 3600:,} h"
    else:
        return seconds
    raise UsageError(f"invalid duration {literal(text)}", hint, why=why)


def parse_signed_duration(text: str) -> int:
    """Parse a DURATION with a sign, such as ``+15m`` or ``-1h``, and return seconds.

    Raises UsageError for a duration without a sign, and like ``parse_duration``.
    """
    words = text.strip().replace("\N{MINUS SIGN}", "-")
    sign, length = words[:1], words[1:].strip()
    if sign in ("+", "-"):
        seconds = parse_duration(length)
        return seconds if sign == "+" else -seconds
    parse_duration(words)
    raise UsageError(
        f"{literal(text)} has no sign", f"write +{words} for later, or -{words} for earlier"
    )


def parse_iso_duration(text: str) -> int:
    """Parse an ISO-8601 duration and return seconds. Fractions of a second are dropped.

    A day is 24 hours. Raises ValueError for anything else.
    """
    found = re.fullmatch(_ISO, text, re.ASCII)
    if found is None or not any(found.groups()):
        raise ValueError(f"invalid ISO-8601 duration: {text!r}")
    days, hours, minutes, seconds = (int(part or 0) for part in found.groups())
    return days * 86400 + hours * 3600 + minutes * 60 + seconds


def format_iso_duration(seconds: int) -> str:
    """Format seconds as ``PT1H30M``, without days and without zero parts; 0 is ``PT0S``.

    Raises ValueError for negative seconds.
    """
    if seconds < 0:
        raise ValueError(f"a negative duration: {seconds} s")
    hours, minutes, rest = _split(seconds)
    parts = ((hours, "H"), (minutes, "M"), (rest, "S"))
    return "PT" + ("".join(f"{number}{unit}" for number, unit in parts if number) or "0S")


def format_duration(seconds: int) -> str:
    """Format seconds for display: ``1h 05m``, ``5m``, ``45s``, ``0m``. Minutes are floored."""
    sign, (hours, minutes, rest) = "-" if seconds < 0 else "", _split(abs(seconds))
    if hours:
        return f"{sign}{hours}h {minutes:02}m"
    if rest and not minutes:
        return f"{sign}{rest}s"
    return f"{sign}{minutes}m"


def format_clock(seconds: int) -> str:
    """Format seconds as hours, minutes and seconds: ``6:23:52``."""
    hours, minutes, rest = _split(abs(seconds))
    return f"{'-' if seconds < 0 else ''}{hours}:{minutes:02}:{rest:02}"


def format_decimal(seconds: int) -> str:
    """Format seconds as hours with two decimals, rounded half away from zero: ``6.40``."""
    number = hundredths(abs(seconds))
    sign = "-" if seconds < 0 and number else ""
    return f"{sign}{number // 100}.{number % 100:02}"


def hundredths(seconds: int) -> int:
    """Convert seconds, at least 0, to hundredths of an hour, rounded half up."""
    return (seconds + HUNDREDTH // 2) // HUNDREDTH


def normalize(text: str) -> str:
    """Return typed words in lower case with single spaces.

    Returns an empty text for words that cannot be a TIME, PERIOD or DURATION: over 200 characters,
    not ASCII, or with control characters.
    """
    if len(text) > 200 or not text.isascii():
        return ""
    words = " ".join(text.split()).lower()
    return words if words.isprintable() else ""


def _read(words: str) -> int | None:
    """Parse normalized words and return seconds, also 0; None for other words."""
    if found := re.fullmatch(r"(\d+):([0-5]\d)(?::([0-5]\d))?", words):
        hours, minutes, rest = (int(part or 0) for part in found.groups())
        return hours * 3600 + minutes * 60 + rest
    if words.startswith("pt"):
        words = words[2:]
        if not re.fullmatch(r"[\d.,hms]+", words):
            return None
    found = re.fullmatch(_UNITS, words)
    parts = found.groups() if found else ()
    last = max((place for place, part in enumerate(parts) if part), default=-1)
    if last < 0 or any(re.search(r"[.,]", part or "") for part in parts[:last]):
        return None  # only the last unit may have a fraction
    seconds = sum(
        int(part or 0) * unit for part, unit in zip(parts[:last], (3600, 60), strict=False)
    )
    number, scale = _fraction(parts[last])
    return seconds + (2 * number * (3600, 60, 1)[last] + scale) // (2 * scale)


def _fraction(number: str) -> tuple[int, int]:
    """Convert a decimal number to numerator and denominator."""
    whole, _, decimals = number.replace(",", ".").partition(".")
    return int(whole + decimals), 10 ** len(decimals)


def _split(seconds: int) -> tuple[int, int, int]:
    """Split seconds into hours, minutes and seconds."""
    return seconds // 3600, seconds // 60 % 60, seconds % 60


_NUMBER = r"(\d+(?:\.\d+|,(?!\d{3}(?!\d))\d+)?|[.,]\d+)"
"""A number. A comma before exactly three digits is refused: it may separate thousands."""

_UNITS = (
    rf"(?:{_NUMBER} ?(?:h|hrs?|hours?))?"
    rf" ?(?:{_NUMBER} ?(?:m|mins?|minutes?))?"
    rf" ?(?:{_NUMBER} ?(?:s|secs?|seconds?))?"
)
