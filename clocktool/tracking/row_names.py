"""Looks up and creates the names and custom fields of imported rows.

A name matches only the whole name, in any case; not its start or a part of it. All names are
looked up before the first is created.
"""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Protocol, TypeVar

import msgspec

from clocktool.domain.directory import CustomField
from clocktool.domain.entry import Draft, Entry, FieldValue, ProjectRef, Rules, Tag, TaskRef
from clocktool.domain.ids import Known
from clocktool.domain.naming import choose_spelling, escape_name, is_shown_as, shown_name
from clocktool.errors import AmbiguousError, RefusedError, UsageError, quoted
from clocktool.importers.row import Problem, Row, normalized
from clocktool.tracking.assignment import field_value
from clocktool.tracking.names import only

if TYPE_CHECKING:
    from clocktool.api.directory import Directory
    from clocktool.domain.directory import Client, Project

Key = tuple[str, ...]
"""A name in a row: ``("tag", name)``, ``("client", name)``, ``("project", name, client)`` or, if
the client is unknown, ``("project", name)``, and ``("task", name, *project)``."""

_ORDER = ("client", "project", "task", "tag")
"""The order in which names are listed."""

_COLOR = re.compile(r"#[0-9A-Fa-f]{6}")


class Named(Protocol):
    """An object with an id and a name."""

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
    """A name that does not exist in the workspace, and the first row with it."""

    key: Key
    row: Row

    @property
    def text(self) -> str:
        """The name in a sentence: ``project 'Site · ACME'``."""
        return name_of(self.key)


