"""What imported rows are filed under: names looked up, and created where they may be.

A name is meant as it is written, in any case: it never stands for one that begins with it or
contains it. All names are looked up before the first is created.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Protocol, TypeVar

import msgspec

from clocktool.domain.entry import Draft, Entry, FieldValue, ProjectRef, Tag, TaskRef
from clocktool.errors import quoted
from clocktool.exchange.row import Problem, Row

if TYPE_CHECKING:
    from clocktool.api.directory import Directory
    from clocktool.domain.directory import Client, Project, Rules

Key = tuple[str, ...]
"""A name as rows have it: ``("tag", name)``, ``("client", name)``, ``("project", name, client)``,
without the client where it is not known, and ``("task", name, *project)``."""

_ORDER = ("client", "project", "task", "tag")
"""In which order names are created: what others belong to comes first."""

_COLOR = re.compile(r"#[0-9A-Fa-f]{6}")


class Named(Protocol):
    """Anything with an id and a name."""

    @property
    def id(self) -> str:
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
    def said(self) -> str:
        """The name in a sentence: ``project 'ACME/Site'``."""
        return said(self.key)


class Filer:
    """Looks up what rows are filed under in a workspace, creates it, and makes drafts of rows.

    ``problems`` has the names that are archived, done or ambiguous, ``missing`` those that are
    not there, ``lost`` how many values the custom fields have that are not there.
    """

    def __init__(self, directory: "Directory", workspace: str, rows: Sequence[Row]) -> None:
        self._directory = directory
        self._workspace = workspace
        self._ids: dict[Key, str] = {}
        self._fields: dict[str, str] = {}
        self._missing: dict[Key, Missing] = {}
        self._wanted: dict[Key, Row] = {}
        self.problems: list[Problem] = []
        self.lost: dict[str, int] = {}
        for row in rows:
            for key in _keys(row):
                self._wanted.setdefault(key, row)
        self._look_up()
        self._look_up_fields(rows)

    @property
    def missing(self) -> list[Missing]:
        """The names that are not there, in the order in which they are created."""
        return sorted(self._missing.values(), key=lambda each: _ORDER.index(each.key[0]))

    def project_of(self, row: Row) -> str | None:
        """Return the id of a row's project, None for no project, '' for one that is missing."""
        key = _project_key(row)
        return self._ids.get(key, "") if key else None

    def create(self) -> None:
        """Create what is missing."""
        for each in self.missing:
            made = self._create(each)
            for key in {*self._wanted, each.key}:
                if _folded(key) == _folded(each.key):
                    self._ids[key] = made
            del self._missing[_folded(each.key)]

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
                FieldValue(self._fields[name], value, name)
                for name, value in row.fields
                if name in self._fields
            )
            or None,
            type=row.type,
        )

    def _look_up(self) -> None:
        """Look up every name: a request for each list, and one for each project with tasks."""
        directory, workspace = self._directory, self._workspace
        if projects := self._of("project"):
            self._find(projects, list(directory.projects(workspace)), _archived)
        tasks_of: dict[Key, list[Key]] = {}
        for key in self._of("task"):
            tasks_of.setdefault(key[2:], []).append(key)
        for project, tasks in tasks_of.items():
            there = directory.tasks(workspace, self._ids[project]) if project in self._ids else ()
            self._find(tasks, list(there), lambda task: "done" if task.done else "")
        if tags := self._of("tag"):
            self._find(tags, list(directory.tags(workspace)), _archived)
        clients: dict[Key, Row] = {
            ("client", each.key[2]): each.row
            for each in self._missing.values()
            if each.key[0] == "project" and each.key[2:] not in ((), ("",))
        }
        if clients:
            self._wanted |= clients
            self._find(list(clients), list(directory.clients(workspace)), _archived)

    def _of(self, noun: str) -> list[Key]:
        return [key for key in self._wanted if key[0] == noun]

    def _find(self, keys: Iterable[Key], things: Sequence[N], off: Callable[[N], str]) -> None:
        """Find what each key is the name, or the id, of; ``off`` says why one is of no use."""
        named: dict[str, list[N]] = {}
        for thing in things:
            named.setdefault(thing.name.casefold(), []).append(thing)
            named.setdefault(thing.id, []).append(thing)
        for key in keys:
            found = [each for each in named.get(key[1].casefold(), ()) if _is_of(each, key)]
            used = [each for each in found if not off(each)]
            exact = [each for each in used if each.name == key[1]] if len(used) > 1 else used
            line = self._wanted[key].line
            if len(exact) == 1:
                self._ids[key] = exact[0].id
            elif used:
                which = ", ".join(said(("project", each.name, _client(each))) for each in used)
                self.problems.append(Problem(line, f"{said(key)} may be any of these: {which}"))
            elif found:
                self.problems.append(Problem(line, f"{said(key)} is {off(found[0])}"))
            else:
                self._missing.setdefault(_folded(key), Missing(key, self._wanted[key]))

    def _look_up_fields(self, rows: Sequence[Row]) -> None:
        names = [name for row in rows for name, value in row.fields if value is not None]
        if not names:
            return
        for field in self._directory.custom_fields(self._workspace):
            self._fields |= {field.id: field.id, field.name: field.id}
        for name in names:
            if name not in self._fields:
                self.lost[name] = self.lost.get(name, 0) + 1

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
                return made.create_tag(workspace, name).id


def said(key: Key) -> str:
    """Return a name for a sentence: ``project 'ACME/Site'``, ``task 'Login' of 'Site'``."""
    noun, name, *rest = key
    if noun == "task":
        return f"task {quoted(name)} of {said(tuple(rest))}"
    return f"{noun} {quoted(f'{rest[0]}/{name}' if rest and rest[0] else name)}"


def against(rules: "Rules", rows: Iterable[Row]) -> Iterator[Problem]:
    """Yield the rows that the rules of a workspace refuse, and why."""
    for row in rows:
        project = ProjectRef(row.project) if row.project else None
        task = TaskRef(row.task) if row.task else None
        tags = tuple(map(Tag, row.tags))
        entry = Entry("", row.start, row.end, row.description.strip(), project, task, tags)
        if rules.lock_before is not None and row.start < rules.lock_before:
            yield Problem(row.line, "its time is locked")
        elif lacks := rules.lacks(entry):
            yield Problem(row.line, f"it needs {' and '.join(lacks)}")


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
    return tuple(each.casefold() for each in key)


def _client(thing: object) -> str:
    """Return the name of a project's client, empty for anything that has none."""
    return getattr(thing, "client", "")


def _is_of(thing: object, key: Key) -> bool:
    """Return whether a project is of the client that its key names; other things are of none."""
    return key[0] != "project" or len(key) < 3 or _client(thing).casefold() == key[2].casefold()


def _archived(thing: "Client | Project | Tag") -> str:
    return "archived" if thing.archived else ""
