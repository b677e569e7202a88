"""Lookup of projects, tasks, tags, clients, users, custom fields and workspaces by name.

A text matches a name exactly (in any case), else as the start of a name, else as a part of it.
Where it matches several, none is picked: the error lists them.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from clocktool.api.directory import DAY, LISTS, Search
from clocktool.domain.directory import AnyNamed, Client, CustomField, Project, Task, User
from clocktool.domain.entry import Tag
from clocktool.domain.ids import EntryId, Known, NameId, Queued, Unresolved
from clocktool.domain.naming import (
    escape_name,
    is_id,
    match_names,
    match_projects,
    part_of_names,
    shown_name,
    unescape_name,
)
from clocktool.errors import (
    AmbiguousError,
    ClocktoolError,
    NotFoundError,
    NotSentError,
    UnknownNameError,
    quoted,
)

if TYPE_CHECKING:
    from clocktool.api.directory import Directory
    from clocktool.history.directory import PendingDirectory
    from clocktool.tracking.creation import Ask, NewNames


class Item(Protocol):
    """An object with an id."""

    @property
    def id(self) -> object:
        """Its id."""
        ...


T = TypeVar("T")
N = TypeVar("N", bound=Item)

SEND = "send it first: clocktool sync"

SHOWN = 8
"""How many candidates an error names."""


def pick(
    text: str,
    among: Iterable[N],
    noun: str,
    name_of: Callable[[N], str],
    *,
    match: "Callable[[Sequence[N]], list[N]] | None" = None,
    full_name: Callable[[N], str] | None = None,
    to_type: Callable[[N], str] | None = None,
    option: str = "",
    off: Callable[[N], str | None] = lambda _: None,
    cached: Callable[[], Iterable[str]] = tuple,
    lister: str | None = None,
) -> N:
    """Return the one item that a text names.

    ``match`` finds the best items where the name is not enough. ``full_name`` distinguishes items
    of the same name (``ACME/Site``); ``to_type`` is what a user types for one, after an ``option``,
    where that is not the full name. Items that still share a name are distinguished by id. ``off``
    returns why an item can't be used (archived, done), or None.

    Raises AmbiguousError with the candidates. Raises NotFoundError with similar names among these
    items and ``cached``; without any, ``lister`` is the hint.
    """
    things = list(among)
    full_name = full_name or name_of
    found = match(things) if match else match_names(text, things, name_of, off)
    in_use = [each for each in found if off(each) is None]
    if in_use:
        return only(text, in_use, noun, name_of, full_name, to_type=to_type, option=option)
    if found:
        from shlex import quote

        full = full_name(found[0])
        again = "tasks -p PROJECT reopen" if noun == "task" else f"{noun}s restore"
        say = (to_type or full_name)(found[0])
        raise NotFoundError(
            f"{noun} '{full}' is {off(found[0])}",
            f"to use it again: clocktool {again} {quote(say)}",
        )
    from difflib import get_close_matches

    spelled = {name.casefold(): name for name in [*map(name_of, things), *cached()]}
    names = [spelled[each] for each in get_close_matches(text.casefold(), spelled, 3)]
    hint = f"did you mean {' or '.join(names)}?"
    if not names:
        hint = lister or f"clocktool {noun}s lists them, clocktool {noun}s add creates one"
    raise UnknownNameError(f"no {noun} {quoted(text)}", hint, similar=tuple(names))


def only(
    text: str,
    found: Sequence[N],
    noun: str,
    name_of: Callable[[N], str],
    full_name: Callable[[N], str],
    *,
    to_type: Callable[[N], str] | None = None,
    option: str = "",
) -> N:
    """Return the only item of ``found``; the arguments are those of ``pick``.

    Raises AmbiguousError if there are several, with what to type for one of them.
    """
    if len(found) == 1:
        return found[0]
    from collections import Counter

    texts = list(map(to_type or full_name, found))
    counts = Counter(map(str.casefold, texts)) | Counter(name_of(each).casefold() for each in found)
    twins = {
        each.id for each, word in zip(found, texts, strict=True) if counts[word.casefold()] > 1
    }
    shown = ", ".join(
        f"{full_name(each)} ({each.id})" if each.id in twins else full_name(each)
        for each in found[:SHOWN]
    )
    more = f" and {len(found) - SHOWN} more" if len(found) > SHOWN else ""
    word = str(found[0].id) if found[0].id in twins else texts[0]
    raise AmbiguousError(
        f"{quoted(text)} matches {len(found)} {noun}s",
        f"say which: {option} {typed(word)}" if option else f"say which: {word!r}",
        why=f"{shown}{more}",
    )


class Names:
    """The names of a workspace: one search request for each name.

    ``with_inactive`` also finds archived and done items, for filters; they can't be assigned to an
    entry. ``from_cache`` sends no request and uses earlier results. ``queued`` returns the pending
    change that creates an id, which no request may contain yet, only a change that ``may_wait``.
    ``cached_names`` returns the names of a kind that are on this machine.
    """

    def __init__(
        self,
        directory: "Directory | PendingDirectory",
        workspace: str,
        *,
        with_inactive: bool = False,
        from_cache: bool = False,
        queued: Callable[[object], Queued | None] = lambda _: None,
        may_wait: bool = False,
        cached_names: Callable[[str], Iterable[str]] = lambda _: (),
    ) -> None:
        self._may_wait = may_wait
        self._directory = directory
        self._cached_names = cached_names
        self._workspace = workspace
        self._with_inactive = with_inactive
        self._from_cache = from_cache
        self._queued = queued
        self._is_offline = False
        self._ask: Ask | None = None
        self._creates_always = False
        self.new: NewNames | None = None
        """The names to be created; None while no name was unknown."""

    @property
    def offline(self) -> "Names":
        """The same without requests: only whole names, in lists that were read before."""
        from copy import copy

        names = copy(self)
        names._is_offline = True  # noqa: SLF001  # a copy of itself
        names._ask = names.new = None  # noqa: SLF001
        return names

    def or_new(self, ask: "Ask", *, always: bool) -> "Names":
        """Return the same names, with new ones in place of errors for unknown ones.

        ``ask`` raises the error where a new name is not wanted. With ``always``, a name is new also
        where it can't be looked up now.
        """
        from copy import copy

        names = copy(self)
        names._ask, names._creates_always = ask, always  # noqa: SLF001  # a copy of itself
        return names

    def client_and_name(self, text: str) -> tuple[Client | None, str]:
        """Return the client, which may be new, and the name of a project that is to be created.

        Raises RefusedError if the whole text is the name of a project already.
        """
        return self._creating(UnknownNameError(f"no project {quoted(text)}")).client_and_name(text)

    def id_made(self, key: str) -> EntryId:
        """Return the id of a client, which may have been created in this run."""
        return Known(key) if self.new is None else self.new.id_made(key)

    @property
    def has_new(self) -> bool:
        """Whether there are names to create."""
        return self.new is not None and not self.new.is_empty

    @property
    def can_search(self) -> bool:
        """Whether the workspace is known, so that a search can be sent."""
        return bool(self._workspace)

    def id_of(self, found: AnyNamed) -> NameId:
        """Return the id of what was found; what waits to be created is given by its name."""
        queued = self._queued(found.id)
        if queued is None:
            return Known(str(found.id))
        name = found.name
        if isinstance(found, Project):
            name = escape_name(name, found.client, is_ambiguous=False)
        return Unresolved(name, queued.change)

    def _off(self, word: str, off: bool) -> str | None:  # noqa: FBT001  # a flag of a thing
        return word if off and not self._with_inactive else None

    def _sent(self, found: T, noun: str) -> T:
        """Return an item that has an id. Raises NotSentError if it is not created yet."""
        thing: Any = found
        if not self._may_wait and self._queued(thing.id) is not None:
            raise NotSentError(f"{noun} {quoted(thing.name)} waits to be sent", SEND)
        return found

    def _creating(self, error: ClocktoolError) -> "NewNames":
        """Return the names to be created. Raises the error if none are to be created."""
        if self._ask is None:
            raise error
        if self.new is None:
            from copy import copy

            from clocktool.tracking.creation import NewNames

            existing = copy(self)
            existing._ask = None  # noqa: SLF001  # a copy of itself
            self.new = NewNames(existing, self._ask, always=self._creates_always)
        return self.new

    def project(self, text: str) -> Project:
        """Return a project by id, ``name``, ``client/name``, or ``/name`` without one."""
        try:
            return self._project(text)
        except ClocktoolError as error:
            return self._creating(error).project(text, error)

    def _project(self, text: str) -> Project:
        if is_id(text):
            return Project(text)

        def off(project: Project) -> str | None:
            return self._off("archived", project.archived)

        name = unescape_name(text)
        part = part_of_names(text) or name
        projects = self._found(self._directory.projects, part, self._workspace, whole=name)
        found = match_projects(text, projects, off)
        if len(found) != 1 or found[0].archived:
            found = [self._pick_project(name, projects, found, off)]
        return found[0] if self._may_wait else self._sent(found[0], "project")

    def _pick_project(
        self,
        name: str,
        among: Sequence[Project],
        found: list[Project],
        off: Callable[[Project], str | None],
    ) -> Project:
        """Return the one of the projects that were found. Raises like ``pick``."""
        names = [each.name.casefold() for each in among]

        def to_type(each: Project) -> str:
            twins = names.count(each.name.casefold())
            return escape_name(each.name, each.client, is_ambiguous=twins > 1)

        return pick(
            name,
            among,
            "project",
            lambda each: each.name,
            match=lambda _: found,
            cached=self._cached("project", self._directory.projects, self._workspace),
            full_name=lambda each: full_name(each) if each.client else to_type(each),
            to_type=to_type,
            option="-p",
            off=off,
        )

    def task(self, project: str, text: str, project_text: str | None = None) -> Task:
        """Return a task of a project, by id or name; ``project_text`` is the project as typed."""
        if self.new is not None and self.new.has(project):
            return self.new.task(project, text, project_text, None)
        try:
            return self._task(project, text, project_text)
        except ClocktoolError as error:
            return self._creating(error).task(project, text, project_text, error)

    def _task(self, project: str, text: str, project_text: str | None) -> Task:
        if is_id(text):
            return Task(text, project_id=project)
        found = pick(
            text,
            self._found(self._directory.tasks, text, self._workspace, project),
            "task",
            lambda each: each.name,
            cached=self._cached("task", self._directory.tasks, self._workspace, project),
            option="-t",
            lister=f"clocktool tasks -p {typed(project_text or project)} lists them",
            off=lambda each: self._off("done", each.done),
        )
        return self._sent(found, "task")

    def tasks(self, projects: Mapping[str, str], text: str) -> list[Task]:
        """Return the tasks with one name; ``projects`` maps ids of projects to texts as typed.

        Without projects, the tasks of all projects are searched: one request, cached for a day.
        """
        if is_id(text):
            return [Task(text)]
        if projects:
            found = [
                task
                for project in projects
                for task in self._found(self._directory.tasks, text, self._workspace, project)
            ]
            return self._tasks_named(text, found, projects)
        search = self._directory.tasks_of_all
        return self._newest(
            lambda age: self._tasks_named(
                text, list(search(self._workspace, Search(name=text.lower(), age=age))), projects
            )
        )

    def _tasks_named(
        self, text: str, found: Sequence[Task], projects: Mapping[str, str]
    ) -> list[Task]:
        """Return all tasks with the one name that a text matches."""
        project, as_typed = next(iter(projects.items())) if len(projects) == 1 else ("", "PROJECT")
        one_of_each = {each.name.casefold(): each for each in reversed(found)}
        meant = pick(
            text,
            [one_of_each[name] for name in sorted(one_of_each)],
            "task",
            lambda each: each.name,
            cached=self._cached("task", self._directory.tasks, self._workspace, project)
            if project
            else lambda: self._cached_names("task"),
            option="-t",
            lister=f"clocktool tasks -p {typed(as_typed)} lists them",
            off=lambda each: self._off("done", each.done),
        )
        return [each for each in found if each.name.casefold() == meant.name.casefold()]

    def tag(self, text: str) -> Tag:
        """Return a tag by id or name."""
        known = None if self.new is None else self.new.known_tag(text)
        try:
            return known or self._tag(text)
        except ClocktoolError as error:
            return self._creating(error).tag(text, error)

    def _tag(self, text: str) -> Tag:
        if is_id(text):
            return Tag(Known(text))
        found = pick(
            text,
            self._found(self._directory.tags, text, self._workspace),
            "tag",
            lambda each: each.name,
            cached=self._cached("tag", self._directory.tags, self._workspace),
            option="-T",
            off=lambda each: self._off("archived", each.archived),
        )
        return self._sent(found, "tag")

    def tags(self, texts: Iterable[str]) -> tuple[Tag, ...]:
        """Return several tags, each once, in the order given."""
        return tuple({tag.id: tag for tag in map(self.tag, texts)}.values())

    def client(self, text: str) -> Client:
        """Return a client by id or name."""
        if is_id(text):
            return Client(text)
        found = pick(
            text,
            self._found(self._directory.clients, text, self._workspace),
            "client",
            lambda each: each.name,
            cached=self._cached("client", self._directory.clients, self._workspace),
            off=lambda each: self._off("archived", each.archived),
        )
        return self._sent(found, "client")

    def user(self, text: str) -> User:
        """Return a member by id, name or e-mail address."""
        if is_id(text):
            return User(text)
        return self._newest(lambda age: self._user(text, age))

    def users(self) -> list[User]:
        """Return all members of the workspace, as they are now: one request."""
        return list(self._directory.users(self._workspace))

    def field(self, text: str) -> CustomField:
        """Return a custom field by id or name."""
        return self._newest(lambda age: self._field(text, age))

    def _found(
        self, read: Callable[..., Iterable[T]], text: str, *where: str, whole: str | None = None
    ) -> list[T]:
        """Return what a search for a name finds: one request, cached for a day."""
        if self._is_offline:
            lists: list[Any] = [each for search in LISTS for each in read(*where, search)]
            by_id = {str(each.id): each for each in lists}
            exact = {text.casefold(), (whole or text).casefold()}
            return [each for each in by_id.values() if each.name.casefold() in exact]
        search = Search(name=text.lower(), age=DAY, cached_only=self._from_cache)
        return list(read(*where, search))

    def _cached(
        self, kind: str, read: Callable[..., Iterable[Any]], *where: str
    ) -> Callable[[], list[str]]:
        """Return a function that lists the names on this machine: no request."""
        return lambda: [
            *(each.name for each in read(*where, Search(cached_only=True))),
            *self._cached_names(kind),
        ]

    def _newest(self, find: Callable[[int], T]) -> T:
        """Search a list cached for up to a day; without a match, request it and search again."""
        try:
            return find(DAY)
        except NotFoundError:
            return find(0)

    def _user(self, text: str, age: int) -> User:
        found = list(self._directory.users(self._workspace, Search(age=age)))
        by_mail = [each for each in found if each.email.casefold() == text.casefold()]
        if len(by_mail) == 1:
            return by_mail[0]
        return pick(
            text,
            found,
            "user",
            lambda each: each.name,
            full_name=lambda each: f"{each.name} <{each.email}>" if each.email else each.name,
            to_type=lambda each: each.email or each.id,
            option="--user",
        )

    def _field(self, text: str, age: int) -> CustomField:
        found = self._directory.custom_fields(self._workspace, age=age)
        for each in found:
            if each.id == text:
                return each
        return pick(text, found, "field", lambda each: each.name)


def find_workspace(directory: "Directory", text: str) -> str:
    """Return the id of a workspace, given by id or name: one request a day for a name."""
    if is_id(text):
        return text
    for age in (DAY, 0):
        try:
            return pick(text, directory.workspaces(age=age), "workspace", lambda it: it.name).id
        except NotFoundError:  # it may be newer than the cache
            if age == 0:
                raise
    raise AssertionError("the last try returns or raises")


def last_workspace(directory: "Directory", workspace: str | None) -> str:
    """Return the id of the workspace that ``find_workspace`` found last, without a request.

    It is empty where that is not known.
    """
    if workspace is not None and is_id(workspace):
        return workspace
    if workspace is None:
        user = directory.kept_me()
        return "" if user is None else user.active_workspace or ""
    try:
        return pick(workspace, directory.kept_workspaces(), "workspace", lambda it: it.name).id
    except NotFoundError:
        return ""


def full_name(project: Project) -> str:
    """Return a project's name with its client's, as it is shown: ``Site · ACME``."""
    return shown_name(project.name, project.client)


def typed(text: str) -> str:
    """Return a text quoted for a shell."""
    from shlex import quote

    return quote(text)
