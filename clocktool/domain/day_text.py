"""The notation of a day as text: a line for each entry, as ``list`` shows it and ``add`` takes it.

09:00–10:30  Fix login page  -p ACME/Site -t Login -T dev --billable  @c4f2
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta

import msgspec

from clocktool.domain.entry import Entry
from clocktool.domain.ids import EntryId, short_ids
from clocktool.domain.naming import escape_name
from clocktool.domain.time.instant import Instant
from clocktool.domain.time.spelling import clock_text, is_second, offset_text
from clocktool.domain.time.zone import Zone
from clocktool.errors import UsageError, literal

RUNNING = "…"
COMMENT = "#"


class Clock(msgspec.Struct, frozen=True):
    """A clock time in a line, with an offset if one is written, so many days after the line's."""

    text: str
    offset: str = ""
    days: int = 0

    def __str__(self) -> str:
        return f"{self.text}{self.offset}{f'+{self.days}d' if self.days else ''}"


class Words(msgspec.Struct, frozen=True):
    """What a line says besides its times; None means that it says nothing about it."""

    description: str = ""
    project: str | None = None
    task: str | None = None
    tags: tuple[str, ...] = ()
    billable: bool | None = None
    is_break: bool = False


class Line(msgspec.Struct, frozen=True):
    """A line for an entry. ``end`` is None for a timer, ``ref`` is the end of an id or empty."""

    start: Clock
    end: Clock | None
    words: Words
    ref: str = ""
    number: int = 0

    @property
    def times(self) -> str:
        """The times as they are written."""
        return f"{self.start}–{RUNNING if self.end is None else self.end}"


class Problem(msgspec.Struct, frozen=True):
    """What is wrong with a line, and what to do."""

    number: int
    message: str
    hint: str | None = None


class DayText(msgspec.Struct, frozen=True):
    """The lines that were read from a text, and what is wrong with the others."""

    lines: tuple[Line, ...]
    problems: tuple[Problem, ...]


def line_of(entry: Entry, day: date, zone: Zone, ref: str = "") -> Line:
    """Return the line of an entry that starts on a day.

    Seconds are only shown where start and end are in the same minute: a time that isn't changed
    keeps them.
    """
    start, end = entry.start, entry.end
    whole = end is not None and _minute(start, zone) == _minute(end, zone)
    project = entry.project
    words = Words(
        description=entry.description,
        project=None
        if project is None
        else escape_name(project.name, project.client, is_ambiguous=False) or str(project.id),
        task=entry.task.label if entry.task else None,
        tags=tuple(tag.label for tag in entry.tags),
        billable=True if entry.billable else None,
        is_break=entry.is_break,
    )
    last = None if end is None else _clock(end, day, zone, with_seconds=whole)
    return Line(_clock(start, day, zone, with_seconds=whole), last, words, ref)


def refs_of(entries: Iterable[Entry]) -> dict[EntryId, str]:
    """Return how the lines of entries name them: by the shortest unique ends of their ids."""
    found = list(entries)
    short = short_ids(str(entry.id) for entry in found)
    return {entry.id: short[str(entry.id)] for entry in found}


def write(lines: Sequence[Line]) -> Iterator[str]:
    """Yield lines as text, their parts below each other."""
    texts = [
        (each.times, _description(each.words.description), _options(each.words)) for each in lines
    ]
    times = max((len(each) for each, _, _ in texts), default=0)
    words = min(40, max((len(each) for _, each, _ in texts), default=0))
    for line, (clocks, text, options) in zip(lines, texts, strict=True):
        parts = [clocks.ljust(times), text.ljust(words) if words else "", options]
        whole = "  ".join(part for part in parts if part).rstrip()
        yield f"{whole}  @{line.ref}" if line.ref else whole


