# ruff: noqa: S608  # texts of SQL come from ``Columns`` and ``Source`` only; values are bound
"""SQL that adds up the time of entries, for the mirror and for the local workspace."""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from heapq import merge
from typing import Any

import msgspec

from clocktool.domain.entry import BREAK
from clocktool.domain.overlap import Reach
from clocktool.domain.selection import Selection
from clocktool.domain.time.instant import Instant
from clocktool.domain.totals import Question

CHUNK = 31 * 86_400
"""How many seconds of starts are grouped at once: SQLite sorts few rows faster than many."""


class Columns(msgspec.Struct, frozen=True):
    """The SQL of what is known of an entry ``e``: columns, and conditions on ids.

    ``{}`` in a condition is a list of ids. ``description`` is the text, ``folded`` its case-folded
    form, ``tags`` a JSON list, sorted. ``field`` is the JSON value of the custom field ``?``.
    ``rate`` are the columns of the rate, if entries have their own.
    """

    number: str
    start: str
    end: str
    type: str
    billable: str
    project: str
    task: str
    description: str
    folded: str
    tags: str
    field: str
    in_projects: str
    in_clients: str
    in_tasks: str
    has_client: str
    has_tag: str
    has_tags: str
    rate: tuple[str, ...] = ()


class Source(msgspec.Struct, frozen=True):
    """Entries of one user: the table ``e``, what limits it to the user, and its columns.

    ``filtered`` limits it to the user, too, where the selection has an index of its own.
    ``fields`` are the values of ``Columns.field`` for the fields of a question.
    """

    table: str
    owner: str
    filtered: str
    owners: Sequence[object]
    columns: Columns
    fields: Sequence[object] = ()


class Like(msgspec.Struct, frozen=True):
    """What entries have in common that are added up together. Ids are those of the columns.

    Tags are empty, and the description is, unless the question sets them apart.
    """

    project: object
    task: object
    billable: bool
    is_break: bool
    rate: tuple[object, ...]
    tags: tuple[object, ...]
    description: str
    values: tuple[object, ...]


class Row(msgspec.Struct, frozen=True):
    """A sum of entries within a span, or a whole entry that is in none: ``seconds`` is None.

    The ``end`` of a sum is the last instant of its entries, not the one after it.
    """

    key: tuple[Any, ...]
    start: Instant
    end: Instant | None
    seconds: int | None = None


def like(key: tuple[Any, ...], source: Source, question: Question) -> Like:
    """Return what the entries of a row have in common."""
    project, task, flags, *rest = key
    rate = tuple(rest[: len(source.columns.rate)])
    rest = rest[len(rate) :]
    tags = msgspec.json.decode(rest.pop(0)) if question.with_tags else ()
    description = rest.pop(0) if question.with_descriptions else ""
    values = tuple(None if each is None else msgspec.json.decode(each) for each in rest)
    billable, is_break = bool(flags & 1), bool(flags & 2)
    return Like(project, task, billable, is_break, rate, tuple(tags), description, values)


def read(connection: sqlite3.Connection, source: Source, question: Question) -> Iterator[Row]:
    """Yield sums by span and key, and the entries that reach beyond a span or that run."""
    columns, window = source.columns, question.window
    condition, values = conditions(question.selection, columns)
    keys = _keys(source, question)
    select = (
        f"SELECT {', '.join(keys)}, {{}} FROM {source.table} WHERE {source.filtered}{condition}"
    )
    given = (*source.owners, *values)
    whole = select.format(f"{columns.start}, {columns.end}")
    # The sign makes SQLite use an index of running entries, if there is one.
    running = f"{whole} AND {columns.end} IS NULL AND +{columns.start} < ?"
    for *key, start, end in connection.execute(running, (*source.fields, *given, window[1])):
        yield Row(tuple(key), start, end)
    if question.selection.running:
        return
    early = f"{whole} AND {columns.start} >= ? AND {columns.start} < ? AND {columns.end} > ?"
    bounds = (window[0] - question.reach, window[0], window[0])
    for *key, start, end in connection.execute(early, (*source.fields, *given, *bounds)):
        yield Row(tuple(key), start, end)
    summed = (
        select.format(
            f"CASE WHEN {columns.end} > ? THEN {columns.number} END,"
            f" min({columns.start}), max({columns.end}),"
            f" max(max({columns.start}, {columns.end} - 1)), sum({columns.end} - {columns.start})"
        )
        + f" AND {columns.end} IS NOT NULL AND {columns.start} >= ? AND {columns.start} < ?"
        f" GROUP BY {', '.join(str(place + 1) for place in range(len(keys) + 1))}"
    )
    count = len(keys)
    found: dict[tuple[Any, ...], list[int]] = {}
    span: Instant | None = None
    for lo, first, after, limit in _chunks(connection, source, question):
        if lo != span:
            yield from _rows(found)
            span, found = lo, {}
        for row in connection.execute(summed, (*source.fields, limit, *given, first, after)):
            number, start, end, last, seconds = row[count:]
            key = row[:count]
            if number is not None:
                yield Row(key, start, end)
            elif key in found:
                sums = found[key]
                sums[1], sums[2] = max(sums[1], last), sums[2] + seconds
            else:
                found[key] = [start, last, seconds]
    yield from _rows(found)


def _keys(source: Source, question: Question) -> list[str]:
    """Return the SQL of the parts of a key, in the order in which ``like`` reads them."""
    columns = source.columns
    return [
        columns.project,
        columns.task,
        f"{columns.billable} + 2 * ({columns.type} = '{BREAK}')",
        *columns.rate,
        *([columns.tags] if question.with_tags else ()),
        *([columns.description] if question.with_descriptions else ()),
        *[columns.field for _ in source.fields],
    ]


