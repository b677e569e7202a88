"""Kinds of values: the word in the help, and the candidates for completion.

The kind of an option or argument is its metavar; completion needs nothing else from it.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Protocol, Self

import msgspec

NEWEST = 20
"""The number of entries that TAB offers while nothing of an id is typed yet."""


class Described(Protocol):
    """What completion needs of a command."""

    @property
    def commands(self) -> Mapping[str, str]:
        """The commands below it, each with its help."""
        ...


class Candidate(msgspec.Struct, frozen=True):
    """A possible word at the cursor, its help, and another text by which it may be found.

    ``by_part`` says that any part of it finds it, as on the command line; the beginning goes first.
    """

    value: str
    help: str = ""
    also: str = ""
    by_part: bool = False


FILES = Candidate("\x1f")
"""Stands for the names of files, which the shell itself offers."""


def matching(candidates: Iterable[Candidate], begun: str) -> list[Candidate]:
    """Return the candidates with a prefix, in any case; if there are none, those with the part."""
    typed, found = begun.casefold(), list(candidates)

    def fits(each: Candidate, where: Callable[[str], bool]) -> bool:
        return each is FILES or any(
            where(text.casefold()) for text in (each.value, each.also) if text
        )

    starting = [each for each in found if fits(each, lambda text: text.startswith(typed))]
    return starting or [
        each for each in found if each.by_part and fits(each, lambda text: typed in text)
    ]


class Query(msgspec.Struct, frozen=True):
    """A request for candidates: the typed command line, and functions to read names."""

    begun: str
    """The incomplete value at the cursor."""
    words: Sequence[str]
    """The arguments before the cursor; empty for the value of an option."""
    given: Mapping["Kind", str]
    """The values of the options before the cursor, by kind."""
    rows: Callable[[str], list[tuple[str, ...]]]
    """Returns the rows of a kind from the files on this machine: ``project``, ``entry`` …"""
    time: Callable[[str], str]
    """Returns an instant, in seconds, as a person reads it: ``Tue 24 Nov 09:00``."""
    config: Callable[[], Mapping[str, Mapping[str, object]]]
    """Returns the tables of the configuration file: ``profiles``, ``aliases`` …"""
    describe: Callable[[Sequence[str]], Described]
    """Returns a command by the path of its names."""


Values = Callable[[Query], Iterable[Candidate]]
"""Returns the candidates for a value; those without the typed prefix are removed later."""


class Kind(str):
    """A kind of value: its word in the help, with functions that return its candidates."""

    __slots__ = ("values",)
    values: tuple[Values, ...]

    def __new__(cls, word: str, *values: Values) -> Self:
        """Create a kind; the candidates are offered in the order of the functions."""
        made = super().__new__(cls, word)
        made.values = values
        return made

    def __eq__(self, other: object) -> bool:
        """Two kinds with the same word are different."""
        return self is other if isinstance(other, Kind) else str.__eq__(self, other)

    __hash__ = str.__hash__

    def candidates(self, asked: Query) -> Iterator[Candidate]:
        """Yield the candidates for a value."""
        for each in self.values:
            yield from each(asked)


def fixed(*words: str) -> Values:
    """Return a function that always returns these words; other values may be valid, too."""
    return lambda _: map(Candidate, words)


def explained(words: Mapping[str, str]) -> Values:
    """Return a function that always returns these words, each with its help."""
    return lambda _: map(Candidate, words, words.values())


def files(_: Query) -> Iterator[Candidate]:
    """Yield what stands for the names of files."""
    yield FILES


def names(kind: str) -> Values:
    """Return a function that reads the names of a kind from the files on this machine."""
    return lambda asked: (Candidate(name, by_part=True) for (name,) in asked.rows(kind))


def _projects(asked: Query, kind: str = "project") -> Iterator[Candidate]:
    """Yield the names of projects, with the client where a name is not unique or a slash is typed.

    Where what is typed is a name as it is shown, ``Site · A``, so are the candidates.

    After a slash at the start projects without a client are offered, too.
    """
    from clocktool.domain.naming import JOINT, escape_name, shown_name

    rows, whole = asked.rows(kind), "/" in asked.begun
    names = [name.casefold() for name, _ in rows]
    for name, client in rows:
        if JOINT.rstrip() in asked.begun:
            yield Candidate(shown_name(name, client), by_part=True)
            continue
        is_ambiguous = names.count(name.casefold()) > 1
        if is_ambiguous or (whole and client) or asked.begun.startswith("/"):
            label = escape_name(name, client, is_ambiguous=True)
            yield Candidate(label, also=name, by_part=True)
        else:
            yield Candidate(name, client, by_part=True)


def _tasks(asked: Query, kind: str = "task") -> Iterator[Candidate]:
    """Yield the tasks of the given project, or all tasks if none is given or it is unknown.

    The project is named as on every command line: whole, by its beginning or by a part.
    """
    from clocktool.domain.naming import escape_name, match_names, shown_name

    rows = asked.rows(kind)
    if project := asked.given.get(PROJECT):
        listed = [*asked.rows("project"), *(row[1:] for row in rows)]
        of = list(dict.fromkeys((name, client) for name, client in listed))
        found = (
            match_names(project, of, lambda each: each[0])
            or match_names(project, of, lambda each: escape_name(*each, is_ambiguous=True))
            or match_names(project, of, lambda each: shown_name(*each))
        )
        rows = [row for row in rows if row[1:] in found] if found else rows
    yield from (Candidate(name, of, by_part=True) for name, of, _ in rows)


def _fields(asked: Query) -> Iterator[Candidate]:
    yield from (Candidate(f"{name}=") for (name,) in asked.rows("field"))


def _profiles(asked: Query) -> Iterator[Candidate]:
    yield Candidate("local", "the local workspace")
    yield from map(Candidate, asked.config().get("profiles", {}))


def _entries(asked: Query) -> Iterator[Candidate]:
    """Yield the words for entries, then ids, the newest first and short as in ``list``.

    The help of an id is the start, the description and the project of its entry.
    """
    from clocktool.domain.ids import short_ids

    yield Candidate("current", "the running timer")
    yield Candidate("last", "the newest finished entry")
    yield Candidate("last~1", "the one before")
    yield Candidate("that", "what the last command made or changed")
    rows = asked.rows("entry")
    short = short_ids(entry for entry, *_ in rows)
    for entry, text, project, start in rows if asked.begun else rows[:NEWEST]:
        if asked.begun.lower() in short[entry]:
            what = " · ".join(filter(None, (asked.time(start), text, project)))
            yield Candidate(short[entry], what, by_part=True)


def _descriptions(asked: Query) -> Iterator[Candidate]:
    """Yield the different descriptions of entries, the newest first."""
    texts = dict.fromkeys(text for _, text, *_ in asked.rows("entry") if text)
    return (Candidate(text, by_part=True) for text in texts)


def _next_words(asked: Query) -> Iterator[Candidate]:
    """Yield the next word of descriptions that match so far, all other words in an open quote."""
    before = [word.casefold() for word in asked.words]
    for text in (each.value for each in _descriptions(asked)):
        parts = text.split()
        rest = parts[len(before) :]
        if rest and [part.casefold() for part in parts[: len(before)]] == before:
            yield Candidate(" ".join(rest) if " " in asked.begun else rest[0], text)


def _zones(_: Query) -> Iterator[Candidate]:
    """Yield the names of time zones, from a file: looking for all of them takes 100 ms."""
    from importlib.resources import files

    names = files("tzdata").joinpath("zones").read_text("ascii").split()
    yield from (Candidate(name, by_part=True) for name in sorted(names))


def numbers(kind: str) -> Values:
    """Return what gives the numbers of changes, with time, command and perhaps a description."""
    return lambda asked: (
        Candidate(number, " · ".join(filter(None, (asked.time(at), command, *text))))
        for number, command, at, *text in asked.rows(kind)
    )


def _invoices(asked: Query) -> Iterator[Candidate]:
    yield from (Candidate(number, client) for number, client in asked.rows("invoice"))


def _entries_or_words(asked: Query) -> Iterator[Candidate]:
    """Yield entries for the first word; once something is typed, also words of descriptions."""
    if not asked.words:
        yield from _entries(asked)
    if asked.words or asked.begun:
        yield from _next_words(asked)


def _weekdays(_: Query) -> Iterator[Candidate]:
    from clocktool.domain.time.week import WEEKDAYS

    yield from map(Candidate, WEEKDAYS)


_PERIODS = explained(
    {"today": "", "yesterday": ""}
    | {
        word: text
        for unit in ("week", "month", "quarter", "year")
        for word, text in ((unit, f"this {unit}"), (f"last-{unit}", f"the {unit} before"))
    }
    | {"7d": "7 days, today included", "mon..fri": "of this week", "all": "everything"}
)


def _periods(asked: Query) -> Iterator[Candidate]:
    """Yield the periods, for the first word only."""
    if not asked.words:
        yield from _PERIODS(asked)
        yield from _weekdays(asked)


def _units(asked: Query) -> Iterator[Candidate]:
    """Yield the second word of a period, such as ``week`` in ``last week``."""
    if [word.lower() for word in asked.words] in (["this"], ["last"]):
        yield from map(Candidate, ("week", "month", "quarter", "year"))


PROJECT = Kind("NAME", _projects)
OTHER_PROJECT = Kind("NAME", _projects)
"""A project that does not limit the offered tasks, as with ``--not-project``."""
TASK = Kind("NAME", _tasks)
TAG = Kind("NAME", names("tag"))
CLIENT = Kind("NAME", names("client"))
PROJECTS = Kind("NAME...", _projects)
TASKS = Kind("NAME...", _tasks)
TAGS = Kind("NAME...", names("tag"))
CLIENTS = Kind("NAME...", names("client"))
ARCHIVED_PROJECTS = Kind("NAME...", lambda asked: _projects(asked, "archived project"))
DONE_TASKS = Kind("NAME...", lambda asked: _tasks(asked, "done task"))
ARCHIVED_TAGS = Kind("NAME...", names("archived tag"))
ARCHIVED_CLIENTS = Kind("NAME...", names("archived client"))
MERGED_PROJECTS = Kind("FROM... INTO", _projects)
MERGED_TASKS = Kind("FROM... INTO", _tasks)
MERGED_TAGS = Kind("FROM... INTO", names("tag"))
MERGED_CLIENTS = Kind("FROM... INTO", names("client"))
USER = Kind("NAME", names("user"))
USERS = Kind("NAME", fixed("all"), names("user"))
WORKSPACE = Kind("NAME", names("workspace"))
PROFILE = Kind("NAME", _profiles)
FIELD = Kind("NAME=VALUE", _fields)
DESCRIPTION = Kind("TEXT", _descriptions)
WORDS = Kind("[WORDS]...", _next_words)
REF = Kind("REF", _entries)
OPTIONAL_REF = Kind("[REF]", _entries)
REF_OR_DAY = Kind("[REF | DAY]", _entries, fixed("today", "yesterday"), _weekdays)
REF_OR_WORDS = Kind("[REF | WORDS...]", _entries_or_words)
REFS = Kind("REF...", _entries)
PERIOD = Kind("[PERIOD]", _periods, _units)
ONE_PERIOD = Kind("PERIOD", _periods)
PERIOD_OR_REFS = Kind("[PERIOD | REF...]", _periods, _entries)
DAY = Kind("DAY", fixed("today", "yesterday"), _weekdays)
DAYS = Kind("PERIOD", fixed("today", "mon..fri", "tomorrow"), _weekdays)
TIME = Kind(
    "TIME",
    explained(
        {
            "now": "",
            "noon": "12:00",
            "last": "when the last entry ended",
            "-15m": "15 minutes ago",
            "-30m": "30 minutes ago",
            "yesterday": "with a time, in quotes: 'yesterday 17:30'",
        }
    ),
)
TIMES = Kind("TIME...", *TIME.values)
DURATION = Kind("DURATION", fixed("15m", "30m", "1h", "1h30m"))
UNIT = Kind("UNIT", fixed("week", "month", "quarter", "year"))
SIZE = Kind("SIZE", fixed("10h", "40h", "120h"))
CURRENCY = Kind("[CURRENCY]", fixed("EUR", "USD", "GBP", "CHF", "JPY"))
SIGNED_DURATION = Kind("+|-DURATION", fixed("+15m", "-15m", "+1h", "-1h", "+24h", "-24h"))
ROUNDING = Kind("RULE", fixed("up:15m", "nearest:15m", "down:15m", "up:15m/day", "none"))
PENDING = Kind("ID", numbers("pending"))
UNDO = Kind("[ID]", numbers("undo"))
NEXT_NUMBER = Kind("next|N", fixed("next"))
DUE = Kind("14d|DAY", fixed("14d", "30d"))
INVOICE = Kind("NUMBER", _invoices)
ZONE = Kind("VALUE", _zones)
FLAG = Kind("VALUE", fixed("true", "false"))
FILE = Kind("FILE", files)
SEVERAL_FILES = Kind("FILE...", files)

NAMED = {
    "project": PROJECT,
    "task": TASK,
    "tag": TAG,
    "client": CLIENT,
    "user": USER,
    "workspace": WORKSPACE,
    "duration": DURATION,
    "rounding": ROUNDING,
    "file": FILE,
    "due": DUE,
    "zone": ZONE,
}
"""The kinds by ``Key.completion``, the word that a configuration key has for its values."""