def read(text: str) -> DayText:
    """Return the lines of a text, without comments and blank lines."""
    lines: list[Line] = []
    problems: list[Problem] = []
    for number, typed in enumerate(text.removeprefix("\ufeff").split("\n"), 1):
        content = typed.strip()
        if not content or content.startswith(COMMENT):
            continue
        try:
            lines.append(msgspec.structs.replace(read_line(content), number=number))
        except UsageError as error:
            problems.append(Problem(number, error.message, error.hint))
    return DayText(tuple(lines), tuple(problems))


def read_line(text: str) -> Line:
    """Return a line that was typed. Raises UsageError."""
    start, end, rest = _read_times(text)
    words, ref = _read_words(_tokens(rest))
    return Line(start, end, words, ref)


def _read_times(text: str) -> tuple[Clock, Clock | None, str]:
    """Return the times at the beginning of a line, and what follows. Raises UsageError."""
    found = next(filter(None, (each.match(text) for each in _TIMES)), None)
    if found is None:
        raise UsageError(
            f"{literal(text.split(maxsplit=1)[0])} is not a start and an end",
            "a line begins with times: 09:00–10:30, 23:00–01:30+1d, or 12:30–… for the timer",
        )
    rest = text[found.end() :]
    start = Clock(found["start"], found["start_offset"] or "")
    if not found["end"]:
        return start, None, rest
    days = int(found["days"] or 0)
    if re.fullmatch(r"24:00(?::00)?", found["end"]):
        return start, Clock("00:00", found["end_offset"] or "", days + 1), rest
    return start, Clock(found["end"], found["end_offset"] or "", days), rest


class _Token(msgspec.Struct, frozen=True):
    text: str
    is_quoted: bool = False


def _tokens(text: str) -> list[_Token]:
    """Split a text into words; a quote counts at the beginning of a word only."""
    found: list[_Token] = []
    place = 0
    while place < len(text):
        if text[place].isspace():
            place += 1
        elif text[place] == '"':
            try:
                value, place = json.JSONDecoder(strict=False).raw_decode(text, place)
            except ValueError:
                raise UsageError(
                    f"the quotes from {literal(text[place : place + 20])} on are wrong",
                    'write "…" with \\" for a quote and \\\\ for a backslash in it',
                ) from None
            found.append(_Token(value, is_quoted=True))
        elif text[place] == "'":
            end = text.find("'", place + 1)
            if end < 0:
                raise UsageError(
                    f"the quote before {literal(text[place + 1 : place + 20])} has no end",
                    "add a ' at its end",
                )
            found.append(_Token(text[place + 1 : end], is_quoted=True))
            place = end + 1
        else:
            word = re.compile(r"\S+").match(text, place)
            assert word is not None  # noqa: S101  # it begins with no blank
            found.append(_Token(word[0]))
            place = word.end()
    return found


def _read_words(tokens: Sequence[_Token]) -> tuple[Words, str]:
    """Return the words of a line and the end of an id."""
    texts: list[str] = []
    valued: dict[str, str] = {}
    tags: list[str] = []
    flags: dict[str, bool] = {}
    ref = ""
    left = list(tokens)
    while left:
        token = left.pop(0)
        if token.is_quoted or token.text[:1] not in ("-", "@") or len(token.text) == 1:
            texts.append(token.text)
        elif token.text[0] == "@":
            if ref:
                raise UsageError(f"two ids: @{ref} and {token.text}", "keep one of them")
            ref = token.text[1:].lower()
        elif token.text in _FLAGS:
            name, value = _FLAGS[token.text]
            if flags.get(name, value) != value:
                raise UsageError("--billable and --no-billable contradict each other")
            flags[name] = value
        elif token.text in _VALUED:
            if not left or (not left[0].is_quoted and left[0].text[:1] == "-"):
                raise UsageError(f"{token.text} has no value", f"write {token.text} NAME")
            name, value_text = _VALUED[token.text], left.pop(0).text
            if name == "tag":
                tags.append(value_text)
            elif name in valued:
                raise UsageError(f"{token.text} is given twice", "give it once")
            else:
                valued[name] = value_text
        else:
            raise UsageError(
                f"unknown option {literal(token.text)}",
                "a line takes -p, -t, -T, --billable, --no-billable and --break; a word of the"
                ' description that begins with - is put in quotes, like "-x"',
            )
    return (
        Words(
            description=" ".join(texts),
            project=valued.get("project"),
            task=valued.get("task"),
            tags=tuple(tags),
            billable=flags.get("billable"),
            is_break=flags.get("break", False),
        ),
        ref,
    )