def _rows(found: dict[tuple[Any, ...], list[int]]) -> Iterator[Row]:
    for key, (start, end, seconds) in found.items():
        yield Row(key, Instant(start), Instant(end), seconds)


def _chunks(
    connection: sqlite3.Connection, source: Source, question: Question
) -> Iterator[tuple[Instant, Instant, Instant, Instant]]:
    """Yield parts of spans in which entries start, and the first instant and end of their span."""
    first, last = question.window
    start = source.columns.start
    following = (
        f"SELECT {start} FROM {source.table} WHERE {source.owner} AND {start} >= ? AND {start} < ?"
        f" ORDER BY {start} LIMIT 1"
    )
    at = first
    while row := connection.execute(following, (*source.owners, at, last)).fetchone():
        (at,) = row
        lo, hi = question.spans.around(at)
        hi = min(hi, last)
        after = min(hi, Instant(at + CHUNK))
        yield lo, at, after, hi
        at = after


def overlap_seconds(
    connection: sqlite3.Connection,
    source: Source,
    question: Question,
    others: Sequence[tuple[Instant, Instant]] = (),
) -> int:
    """Return how many seconds of work in the window are covered by more than one entry.

    First, entries that overlap a later one are found by the index of starts; then only the entries
    that start during these are read. ``others`` are further times of work of the same user.
    """
    columns, (first, last) = source.columns, question.window
    condition, values = conditions(question.selection, columns)
    end = f"coalesce({columns.end}, ?)"
    of = (
        f"FROM {source.table} WHERE {source.filtered}{condition}"
        f" AND {columns.type} <> '{BREAK}' AND {end} > {columns.start}"
    )
    given = (*source.owners, *values, question.now)
    start = Instant(first - question.reach)
    running = connection.execute(
        f"SELECT min(+{columns.start}) {of} AND {columns.end} IS NULL", given
    ).fetchone()[0]
    if running is not None and running < start:  # it is read however long ago it started
        of += f" AND ({columns.start} >= {start} OR {columns.end} IS NULL)"
        start = Instant(running)
    started = f" AND {columns.start} >= ? AND {columns.start} < ?"
    overlapping = (
        f"SELECT a.start, a.end FROM (SELECT {columns.number} AS number, {columns.start} AS start,"
        f" {end} AS end {of}{started}) a WHERE EXISTS (SELECT 1 {of} AND {columns.start} >= a.start"
        f" AND {columns.start} < a.end AND {columns.number} <> a.number) ORDER BY a.start"
    )
    spans = connection.execute(overlapping, (question.now, *given, start, last, *given))
    around = sorted((max(start, lo - question.reach), hi) for lo, hi in others)
    during = f"SELECT {columns.start}, {end} {of}{started} ORDER BY {columns.start}"
    reach = Reach()
    apart = sorted(others)
    for lo, hi in _merged(merge(spans, around)):
        within = connection.execute(during, (question.now, *given, lo, min(hi, last)))
        here = [each for each in apart if lo <= max(each[0], start) < hi]
        for begun, ended in merge(within, here):
            reach.add(max(begun, first), min(ended, last))
    return reach.twice


def _merged(spans: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Yield the spans, sorted by start, with those that overlap or touch as one."""
    found: tuple[int, int] | None = None
    for start, end in spans:
        if found is None:
            found = start, end
        elif start <= found[1]:
            found = found[0], max(end, found[1])
        else:
            yield found
            found = start, end
    if found is not None:
        yield found


def conditions(wanted: Selection, columns: Columns) -> tuple[str, list[object]]:
    """Return the SQL of a selection, without its window, and its values."""
    sql = ""
    values: list[object] = []
    for condition, some, none in (
        (columns.in_projects, wanted.projects, wanted.not_projects),
        (columns.in_clients, wanted.clients, wanted.not_clients),
        (columns.in_tasks, wanted.tasks, wanted.not_tasks),
    ):
        if some:
            sql += f" AND {condition.format(_LIST)}"
            values.append(_array(some))
        if none:
            sql += f" AND NOT coalesce({condition.format(_LIST)}, 0)"
            values.append(_array(none))
    for tags, is_wanted in ((wanted.tags, ""), (wanted.not_tags, "NOT ")):
        for tag in sorted(tags):
            sql += f" AND {is_wanted}{columns.has_tag.format(_LIST)}"
            values.append(_array([tag]))
    for part, is_wanted in ((wanted.descriptions, ""), (wanted.not_descriptions, "NOT ")):
        if part:
            any_of = " OR ".join([f"instr({columns.folded}, ?) > 0"] * len(part))
            sql += f" AND {is_wanted}({any_of})"
            values += sorted(part)
    for present, condition in (
        (wanted.has_project, f"{columns.project} IS NOT NULL"),
        (wanted.has_client, columns.has_client),
        (wanted.has_task, f"{columns.task} IS NOT NULL"),
        (wanted.has_tags, columns.has_tags),
        (wanted.billable, columns.billable),
        (wanted.is_break, f"{columns.type} = '{BREAK}'"),
        (wanted.running or None, f"{columns.end} IS NULL"),
    ):
        if present is not None:
            sql += f" AND {'' if present else 'NOT '}({condition})"
    return sql, values


_LIST = "SELECT value FROM json_each(?)"


def _array(values: Iterable[str]) -> str:
    return msgspec.json.encode(sorted(values)).decode()
