"""The names and custom fields of imported rows: looked up, and created where they may be.

A name is meant as it is written, in any case: it never stands for one that begins with it or
contains it. All names are looked up before the first is created.
"""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Protocol, TypeVar

import msgspec

from clocktool.domain.directory import CustomField
from clocktool.domain.entry import Draft, Entry, FieldValue, ProjectRef, Tag, TaskRef
from clocktool.domain.ids import Known
from clocktool.domain.naming import choose_spelling
from clocktool.errors import AmbiguousError, RefusedError, UsageError, quoted
from clocktool.importers.row import Problem, Row, comparable
from clocktool.tracking.assignment import field_value
from clocktool.tracking.names import only

if TYPE_CHECKING:
    from clocktool.api.directory import Directory
    from clocktool.domain.directory import Client, Project, Rules

Key = tuple[str, ...]
"""A name as rows have it: ``("tag", name)``, ``("client", name)``, ``("project", name, client)``,
without the client where it is not known, and ``("task", name, *project)``."""

_ORDER = ("client", "project", "task", "tag")
"""The order in which names are listed."""

_COLOR = re.compile(r"#[0-9A-Fa-f]{6}")


class Named(Protocol):
    """Anything with an id and a name."""

    @property
    def id(self) -> object:
        """Its id."""
        ...

    @property
    def name(self) -> str:
        """Its name."""
        ...


N = TypeVar("N", bound=Named)


class Missing(msgspec.Struct, frozen=True):
    """A name that is not there, and the first row that has it."""

    key: Key
    row: Row

    @property
    def text(self) -> str:
        """The name in a sentence: ``project 'ACME/Site'``."""
        return name_of(self.key)