def _clock(instant: Instant, day: date, zone: Zone, *, with_seconds: bool) -> Clock:
    local = zone.local_time(instant)
    text = clock_text(instant, zone) if with_seconds else f"{local:%H:%M}"
    offset = offset_text(instant, zone) if is_second(instant, zone) else ""
    return Clock(text, offset, (local.date() - day) // timedelta(days=1))


def _minute(instant: Instant, zone: Zone) -> str:
    return f"{zone.local_time(instant):%Y-%m-%d %H:%M %z}"


def _description(text: str) -> str:
    """Return a description as it is typed: in quotes if it would be read as something else."""
    words = text.split(" ")
    is_plain = all(map(_is_word, words)) and not _has_hidden(text)
    return text if is_plain or not text else _quoted(text)


def _is_word(word: str) -> bool:
    """Whether a word is read as it is: a lone dash is, an option or a quote is not."""
    return word in ("-", "@") or (word != "" and word[0] not in "-@\"'")


def _name(text: str) -> str:
    is_plain = text and text[0] not in "-@\"'" and " " not in text and not _has_hidden(text)
    return text if is_plain else _quoted(text)


def _quoted(text: str) -> str:
    shown = json.dumps(text, ensure_ascii=False)
    return "".join(_escaped(each) if _is_hidden(each) else each for each in shown)


def _escaped(character: str) -> str:
    return json.dumps(character)[1:-1]


def _has_hidden(text: str) -> bool:
    return not text.isprintable() or any(map(_is_hidden, text))


def _is_hidden(character: str) -> bool:
    return character != " " and (character.isspace() or not character.isprintable())


def _options(words: Words) -> str:
    parts = [
        *(() if words.project is None else ("-p", _name(words.project))),
        *(() if words.task is None else ("-t", _name(words.task))),
        *(part for tag in words.tags for part in ("-T", _name(tag))),
        *(() if words.billable is None else (_BILLABLE[words.billable],)),
        *(("--break",) if words.is_break else ()),
    ]
    return " ".join(parts)


_BILLABLE = {True: "--billable", False: "--no-billable"}
_FLAGS: Mapping[str, tuple[str, bool]] = {
    "--billable": ("billable", True),
    "--no-billable": ("billable", False),
    "--break": ("break", True),
}
_VALUED: Mapping[str, str] = {
    "-p": "project",
    "--project": "project",
    "-t": "task",
    "--task": "task",
    "-T": "tag",
    "--tag": "tag",
}

_ONE = r"noon|\d{1,2}(?::\d{1,2}){0,2}(?:[ap]m)?|\d{4}"
_OFFSET = r"[+-]\d\d:\d\d(?::\d\d)?"
_START = rf"(?P<start>{_ONE})(?P<start_offset>{_OFFSET})?"
_END = rf"(?:(?P<end>{_ONE})(?P<end_offset>{_OFFSET})?(?:\+(?P<days>\d{{1,4}})d)?|…|\.\.\.)(?!\S)"
_DASH = r"(?:–|—|-|\.\.)"
_TIMES = tuple(
    re.compile(each, re.IGNORECASE)
    for each in (
        rf"{_START}{_DASH}{_END}",
        rf"{_START}\s*{_DASH}\s*{_END}",
        rf"{_START}{_DASH}(?P<end>)(?!\S)",
    )
)
"""How a line begins: times in one word, with blanks around the dash, or a start alone.

Times in one word are tried first: ``9:00-10:30 - 5 apples`` ends at 10:30.
"""
