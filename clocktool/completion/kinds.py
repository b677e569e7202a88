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
    """A possible word at the cursor, its help, and another text by which it may be found."""

    value: str
    help: str = ""
    also: str = ""


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
    profiles: Callable[[], Iterable[str]]
    """Returns the names of the profiles in the configuration."""
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


def names(kind: str) -> Values:
    """Return a function that reads the names of a kind from the files on this machine."""
    return lambda asked: (Candidate(name) for (name,) in asked.rows(kind))


def _projects(asked: Query, kind: str = "project") -> Iterator[Candidate]:
    """Yield the names of projects, with the client where a name is not unique or a slash is typed.

    After a slash at the start projects without a client are offered, too.
    """
    from clocktool.domain.naming import escape_name

    rows, whole = asked.rows(kind), "/" in asked.begun
    names = [name.casefold() for name, _ in rows]
    for name, client in rows:
        is_ambiguous = names.count(name.casefold()) > 1
        if is_ambiguous or (whole and client) or asked.begun.startswith("/"):
            yield Candidate(escape_name(name, client, is_ambiguous=True), also=name)
        else:
            yield Candidate(name, client)


def _tasks(asked: Query, kind: str = "task") -> Iterator[Candidate]:
    """Yield the tasks of the given project, or all tasks if none is given or it is unknown.

    The project is named as on every command line: whole, by its beginning or by a part.
    """
    from clocktool.domain.naming import escape_name, match_names

    rows = asked.rows(kind)
    if project := asked.given.get(PROJECT):
        listed = [*asked.rows("project"), *(row[1:] for row in rows)]
        of = list(dict.fromkeys((name, client) for name, client in listed))
        found = match_names(project, of, lambda each: each[0]) or match_names(
            project, of, lambda each: escape_name(*each, is_ambiguous=True)
        )
        rows = [row for row in rows if row[1:] in found] if found else rows
    yield from (Candidate(name, of) for name, of, _ in rows)


def _fields(asked: Query) -> Iterator[Candidate]:
    yield from (Candidate(f"{name}=") for (name,) in asked.rows("field"))


def _profiles(asked: Query) -> Iterator[Candidate]:
    yield Candidate("local", "the local workspace")
    yield from map(Candidate, asked.profiles())


def _entries(asked: Query) -> Iterator[Candidate]:
    """Yield the words for entries, then ids, the newest first and short as in ``list``."""
    from clocktool.domain.ids import short_ids

    yield Candidate("current", "the running timer")
    yield Candidate("last", "the newest finished entry")
    yield Candidate("last~1", "the one before")
    yield Candidate("that", "what the last command made or changed")
    rows = asked.rows("entry")
    short = short_ids(entry for entry, _, _ in rows)
    for entry, text, project in rows if asked.begun else rows[:NEWEST]:
        yield Candidate(short[entry], " · ".join(filter(None, (text, project))))


def _descriptions(asked: Query) -> Iterator[Candidate]:
    """Yield the different descriptions of entries, the newest first."""
    yield from map(Candidate, dict.fromkeys(text for _, text, _ in asked.rows("entry") if text))


def _next_words(asked: Query) -> Iterator[Candidate]:
    """Yield the next word of descriptions that match so far, all other words in an open quote."""
    before = [word.casefold() for word in asked.words]
    for text in (each.value for each in _descriptions(asked)):
        parts = text.split()
        rest = parts[len(before) :]
        if rest and [part.casefold() for part in parts[: len(before)]] == before:
            yield Candidate(" ".join(rest) if " " in asked.begun else rest[0], text)


def numbers(kind: str) -> Values:
    """Return what gives the numbers of changes, each with the command that made it."""
    return lambda query: (Candidate(number, command) for number, command in query.rows(kind))


def _weekdays(_: Query) -> Iterator[Candidate]:
    from clocktool.domain.time.week import WEEKDAYS

    yield from map(Candidate, WEEKDAYS)


def _periods(asked: Query) -> Iterator[Candidate]:
    """Yield the periods, for the first word only."""
    if not asked.words:
        units = ("week", "month", "quarter", "year")
        near = [each for unit in units for each in (unit, f"last-{unit}")]
        yield from map(Candidate, ("today", "yesterday", *near, "all"))
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
REF_OR_WORDS = Kind("[REF | WORDS...]", _entries)
REFS = Kind("REF...", _entries)
PERIOD = Kind("[PERIOD]", _periods, _units)
ONE_PERIOD = Kind("PERIOD", _periods)
PERIOD_OR_REFS = Kind("[PERIOD | REF...]", _periods, _entries)
DAY = Kind("DAY", fixed("today", "yesterday"), _weekdays)
DAYS = Kind("PERIOD", fixed("today", "mon..fri", "tomorrow"), _weekdays)
TIME = Kind("TIME", fixed("now", "noon", "last", "-15m", "-30m", "yesterday"))
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
INVOICE = Kind("NUMBER", numbers("invoice"))
FLAG = Kind("VALUE", fixed("true", "false"))

NAMED = {
    "project": PROJECT,
    "task": TASK,
    "tag": TAG,
    "client": CLIENT,
    "user": USER,
    "workspace": WORKSPACE,
    "duration": DURATION,
}
"""The kinds by ``Key.completion``, the word that a configuration key has for its values."""