class RowNames:
    """Looks up the names of rows in a workspace, creates them, and makes drafts of rows."""

    def __init__(self, directory: "Directory", workspace: str, rows: Sequence[Row]) -> None:
        self._directory = directory
        self._workspace = workspace
        self._ids: dict[Key, Known] = {}
        self._useless: dict[Key, str] = {}
        """Why a name that exists can't be used: archived, done, or ambiguous."""
        self._first: dict[Key, Row] = {}
        """Every name with the first row that has it."""
        self._alike: dict[Key, list[Key]] = {}
        """The spellings of each name that is not there."""
        self._fields = self._look_up_fields()
        tags = list(directory.tags(workspace)) if any(row.tags for row in rows) else []
        self.rows = resolved(rows, [tag.name for tag in tags], self._fields)
        """The rows with names and values as the workspace has them: the ones to ask about."""
        self._first |= _firsts(self.rows)
        self._look_up(tags)

    def project_of(self, row: Row) -> str | None:
        """Return the id of a row's project, None for no project, '' for one that is missing."""
        key = _project_key(row)
        return self._ids.get(key, "") if key else None

    def problems(self, rows: Iterable[Row]) -> Iterator[Problem]:
        """Yield the names of rows that are archived, done or ambiguous, each with its first row."""
        for key, row in _firsts(rows).items():
            if key in self._useless:
                yield Problem(row.line, self._useless[key])

    def missing(self, rows: Iterable[Row]) -> list[Missing]:
        """Return the names of rows that are not there, each once, clients and projects first."""
        found: dict[Key, Missing] = {}
        for key, row in _firsts(rows).items():
            client = (
                ("client", *key[2:]) if key[0] == "project" and key[2:] not in ((), ("",)) else ()
            )
            for each in (client, key) if key not in self._ids else ():
                if each and each not in self._ids and each not in self._useless:
                    found.setdefault(_folded(each), Missing(each, row))
        return sorted(found.values(), key=lambda each: _ORDER.index(each.key[0]))

    def lost(self, rows: Iterable[Row]) -> dict[str, int]:
        """Return the custom fields that are not there, and how many values rows have of each."""
        lost: dict[str, int] = {}
        for row in rows:
            for name, value in row.fields:
                if value is not None and name not in self._fields:
                    lost[name] = lost.get(name, 0) + 1
        return lost

    def unfit(self, rows: Iterable[Row]) -> Iterator[Problem]:
        """Yield the rows with a value that its custom field does not take, or without one."""
        required = [
            field for name, field in self._fields.items() if field.required and name == field.id
        ]
        for row in rows if self._fields else ():
            given = {
                self._fields[name].id
                for name, value in row.fields
                if name in self._fields and value is not None
            }
            for name, value in row.fields:
                if name in self._fields and not self._fields[name].takes(value):
                    yield Problem(row.line, f"custom field {quoted(name)} does not take its value")
            lacks = [quoted(field.name) for field in required if field.id not in given]
            if lacks:
                yield Problem(row.line, f"it needs a value of custom field {' and '.join(lacks)}")

    def create(self, missing: Missing) -> None:
        """Create a name. What it belongs to is created by then: see ``creation_order``."""
        made = self._create(missing)
        for key in self._alike[_folded(missing.key)]:
            self._ids[key] = Known(made)

    def draft(self, row: Row) -> Draft:
        """Return what writes a row; its names are known by now."""
        project = _project_key(row)
        return Draft(
            start=row.start,
            end=row.end,
            description=row.description,
            project_id=self._ids[project] if project else None,
            task_id=self._ids["task", row.task, *project] if row.task else None,
            tag_ids=tuple(dict.fromkeys(self._ids["tag", tag] for tag in row.tags)) or None,
            billable=row.billable,
            fields=tuple(
                FieldValue(self._fields[name].id, value, name)
                for name, value in row.fields
                if name in self._fields
            )
            or None,
            type=row.type,
        )

    def _look_up(self, tags: Sequence[Tag]) -> None:
        """Look up every name: a request for each list, and one for each project with tasks.

        Lists of tasks may be a day old: an account that may make few requests an hour would spend
        them all on these, run after run.
        """
        from clocktool.api.directory import DAY, Search

        directory, workspace = self._directory, self._workspace
        if projects := self._of("project"):
            self._find(projects, list(directory.projects(workspace)), _archived)
        tasks_of: dict[Key, list[Key]] = {}
        for key in self._of("task"):
            tasks_of.setdefault(key[2:], []).append(key)
        for project, tasks in tasks_of.items():
            there = (
                directory.tasks(workspace, self._ids[project], Search(age=DAY))
                if project in self._ids
                else ()
            )
            self._find(tasks, list(there), lambda task: "done" if task.done else None)
        self._find(self._of("tag"), tags, _archived)
        clients: dict[Key, Row] = {
            ("client", key[2]): self._first[key]
            for key in self._of("project")
            if key not in self._ids and key not in self._useless and key[2:] not in ((), ("",))
        }
        if clients:
            self._first |= clients
            self._find(list(clients), list(directory.clients(workspace)), _archived)

    def _of(self, noun: str) -> list[Key]:
        return [key for key in self._first if key[0] == noun]

    def _find(
        self, keys: Iterable[Key], things: Sequence[N], off: Callable[[N], str | None]
    ) -> None:
        """Find what each key is the name, or the id, of; ``off`` is why one can't be used."""
        named: dict[str, list[N]] = {}
        for thing in things:
            named.setdefault(comparable(thing.name).casefold(), []).append(thing)
            named.setdefault(str(thing.id), []).append(thing)
        for key in keys:
            found = [
                each for each in named.get(comparable(key[1]).casefold(), ()) if _is_of(each, key)
            ]
            if not found:
                self._alike.setdefault(_folded(key), []).append(key)
                continue
            meant = choose_spelling(key[1], found, _name, off)
            try:
                thing = only(key[1], meant, key[0], _name, _full_name)
            except AmbiguousError as error:
                self._useless[key] = error.message
                continue
            self._ids[key] = Known(str(thing.id))
            if why := off(thing):
                self._useless[key] = f"{name_of(key)} is {why}"

    def _look_up_fields(self) -> dict[str, CustomField]:
        """Return the custom fields by name and by id; none where they may not be read."""
        from clocktool.api.directory import DAY

        try:
            found = list(self._directory.custom_fields(self._workspace, age=DAY))
        except RefusedError:
            return {}
        return {name: field for field in found for name in (field.id, field.name)}

    def _create(self, missing: Missing) -> str:
        noun, name, *rest = missing.key
        made, workspace = self._directory, self._workspace
        match noun:
            case "client":
                return made.create_client(workspace, name).id
            case "project":
                client = self._ids["client", rest[0]] if rest and rest[0] else None
                color = missing.row.color if _COLOR.fullmatch(missing.row.color) else None
                return made.create_project(workspace, name, client=client, color=color).id
            case "task":
                return made.create_task(workspace, self._ids[tuple(rest)], name).id
            case _:
                return str(made.create_tag(workspace, name).id)


def creation_order(missing: Sequence[Missing]) -> list[Missing]:
    """Return names in an order to create them: clients, each project with its tasks, tags.

    A run that ends halfway leaves few projects whose tasks are still to be looked up.
    """
    projects: dict[Key, int] = {}
    for each in missing:
        if each.key[0] in ("project", "task"):
            project = each.key if each.key[0] == "project" else each.key[2:]
            projects.setdefault(_folded(project), len(projects))

    def place(each: Missing) -> tuple[int, int]:
        noun = each.key[0]
        if noun in ("client", "tag"):
            return (0, 0) if noun == "client" else (2, 0)
        return 1, projects[_folded(each.key if noun == "project" else each.key[2:])]

    return sorted(missing, key=place)


def name_of(key: Key) -> str:
    """Return a name for a sentence: ``project 'ACME/Site'``, ``task 'Login' of 'Site'``."""
    noun, name, *rest = key
    if noun == "task":
        return f"task {quoted(name)} of {name_of(tuple(rest))}"
    return f"{noun} {quoted(f'{rest[0]}/{name}' if rest and rest[0] else name)}"


