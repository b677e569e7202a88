"""Kinds of values: the word for each in the help, and what a shell is offered for it.

An option or argument names its kind as its metavar. That is all that completion reads of it.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Self

import msgspec

if TYPE_CHECKING:
    from clocktool.completion.table import Command

NEWEST = 20
"""How many entries are offered before a character of an id is typed."""


class Candidate(msgspec.Struct, frozen=True):
    """A word that may stand at the cursor, what it means, and how else it may have been begun."""

    value: str
    help: str = ""
    also: str = ""


class Query(msgspec.Struct, frozen=True):
    """What is typed of a command line: where candidates come from, and what narrows them."""

    begun: str
    """The value at the cursor, as far as it is typed."""
    words: Sequence[str]
    """The arguments before it; none for the value of an option."""
    given: Mapping["Kind", str]
    """The values of the options before it, by their kind."""
    rows: Callable[[str], list[tuple[str, ...]]]
    """Gives the rows of a kind in the files on this machine: ``project``, ``entry`` …"""
    profiles: Callable[[], Iterable[str]]
    """Gives the names of the profiles in the configuration."""
    describe: Callable[[Sequence[str]], "Command"]
    """Gives a command by the path of its names."""


Values = Callable[[Query], Iterable[Candidate]]
"""Gives the candidates for a value; what does not begin as it is typed is left out later."""


class Kind(str):
    """A kind of value: the word for it in the help, with what gives its candidates."""

    __slots__ = ("values",)
    values: tuple[Values, ...]

    def __new__(cls, word: str, *values: Values) -> Self:
        """Make a kind; what several functions give is offered in their order."""
        made = super().__new__(cls, word)
        made.values = values
        return made

    def __eq__(self, other: object) -> bool:
        """Two kinds with one word are still two."""
        return self is other if isinstance(other, Kind) else str.__eq__(self, other)

    __hash__ = str.__hash__

    def candidates(self, asked: Query) -> Iterator[Candidate]:
        """Yield what a value may be."""
        for each in self.values:
            yield from each(asked)


def fixed(*words: str) -> Values:
    """Return what gives the same words whatever is typed; there may be more than are offered."""
    return lambda _: map(Candidate, words)


def names(kind: str) -> Values:
    """Return what gives the names of a kind, as the files on this machine have them."""
    return lambda asked: (Candidate(name) for (name,) in asked.rows(kind))


def _projects(asked: Query) -> Iterator[Candidate]:
    """Yield names of projects; the client's before it where two have one name, or it is typed.

    With a slash first those of no client are.
    """
    from clocktool.domain.naming import escape_name

    rows, whole = asked.rows("project"), "/" in asked.begun
    names = [name.casefold() for name, _ in rows]
    for name, client in rows:
        is_ambiguous = names.count(name.casefold()) > 1
        if is_ambiguous or (whole and client) or asked.begun.startswith("/"):
            yield Candidate(escape_name(name, client, is_ambiguous=True), also=name)
        else:
            yield Candidate(name, client)


def _tasks(asked: Query) -> Iterator[Candidate]:
    """Yield the tasks of a project that is given, of all where none is or it is not known."""
    from clocktool.domain.naming import escape_name

    rows = asked.rows("task")
    if project := asked.given.get(PROJECT):
        said = project.casefold()
        rows = [
            row
            for row in rows
            if said
            in (row[1].casefold(), escape_name(row[1], row[2], is_ambiguous=True).casefold())
        ] or rows
    yield from (Candidate(name, of) for name, of, _ in rows)


def _fields(asked: Query) -> Iterator[Candidate]:
    yield from (Candidate(f"{name}=") for (name,) in asked.rows("field"))


def _profiles(asked: Query) -> Iterator[Candidate]:
    yield Candidate("local", "the local workspace")
    yield from map(Candidate, asked.profiles())


def _entries(asked: Query) -> Iterator[Candidate]:
    """Yield the words for entries and, the newest first, their ids, short as ``list`` has them."""
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
    """Yield the descriptions of entries, each once, the newest first."""
    yield from map(Candidate, dict.fromkeys(text for _, text, _ in asked.rows("entry") if text))


def _next_words(asked: Query) -> Iterator[Candidate]:
    """Yield the words that go on as a description did; all of the rest behind an open quote."""
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
    """Yield the second words of a period, like the one in ``last week``."""
    if [word.lower() for word in asked.words] in (["this"], ["last"]):
        yield from map(Candidate, ("week", "month", "quarter", "year"))


PROJECT = Kind("NAME", _projects)
OTHER_PROJECT = Kind("NAME", _projects)
"""A project that is not the one whose tasks are meant."""
TASK = Kind("NAME", _tasks)
TAG = Kind("NAME", names("tag"))
CLIENT = Kind("NAME", names("client"))
PROJECTS = Kind("NAME...", _projects)
TASKS = Kind("NAME...", _tasks)
TAGS = Kind("NAME...", names("tag"))
CLIENTS = Kind("NAME...", names("client"))
USER = Kind("NAME", names("user"))
USERS = Kind("NAME", fixed("all"), names("user"))
WORKSPACE = Kind("NAME", names("workspace"))
PROFILE = Kind("NAME", _profiles)
FIELD = Kind("NAME=VALUE", _fields)
DESCRIPTION = Kind("TEXT", _descriptions)
WORDS = Kind("[WORDS]...", _next_words)
REF = Kind("REF", _entries)
OPTIONAL_REF = Kind("[REF]", _entries)
REFS = Kind("REF...", _entries)
PERIOD = Kind("[PERIOD]", _periods, _units)
PERIOD_OR_REFS = Kind("[PERIOD | REF...]", _periods, _entries)
DAY = Kind("DAY", fixed("today", "yesterday"), _weekdays)
DAYS = Kind("PERIOD", fixed("today", "mon..fri", "tomorrow"), _weekdays)
TIME = Kind("TIME", fixed("now", "noon", "last", "-15m", "-30m", "yesterday"))
TIMES = Kind("TIME...", *TIME.values)
DURATION = Kind("DURATION", fixed("15m", "30m", "1h", "1h30m"))
PENDING = Kind("ID", numbers("pending"))
UNDO = Kind("[ID]", numbers("undo"))
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
"""The kinds by the word that a configuration key has for its values."""
