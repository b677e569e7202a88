"""Suggestions for an invalid TIME, PERIOD or DURATION, for hints like "did you mean 9:30?".

They are only shown in errors. Callers leave out suggestions that are not valid themselves.
"""

import re
from collections.abc import Iterator, Sequence


def suggest(words: str, near: Sequence[str], accepted: str) -> str:
    """Return a hint: the suggestions in ``near``, or else ``accepted``, the accepted forms."""
    if near:
        shown = [f'"{each}"' if " " in each else each for each in dict.fromkeys(near)]
        return f"did you mean {' or '.join(shown[:3])}?"
    if re.search(r"(?<!\d)\d\d?([./-])\d\d?\1\d{2,4}(?!\d)", words):
        return "write the day as 2026-11-24"
    return accepted


def similar_times(words: str) -> Iterator[str]:
    """Yield texts similar to an invalid TIME."""
    if words[:1] in ("-", "+"):
        for length in similar_durations(words[1:].strip()):
            yield f"{words[0]}{length}"
        return
    if words.endswith(" ago"):
        for length in similar_durations(words.removesuffix(" ago")):
            yield f"{length} ago"
        return
    if found := re.fullmatch(r"now ?([-+]) ?(.+)", words):
        yield f"{found[1]}{found[2]}"
    if found := re.fullmatch(r"(?:last )?(.+?) (?:at|@) ?(.+)", words):
        yield f"{found[1]} {found[2]}"
    if found := re.fullmatch(r"(?:at|@|last) ?(.+)", words):
        yield found[1]
        yield from similar_times(found[1])
    for clock in _similar_clock_times(words):
        yield clock
    day, _, clock = words.partition(" ")
    for each in _similar_clock_times(clock):
        yield f"{day} {each}"
    for date in _similar_dates(day):
        yield f"{date} {clock}" if clock else f"{date} 9:00"
    clock, _, day = words.rpartition(" ")
    if clock:
        yield f"{day} {clock}"
    if re.search(r"\d ?[hms]", words):
        yield f"-{words}"


def similar_periods(words: str, names: Sequence[str]) -> Iterator[str]:
    """Yield texts similar to an invalid PERIOD."""
    joined = re.sub(r"[-_ ]", "", words)
    if meant := [name for name in names if joined == name.replace("-", "")]:
        yield from meant
        return
    for name in names:
        if joined in (f"this{name}", f"{name.replace('-', '')}s"):
            yield name
    if found := re.fullmatch(r"(?:last )?(\d+) ?(?:days?|d)", words):
        yield f"{found[1]}d"
    if found := re.fullmatch(r"(\d+) ?(?:weeks?|w)", words):
        yield f"{int(found[1][:4]) * 7}d"
    if found := re.fullmatch(r"(\d{4})[-/. ]?([qw]) ?(\d\d?)", words):
        yield f"{found[1]}-{found[2].upper()}{found[3].zfill(2 if found[2] == 'w' else 1)}"
    if found := re.fullmatch(r"(.+?) ?(?:\.\.\.|-| to ) ?(.+)", words):
        yield f"{found[1]}..{found[2]}"
    for dash in re.finditer(r"(?<=.)-(?=\d{4})", words):
        yield f"{words[: dash.start()]}..{words[dash.end() :]}"
    if found := re.fullmatch(r"(\S+) (\S+)", words):
        yield f"{found[1]}..{found[2]}"
    yield from _similar_dates(words)
    if len(words) > 3:
        from difflib import get_close_matches

        yield from get_close_matches(words, names, 2, 0.75)


def similar_durations(words: str) -> Iterator[str]:
    """Yield texts similar to an invalid DURATION."""
    if re.fullmatch(r"\d{1,5}", words):
        yield f"{words}m"
        yield f"{words}h"
    if found := re.fullmatch(r"(\d+) ?h(?:ours?)? ?(\d+)", words):
        yield f"{found[1]}h{found[2]}m"
    if found := re.fullmatch(r"(\d+):(\d)", words):
        yield f"{found[1]}:0{found[2]}"
    if found := re.fullmatch(r"(\d+)[.,](\d+)", words):
        yield f"{found[1]}.{found[2]}h"
        yield f"{found[1]}:{found[2]}"
    if found := re.fullmatch(r"(\d+),(\d{3}) ?(h|m|s)\w*", words):
        yield f"{found[1]}.{found[2]}{found[3]}"
        yield f"{found[1]}{found[2]}{found[3]}"
    if found := re.fullmatch(r"(\d+) ?m(?:in\w*)? ?(\d+) ?h\w*", words):
        yield f"{found[2]}h{found[1]}m"
    if " and " in words:
        yield words.replace(" and ", " ")


def _similar_clock_times(words: str) -> Iterator[str]:
    """Yield times of day similar to an invalid one."""
    if found := re.fullmatch(r"(\d\d?) ?(?:[.,h]| ) ?(\d\d)((?: ?[ap]m)?)", words):
        yield f"{found[1]}:{found[2]}{found[3]}"
    if found := re.fullmatch(r"(\d\d?) ?(?:h|o'?clock|uhr)", words):
        yield f"{found[1]}:00"
    if words == "midnight":
        yield "0:00"
    if words == "midday":
        yield "noon"


def _similar_dates(words: str) -> Iterator[str]:
    """Yield dates similar to an invalid one. Only year first: other orders are ambiguous."""
    if found := re.fullmatch(r"(\d{4})[-/.](\d\d?)(?:[-/.](\d\d?))?", words):
        yield "-".join(part.zfill(2) for part in found.groups() if part)
