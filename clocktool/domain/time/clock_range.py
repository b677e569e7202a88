"""A range of clock times in one word: ``14:00-14:20``, ``9–10:30``, ``9am..noon``."""

import re
from collections.abc import Sequence
from contextlib import suppress

import msgspec

from clocktool.domain.time.when import parse_clock
from clocktool.errors import UsageError, literal

HINT = (
    "use two clock times, like 14:00-14:20; a description that looks like that needs quotes"
    ' around all of it: "call 14:00-14:20"'
)


class ClockRange(msgspec.Struct, frozen=True):
    """The two times of a range, as typed. ``is_bare`` means that both are plain numbers."""

    start: str
    end: str
    is_bare: bool


def read_clock_range(word: str) -> ClockRange | None:
    """Return the range in a word; None for a word that doesn't look like one.

    Raises UsageError for a word that looks like a range, but has a time that does not exist, or
    says am or pm only once where that could mean two things.
    """
    found = re.fullmatch(rf"({_HALF})(?:-|–|\.\.)({_HALF})", word.strip(), re.IGNORECASE)
    if found is None:
        return None
    start, end = found.groups()
    is_bare = start.isdigit() and end.isdigit()
    try:
        first, last = parse_clock(start), parse_clock(end)
    except UsageError as error:
        if is_bare:
            return None
        raise UsageError(f"invalid range {literal(word)}", HINT, why=error.why) from None
    if first is None or last is None:
        if is_bare:
            return None
        wrong = start if first is None else end
        raise UsageError(
            f"invalid range {literal(word)}", HINT, why=f"{literal(wrong)} is not a clock time"
        )
    check_halves_of_day(start, end)
    return ClockRange(start, end, is_bare)


def refuse_near_range(words: Sequence[str]) -> None:
    """Raise UsageError if words end in what is almost a range: ``9.30-10``, ``9 - 10``, ``24-1``.

    It names the range that is meant, if that is clear.
    """
    last = "".join(words[-3:]) if words[-2:-1] in (["-"], ["–"], ["to"]) else "".join(words[-1:])
    found = re.fullmatch(rf"({_NEAR})(?:-|–|—|…|\.\.|to)({_NEAR})", last, re.IGNORECASE)
    if found is None:
        return
    start, end = (re.sub(r"[.,]", ":", each).removesuffix("h") for each in found.groups())
    hint = "use two clock times, like 14:00-14:20, or --from and --to"
    with suppress(UsageError):
        if read_clock_range(f"{start}-{end}") is not None:
            hint = f"did you mean {start}-{end}?"
    raise UsageError(f"invalid range {literal(last)}", hint)


def check_halves_of_day(start: str, end: str) -> None:
    """Raise UsageError for a range like ``9-10pm``, which may begin in the morning or evening."""
    first, last = parse_clock(start), parse_clock(end)
    if first is None or last is None or not 0 < first.hour < 12 or not start[-1:].isdigit():
        return
    if end[-2:].lower() == "pm" and first.replace(hour=first.hour + 12) < last:
        raise UsageError(
            f"invalid range {literal(f'{start}-{end}')}",
            f"write {start}am-{end} or {start}pm-{end}",
            why=f"{start} may be in the morning or in the afternoon",
        )


_NEAR = r"\d[\d:.,]*h?(?:[ap]m)?|noon|now"
_HALF = r"\d{1,4}(?::\d{1,2}){0,2}(?:[ap]m)?|noon"