class RowNames:
    """Looks up the names of rows, creates missing ones, and turns rows into drafts."""

    def __init__(self, directory: "Directory", workspace: str, rows: Sequence[Row]) -> None:
        self._directory = directory
        self._workspace = workspace
        self._ids: dict[Key, Known] = {}
        self._unusable: dict[Key, str] = {}
        """Why a name that exists can't be used: archived, done, or ambiguous."""
        self._first: dict[Key, Row] = {}
        """Every name with the first row that has it."""
        self._spellings: dict[Key, list[Key]] = {}
        """The spellings of each missing name."""
        self._fields = self._look_up_fields()
        tags = list(directory.tags(workspace)) if any(row.tags for row in rows) else []
        self.rows = resolved(rows, [tag.name for tag in tags], self._fields)
        """The rows with tags and custom fields in the form of the workspace."""
        self._first |= _firsts(self.rows)
        self._look_up(tags)

    def project_of(self, row: Row) -> str | None:
        """Return the id of a row's project, None for no project, ``""`` for a missing one."""
        key = _project_key(row)
        return self._ids.get(key, "") if key else None

    def problems(self, rows: Iterable[Row]) -> Iterator[Problem]:
        """Yield a problem for each name that is archived, done or ambiguous, at its first row."""
        for key, row in _firsts(rows).items():
            if key in self._unusable:
                yield Problem(row.line, self._unusable[key])

    def missing(self, rows: Iterable[Row]) -> list[Missing]:
        """Return the missing names of rows, each once, clients and projects first."""
        found: dict[Key, Missing] = {}
        for key, row in _firsts(rows).items():
            client = (
                ("client", *key[2:]) if key[0] == "project" and key[2:] not in ((), ("",)) else ()
            )
            for each in (client, key) if key not in self._ids else ():
                if each and each not in self._ids and each not in self._unusable:
                    found.setdefault(_folded(each), Missing(each, row))
        return sorted(found.values(), key=lambda each: _ORDER.index(each.key[0]))

    def missing_fields(self, rows: Iterable[Row]) -> dict[str, int]:
        """Return the missing custom fields, and the number of values that rows have for each."""
        missing: dict[str, int] = {}
        for row in rows:
            for name, value in row.fields:
                if value is not None and name not in self._fields:
                    missing[name] = missing.get(name, 0) + 1
        return missing

    def field_problems(self, rows: Iterable[Row]) -> Iterator[Problem]:
        """Yield a problem for each invalid or missing required value of a custom field."""
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
                    yield Problem(row.line, f"invalid value for custom field {quoted(name)}")
            lacks = [quoted(field.name) for field in required if field.id not in given]
            if lacks:
                yield Problem(
                    row.line, f"a value is required for custom field {' and '.join(lacks)}"
                )

    def create(self, missing: Missing) -> None:
        """Create a name. The project or client it belongs to exists: see ``creation_order``."""
        made = self._create(missing)
        for key in self._spellings[_folded(missing.key)]:
            self._ids[key] = Known(made)

    def draft(self, row: Row) -> Draft:
        """Return the draft of a row; all its names exist."""
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
        """Look up every name: one request for each list, and one for each project with tasks.

        Lists of tasks may be a day old: on an account with few requests an hour they would
        otherwise use them up at each import.
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
            if key not in self._ids and key not in self._unusable and key[2:] not in ((), ("",))
        }
        if clients:
            self._first |= clients
            self._find(list(clients), list(directory.clients(workspace)), _archived)

    def _of(self, noun: str) -> list[Key]:
        return [key for key in self._first if key[0] == noun]

    def _find(
        self, keys: Iterable[Key], things: Sequence[N], off: Callable[[N], str | None]
    ) -> None:
        """Find the item of each key by name or id; ``off`` returns why one can't be used."""
        named: dict[str, list[N]] = {}
        for thing in things:
            named.setdefault(normalized(thing.name).casefold(), []).append(thing)
            named.setdefault(str(thing.id), []).append(thing)
        for key in keys:
            found = [
                each for each in named.get(normalized(key[1]).casefold(), ()) if _is_of(each, key)
            ]
            if not found and key[0] == "project":
                found = [each for each in things if _is_named(each, key)]
            if not found:
                self._spellings.setdefault(_folded(key), []).append(key)
                continue
            meant = choose_spelling(key[1], found, _name, off)
            try:
                thing = only(key[1], meant, key[0], _name, _full_name)
            except AmbiguousError as error:
                self._unusable[key] = error.message
                continue
            self._ids[key] = Known(str(thing.id))
            if why := off(thing):
                self._unusable[key] = f"{name_of(key)} is {why}"

    def _look_up_fields(self) -> dict[str, CustomField]:
        """Return the custom fields by name and by id; none if the user may not read them."""
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
    """Return names in the order to create them: clients, each project with its tasks, tags.

    So an interrupted run leaves few projects without their tasks.
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
    """Return a name as text: ``project 'Site · ACME'``, ``task 'Login' of project 'Site'``."""
    noun, name, *rest = key
    if noun == "task":
        return f"task {quoted(name)} of {name_of(tuple(rest))}"
    return f"{noun} {quoted(shown_name(name, rest[0] if rest else ''))}"


def rule_problems(rules: "Rules", rows: Iterable[Row], forbidden: str) -> Iterator[Problem]:
    """Yield a problem for each row that breaks a rule of the workspace.

    ``forbidden`` are the characters that a description can't contain.
    """
    lacking: dict[tuple[bool, ...], list[str]] = {}
    for row in rows:
        has = bool(row.project), bool(row.task), bool(row.tags), bool(row.description.strip())
        if has not in lacking:
            lacking[has] = rules.missing_fields(_like(row))
        invalid = sorted(set(row.description).intersection(forbidden)) if forbidden else []
        if rules.lock_before is not None and row.start < rules.lock_before:
            yield Problem(row.line, "its time is locked")
        elif lacks := lacking[has]:
            yield Problem(row.line, f"it needs {' and '.join(lacks)}")
        elif invalid:
            yield Problem(row.line, f"a description can't contain {' or '.join(invalid)}")


def _like(row: Row) -> Entry:
    """Return an entry with the names of a row, to check it against rules."""
    project = ProjectRef(Known(row.project)) if row.project else None
    task = TaskRef(Known(row.task)) if row.task else None
    tags = tuple(Tag(Known(each)) for each in row.tags)
    return Entry(Known(""), row.start, row.end, row.description.strip(), project, task, tags)


def resolved(
    rows: Sequence[Row], tags: Collection[str], fields: Mapping[str, CustomField]
) -> Sequence[Row]:
    """Return rows with tags and custom fields in the form of a workspace.

    ``tags`` are the names of its tags. Tags that a file joins with commas are split there, unless
    the joined text is the name of a tag; the longest name wins. A text becomes a value of the type
    of its custom field where possible.
    """
    with_comma = {_folded_name(name) for name in tags if "," in name}
    if not with_comma and not fields:
        return rows
    return [_resolved(row, with_comma, fields) for row in rows]


def _resolved(row: Row, with_comma: Collection[str], fields: Mapping[str, CustomField]) -> Row:
    if row.fields and any(name in fields for name, _ in row.fields):
        values = tuple((name, _value(fields.get(name), value)) for name, value in row.fields)
        row = msgspec.structs.replace(row, fields=values)
    if row.has_joined_tags and with_comma and len(row.tags) > 1:
        row = msgspec.structs.replace(row, tags=_rejoined(row.tags, with_comma))
    return row


def _rejoined(parts: Sequence[str], with_comma: Collection[str]) -> tuple[str, ...]:
    """Return tags; parts that form the name of a tag with a comma are joined again."""
    names, at = [], 0
    while at < len(parts):
        ends = range(len(parts), at + 1, -1)
        end = next(
            (end for end in ends if _folded_name(", ".join(parts[at:end])) in with_comma), at + 1
        )
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
    """Return a name for comparison; a space after a comma makes no difference."""
    return normalized(name.replace(",", ", ")).casefold()


def _firsts(rows: Iterable[Row]) -> dict[Key, Row]:
    """Return the names of rows, each with the first row in which it occurs."""
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
    """Yield the names of a row, without its client: that is needed only for a missing project."""
    project = _project_key(row)
    if project:
        yield project
    if row.task:
        yield ("task", row.task, *project)
    for tag in row.tags:
        yield ("tag", tag)


def _project_key(row: Row) -> Key:
    """Return the key of a row's project, ``()`` for no project."""
    if not row.project:
        return ()
    return ("project", row.project) if row.client is None else ("project", row.project, row.client)


def _folded(key: Key) -> Key:
    return tuple(normalized(each).casefold() for each in key)


def _client(thing: object) -> str:
    """Return the name of a project's client; empty for other items."""
    return getattr(thing, "client", "")


def _is_of(thing: object, key: Key) -> bool:
    """Whether a project belongs to the client of its key; True for other items."""
    if key[0] != "project" or len(key) < 3:
        return True
    if key[2] and key[2] == getattr(thing, "client_id", None):
        return True
    return normalized(_client(thing)).casefold() == normalized(key[2]).casefold()


def _is_named(thing: Named, key: Key) -> bool:
    """Whether a project with a client is what a row has as its project, in one text."""
    if len(key) > 2 or not (client := _client(thing)):
        return False
    typed = escape_name(thing.name, client, is_ambiguous=False)
    return key[1].casefold() == typed.casefold() or is_shown_as(key[1], thing.name, client)


def _name(thing: Named) -> str:
    return thing.name


def _full_name(thing: Named) -> str:
    """Return a name; for a project, with the client's."""
    return shown_name(thing.name, _client(thing))


def _archived(thing: "Client | Project | Tag") -> str | None:
    return "archived" if thing.archived else None
