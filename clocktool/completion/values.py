"""What an option or an argument may be, as far as it is known on this machine, by its kind."""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from clocktool.completion.sources import Source
from clocktool.domain.naming import typed_name
from clocktool.domain.time.week import WEEKDAYS

PERIODS = (
    *("today", "yesterday", "week", "last-week", "month", "last-month"),
    *("quarter", "last-quarter", "year", "last-year", "all"),
)

UNITS = ("week", "month", "quarter", "year")

FIXED: dict[str, tuple[str, ...]] = {
    "period": (*PERIODS, *WEEKDAYS),
    "day": ("today", "yesterday", *WEEKDAYS),
    "days": ("today", "mon..fri", "tomorrow", *WEEKDAYS),
    "time": ("now", "noon", "last", "-15m", "-30m", "yesterday"),
    "duration": ("15m", "30m", "1h", "1h30m"),
    "flag": ("true", "false"),
}
"""Kinds whose words are always the same; there may be more than are offered."""

NEWEST = 20
"""How many entries are offered before a character of an id is typed."""

OF_OPTION = {
    "--project": "project",
    "--set-project": "project",
    "--client": "client",
    "--task": "task",
    "--set-task": "task",
    "--tag": "tag",
    "--add-tag": "tag",
    "--remove-tag": "tag",
    "--not-tag": "tag",
    "--user": "user",
    "--field": "field",
    "--workspace": "workspace",
    "--profile": "profile",
    "--description": "description",
    "--set-description": "description",
    "--on": "days",
    "--by": "by",
}
"""The kind of an option's value by its name; else its metavar says it."""

OF_METAVAR = {
    "PERIOD": "period",
    "PERIOD | REF": "period ref",
    "DAY": "day",
    "TIME": "time",
    "DURATION": "duration",
    "REF": "ref",
    "WORDS": "words",
    "KEY": "key",
    "COMMAND | TOPIC": "topic",
    "RULE": "rule",
}
"""The kind by a metavar, its brackets and dots left out."""


class Candidate(NamedTuple):
    """A word that may stand at the cursor, what it means, and how else it may have been begun."""

    value: str
    help: str = ""
    also: str = ""


def kind_of(name: str, metavar: str) -> str:
    """Return the kind of an option by name, of an argument with an empty one; '' for none."""
    plain = metavar.strip().replace("...", "").strip("[] ")
    return OF_OPTION.get(name) or OF_METAVAR.get(plain, "")


def candidates(
    kind: str, source: Source, begun: str, words: Sequence[str], project: str | None
) -> Iterator[Candidate]:
    """Yield what a value of a kind may be; ``words`` stand before it, ``project`` is said.

    What does not begin as it is typed is left out by the caller.
    """
    for each in kind.split():
        match each:
            case "project":
                yield from _projects(source, begun)
            case "task":
                yield from _tasks(source, project)
            case "field":
                yield from (Candidate(f"{name}=") for (name,) in source.rows("field"))
            case "tag" | "client" | "user" | "workspace":
                yield from (Candidate(name) for (name,) in source.rows(each))
            case "period" if words:  # a second word, where the first wants one
                if kind == "period" and [word.lower() for word in words] in (["this"], ["last"]):
                    yield from map(Candidate, UNITS)
            case "by":
                from clocktool.domain.report import KINDS

                yield from map(Candidate, KINDS)
            case "ref":
                yield from _entries(source, begun)
            case "words":
                yield from _next_words(source, words, begun)
            case "description":
                yield from (Candidate(text) for text in _descriptions(source))
            case _:
                yield from map(Candidate, FIXED.get(each, ()))


def _projects(source: Source, begun: str) -> Iterator[Candidate]:
    """Yield names of projects; the client's before it where two have one name, or it is typed.

    With a slash first those of no client are.
    """
    rows, whole = source.rows("project"), "/" in begun
    names = [name.casefold() for name, _ in rows]
    for name, client in rows:
        is_twin = names.count(name.casefold()) > 1
        if is_twin or (whole and client) or begun.startswith("/"):
            yield Candidate(typed_name(name, client, is_twin=True), also=name)
        else:
            yield Candidate(name, client)


def _tasks(source: Source, project: str | None) -> Iterator[Candidate]:
    """Yield the tasks of a project that is said, of all where it is not or is not known."""
    rows = source.rows("task")
    if project:
        said = project.casefold()
        rows = [
            row
            for row in rows
            if said in (row[1].casefold(), typed_name(row[1], row[2], is_twin=True).casefold())
        ] or rows
    yield from (Candidate(name, of) for name, of, _ in rows)


def _entries(source: Source, begun: str) -> Iterator[Candidate]:
    """Yield the words for entries and, the newest first, their ids, short as ``list`` has them."""
    from clocktool.domain.ids import short_ids

    yield Candidate("current", "the running timer")
    yield Candidate("last", "the newest finished entry")
    yield Candidate("last~1", "the one before")
    yield Candidate("that", "what the last command made or changed")
    rows = source.rows("entry")
    short = short_ids(entry for entry, _, _ in rows)
    for entry, text, project in rows if begun else rows[:NEWEST]:
        yield Candidate(short[entry], " · ".join(filter(None, (text, project))))


def _descriptions(source: Source) -> Iterable[str]:
    """Return the descriptions of entries, each once, the newest first."""
    return dict.fromkeys(text for _, text, _ in source.rows("entry") if text)


def _next_words(source: Source, words: Sequence[str], begun: str) -> Iterator[Candidate]:
    """Yield the words that go on as a description did; all of the rest behind an open quote."""
    before = [word.casefold() for word in words]
    for text in _descriptions(source):
        parts = text.split()
        rest = parts[len(before) :]
        if rest and [part.casefold() for part in parts[: len(before)]] == before:
            yield Candidate(" ".join(rest) if " " in begun else rest[0], text)
