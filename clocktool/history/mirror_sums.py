"""Time of the entries in the mirror, added up by SQLite."""

from collections.abc import Callable, Collection, Sequence
from typing import TYPE_CHECKING, Final

import msgspec
from msgspec.structs import replace

from clocktool.domain.entry import BREAK, Entry, FieldValue, Tag
from clocktool.domain.ids import Known
from clocktool.domain.money import Rate
from clocktool.domain.selection import Selection
from clocktool.domain.time.instant import Instant
from clocktool.domain.totals import Question, Sum, Totals, Uncut
from clocktool.storage.sums import Columns, Like, Row, Source, like, overlap_seconds, read

if TYPE_CHECKING:
    import sqlite3

    from clocktool.history.held import Part

COLUMNS: Final = Columns(
    number="e.id",
    start="e.start",
    end="e.end",
    type="e.type",
    billable="e.billable",
    project="e.project",
    task="e.task",
    description="json_extract(CAST(e.body AS TEXT), '$.description')",
    folded="e.description",
    tags="(SELECT json_group_array(tag) FROM"
    " (SELECT x.tag FROM tags x WHERE x.entry = e.id ORDER BY x.tag))",
    field="(SELECT json_quote(json_extract(v.value, '$.value'))"
    " FROM json_each(CAST(e.body AS TEXT), '$.fields') v"
    " WHERE json_extract(v.value, '$.field_id') = ?)",
    in_projects="e.project IN ({})",
    in_clients="e.project IN ({})",  # ``_by_project`` has replaced clients by their projects
    in_tasks="e.task IN ({})",
    has_client="1",
    has_tag="EXISTS (SELECT 1 FROM tags x WHERE x.entry = e.id AND x.tag IN ({}))",
    has_tags="EXISTS (SELECT 1 FROM tags x WHERE x.entry = e.id)",
    rate=("e.rate", "e.currency"),
)


class Extra(msgspec.Struct, frozen=True):
    """Entries of a user that are added one by one.

    ``without`` are the ids of those in the mirror that are left out for them, and ``spans`` the
    times of work in which they may overlap others.
    """

    without: Collection[str] = ()
    spans: Sequence[tuple[Instant, Instant]] = ()


def totals(
    file: "sqlite3.Connection",
    parts: "Sequence[Part]",
    question: Question,
    extra: Extra,
    decode: Callable[[bytes], Entry],
) -> Totals:
    """Return the time of a user's entries that start in some parts.

    ``decode`` reads the body of an entry, with the names of today.
    """
    likes = _Likes(file, decode)
    asked = replace(question, selection=likes.by_project(question.selection))
    source = _source(parts, asked, extra.without)
    sums: list[Sum] = []
    uncut: list[Uncut] = []
    last: Instant | None = None
    for row in read(file, source, asked):
        place = likes.place(row, source, asked)
        if row.seconds is None:
            uncut.append(Uncut(place, row.start, row.end))
        else:
            sums.append(Sum(place, row.start, row.seconds))
            last = row.end if last is None else max(last, row.end or last)
    overlap = overlap_seconds(file, source, asked, extra.spans) if asked.with_overlap else 0
    return Totals(likes.found, sums, uncut, overlap, last)


def _source(parts: "Sequence[Part]", question: Question, without: Collection[str]) -> Source:
    """Return where the entries of some parts are found: all are of one user."""
    terms, values = list[str](), list[object]()
    for each in parts:
        # The signs leave the index to the bounds of a query, which are narrower.
        terms.append("(+e.start >= ? AND +e.start < ? AND e.number >= ?)")
        values += [*each.span, each.number]
    inside = f" AND ({' OR '.join(terms) or '0'})"
    if without:
        inside += " AND e.id NOT IN (SELECT value FROM json_each(?))"
        values.append(msgspec.json.encode(sorted(without)).decode())
    # The sign makes SQLite use the index of projects instead of the one of starts.
    is_narrow = question.selection.projects or question.selection.clients
    return Source(
        "entries e",
        f"e.user = ?{inside}",
        f"{'+' if is_narrow else ''}e.user = ?{inside}",
        (parts[0].user if parts else "", *values),
        COLUMNS,
        question.fields,
    )