def against(rules: "Rules", rows: Iterable[Row], forbidden: str) -> Iterator[Problem]:
    """Yield the rows that the rules of a workspace refuse, and why.

    ``forbidden`` are the characters that no description may have.
    """
    lacking: dict[tuple[bool, ...], list[str]] = {}
    for row in rows:
        has = bool(row.project), bool(row.task), bool(row.tags), bool(row.description.strip())
        if has not in lacking:
            lacking[has] = rules.missing_fields(_like(row))
        bad = sorted(set(row.description).intersection(forbidden)) if forbidden else []
        if rules.lock_before is not None and row.start < rules.lock_before:
            yield Problem(row.line, "its time is locked")
        elif lacks := lacking[has]:
            yield Problem(row.line, f"it needs {' and '.join(lacks)}")
        elif bad:
            yield Problem(row.line, f"a description may not have {' or '.join(bad)}")


def _like(row: Row) -> Entry:
    """Return an entry that has what a row has."""
    project = ProjectRef(Known(row.project)) if row.project else None
    task = TaskRef(Known(row.task)) if row.task else None
    tags = tuple(Tag(Known(each)) for each in row.tags)
    return Entry(Known(""), row.start, row.end, row.description.strip(), project, task, tags)


def resolved(
    rows: Sequence[Row], tags: Collection[str], fields: Mapping[str, CustomField]
) -> Sequence[Row]:
    """Return rows with tags and custom fields as a workspace has them; ``tags`` are their names.

    Tags that were written with commas between them are cut there, but for what is the whole name
    of a tag, the longest first. A text is turned into the type of its field where it can be.
    """
    known = {_folded_name(name) for name in tags if "," in name}
    if not known and not fields:
        return rows
    return [_resolved(row, known, fields) for row in rows]


def _resolved(row: Row, known: Collection[str], fields: Mapping[str, CustomField]) -> Row:
    if row.fields and any(name in fields for name, _ in row.fields):
        values = tuple((name, _value(fields.get(name), value)) for name, value in row.fields)
        row = msgspec.structs.replace(row, fields=values)
    if row.joined and known and len(row.tags) > 1:
        row = msgspec.structs.replace(row, tags=_whole(row.tags, known))
    return row


def _whole(parts: Sequence[str], known: Collection[str]) -> tuple[str, ...]:
    """Return parts, those joined again that make up a known name."""
    names, at = [], 0
    while at < len(parts):
        ends = range(len(parts), at + 1, -1)
        end = next((end for end in ends if _folded_name(", ".join(parts[at:end])) in known), at + 1)
        names.append(", ".join(parts[at:end]))
        at = end
    return tuple(names)


def _value(field: CustomField | None, value: object) -> object:
    if field is None or not isinstance(value, str) or field.takes(value):
        return value
    try:
        return field_value(field, value)
    except UsageError:
        return value


def _folded_name(name: str) -> str:
    """Return a name for comparison; commas with and without a blank behind them are alike."""
    return comparable(name.replace(",", ", ")).casefold()


def _firsts(rows: Iterable[Row]) -> dict[Key, Row]:
    """Return the names of rows, each with the first row that has it."""
    found: dict[Key, Row] = {}
    seen = set()
    for row in rows:
        names = row.project, row.client, row.task, row.tags
        if names not in seen:
            seen.add(names)
            for key in _keys(row):
                found.setdefault(key, row)
    return found


def _keys(row: Row) -> Iterator[Key]:
    """Yield the names that a row has; its client's is looked up when its project is missing."""
    project = _project_key(row)
    if project:
        yield project
    if row.task:
        yield ("task", row.task, *project)
    for tag in row.tags:
        yield ("tag", tag)


def _project_key(row: Row) -> Key:
    """Return a row's project, () for none."""
    if not row.project:
        return ()
    return ("project", row.project) if row.client is None else ("project", row.project, row.client)


def _folded(key: Key) -> Key:
    return tuple(comparable(each).casefold() for each in key)


def _client(thing: object) -> str:
    """Return the name of a project's client, empty for anything that has none."""
    return getattr(thing, "client", "")


def _is_of(thing: object, key: Key) -> bool:
    """Return whether a project is of the client that its key names; other things are of none."""
    if key[0] != "project" or len(key) < 3:
        return True
    if key[2] and key[2] == getattr(thing, "client_id", None):
        return True
    return comparable(_client(thing)).casefold() == comparable(key[2]).casefold()


def _name(thing: Named) -> str:
    return thing.name


def _full_name(thing: Named) -> str:
    """Return a name, a project's with its client's."""
    return f"{client}/{thing.name}" if (client := _client(thing)) else thing.name


def _archived(thing: "Client | Project | Tag") -> str | None:
    return "archived" if thing.archived else None