class _Likes:
    """Example entries for the sums, with the names of a stored entry: each stands for its like."""

    def __init__(self, file: "sqlite3.Connection", decode: Callable[[bytes], Entry]) -> None:
        self._file = file
        self._decode = decode
        self._places: dict[tuple[object, ...], int] = {}
        self._tags: dict[object, Tag] = {}
        self.found: list[Entry] = []

    def place(self, row: Row, source: Source, question: Question) -> int:
        """Return the place of the entry that stands for a row."""
        place = self._places.get(row.key)
        if place is None:
            place = self._places[row.key] = len(self.found)
            self.found.append(self._new(like(row.key, source, question), source, question))
        return place

    def by_project(self, selection: Selection) -> Selection:
        """Return a selection with projects in place of clients.

        A project may have changed its client since an entry was kept.
        """
        asked = selection.clients, selection.not_clients
        if not any(asked) and selection.has_client is None:
            return selection
        clients = self._clients()
        some, none = (
            frozenset(project for project, client in clients.items() if client in wanted)
            for wanted in asked
        )
        if selection.clients:
            some = some or frozenset([""])  # "" matches entries without a project
        if selection.has_client is True:
            with_client = frozenset(project for project, client in clients.items() if client)
            some = (some & with_client if selection.clients else with_client) or frozenset([""])
        elif selection.has_client is False:
            none |= frozenset(project for project, client in clients.items() if client)
        return replace(selection, clients=some, not_clients=none, has_client=None)

    def _clients(self) -> dict[str, str | None]:
        """Return the client of each project in the mirror, as ``Selection`` compares it."""
        found: dict[str, str | None] = {}
        projects = "SELECT DISTINCT project FROM entries WHERE project IS NOT NULL"
        for (project,) in self._file.execute(projects).fetchall():
            of = self._one("e.project = ?", project).project
            found[project] = (of.client_id or of.client or None) if of is not None else None
        return found

    def _new(self, of: Like, source: Source, question: Question) -> Entry:
        condition, values = "e.user = ?", [source.owners[0]]
        for column, value in (("project", of.project), ("task", of.task)):
            condition += f" AND e.{column} IS NULL" if value is None else f" AND e.{column} = ?"
            values += [] if value is None else [value]
        sign = "" if of.project is None else "+"  # to the index of projects
        entry = self._one(sign + condition, *values)
        return Entry(
            Known(""),
            Instant(0),
            description=of.description,
            project=entry.project,
            task=entry.task,
            tags=tuple(map(self._tag, of.tags)),
            billable=of.billable,
            type=BREAK if of.is_break else "REGULAR",
            user_id=entry.user_id,
            user=entry.user,
            workspace_id=entry.workspace_id,
            fields=tuple(
                FieldValue(field, value)
                for field, value in zip(question.fields, of.values, strict=True)
                if value is not None
            ),
            hourly_rate=None if of.rate[0] is None else Rate(*of.rate),  # type: ignore[arg-type]
        )

    def _tag(self, tag: object) -> Tag:
        if tag not in self._tags:
            entry = self._one("e.id = (SELECT max(entry) FROM tags WHERE tag = ?)", tag)
            self._tags[tag] = next(each for each in entry.tags if each.id == tag)
        return self._tags[tag]

    def _one(self, condition: str, *values: object) -> Entry:
        """Return the newest entry that meets a condition; there is one."""
        query = f"SELECT body FROM entries e WHERE {condition} ORDER BY start DESC LIMIT 1"  # noqa: S608
        (body,) = self._file.execute(query, values).fetchone()
        return self._decode(body)
