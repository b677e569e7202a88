"""Names to things: projects, tasks, tags, clients, users, custom fields, workspaces.

A name is exact (in any case), else the start of one name only, else a part of one name only.
Several are never picked from: the error lists them and how to say which.
"""

from collections.abc import Callable, Iterable, Sequence
from difflib import get_close_matches
from typing import TYPE_CHECKING, TypeVar

from clocktool.account import is_id
from clocktool.domain.directory import Client, CustomField, Project, Task, User
from clocktool.domain.entry import Tag
from clocktool.errors import AmbiguousError, NotFoundError

if TYPE_CHECKING:
    from clocktool.api.directory import Directory

T = TypeVar("T")

SHOWN = 8
"""How many candidates an error names."""


def pick(
    text: str,
    among: Iterable[T],
    noun: str,
    name_of: Callable[[T], str],
    *,
    full_name: Callable[[T], str] | None = None,
    say_it: Callable[[T], str] | None = None,
    off: Callable[[T], str | None] = lambda _: None,
) -> T:
    """Return the one thing of that name.

    ``full_name`` is the name that tells twins apart (``ACME/Site``), ``say_it`` the option that
    picks it, ``off`` the word for one that is out of use (archived, done). Raises AmbiguousError
    with the candidates, NotFoundError with the names that are close.
    """
    things = list(among)
    full_name = full_name or name_of
    found = _matching(text, things, name_of, full_name, off)
    in_use = [each for each in found if off(each) is None]
    if len(in_use) == 1:
        return in_use[0]
    if in_use:
        shown = ", ".join(full_name(each) for each in in_use[:SHOWN])
        more = f" and {len(in_use) - SHOWN} more" if len(in_use) > SHOWN else ""
        say = say_it(in_use[0]) if say_it else repr(full_name(in_use[0]))
        raise AmbiguousError(
            f"{text!r} is the name of {len(in_use)} {noun}s: {shown}{more}", f"say which: {say}"
        )
    if found:
        raise NotFoundError(
            f"{noun} {full_name(found[0])!r} is {off(found[0])}",
            "name another, or bring it back on the web",
        )
    close = get_close_matches(text.casefold(), [name_of(each).casefold() for each in things], 3)
    names = [name_of(each) for each in things if name_of(each).casefold() in close][:3]
    hint = f"did you mean {' or '.join(names)}?" if names else f"clocktool {noun}s lists them"
    raise NotFoundError(f"no {noun} {text!r}", hint)


def _matching(
    text: str,
    things: Sequence[T],
    name_of: Callable[[T], str],
    full_name: Callable[[T], str],
    off: Callable[[T], str | None],
) -> list[T]:
    """Return the best matches: exact ones, else starts, else parts; those in use come first.

    An exact name that is out of use is never passed over for a longer one that is in use.
    """
    wanted = text.casefold()
    named = full_name if "/" in text else name_of
    fallback: list[T] = []
    for matches in (str.__eq__, str.startswith, str.__contains__):
        found = [each for each in things if matches(named(each).casefold(), wanted)]
        if not found and named is full_name:
            found = [each for each in things if matches(name_of(each).casefold(), wanted)]
        if any(off(each) is None for each in found) or (found and matches is str.__eq__):
            return found
        fallback = fallback or found
    return fallback


class Names:
    """The names of a workspace. One search request a name; a miss asks for all, to say more."""

    def __init__(self, directory: "Directory", workspace: str) -> None:
        self._directory = directory
        self._workspace = workspace

    def project(self, text: str) -> Project:
        """Return a project by id, ``name`` or ``client/name``."""
        if is_id(text):
            return Project(text)
        last = text.rpartition("/")[2].strip()
        found = list(self._directory.projects(self._workspace, name=last or text))
        return pick(
            text,
            found or self._directory.projects(self._workspace),
            "project",
            lambda each: each.name,
            full_name=full_name,
            say_it=lambda each: f"-p {quoted(full_name(each))}",
            off=lambda each: "archived" if each.archived else None,
        )

    def task(self, project: str, text: str) -> Task:
        """Return a task of a project, by id or name."""
        if is_id(text):
            return Task(text, project_id=project)
        found = list(self._directory.tasks(self._workspace, project, name=text))
        return pick(
            text,
            found or self._directory.tasks(self._workspace, project),
            "task",
            lambda each: each.name,
            say_it=lambda each: f"-t {quoted(each.name)}",
            off=lambda each: "done" if each.done else None,
        )

    def tag(self, text: str) -> Tag:
        """Return a tag by id or name."""
        if is_id(text):
            return Tag(text)
        found = list(self._directory.tags(self._workspace, name=text))
        return pick(
            text,
            found or self._directory.tags(self._workspace),
            "tag",
            lambda each: each.name,
            say_it=lambda each: f"-T {quoted(each.name)}",
            off=lambda each: "archived" if each.archived else None,
        )

    def tags(self, texts: Iterable[str]) -> tuple[Tag, ...]:
        """Return several tags, each once, in the order given."""
        return tuple({tag.id: tag for tag in map(self.tag, texts)}.values())

    def client(self, text: str) -> Client:
        """Return a client by id or name."""
        if is_id(text):
            return Client(text)
        found = list(self._directory.clients(self._workspace, name=text))
        return pick(
            text,
            found or self._directory.clients(self._workspace),
            "client",
            lambda each: each.name,
            off=lambda each: "archived" if each.archived else None,
        )

    def user(self, text: str) -> User:
        """Return a member by id, name or e-mail address."""
        if is_id(text):
            return User(text)
        found = list(self._directory.users(self._workspace))
        by_mail = [each for each in found if each.email.casefold() == text.casefold()]
        if len(by_mail) == 1:
            return by_mail[0]
        return pick(
            text,
            found,
            "user",
            lambda each: each.name,
            full_name=lambda each: f"{each.name} <{each.email}>" if each.email else each.name,
            say_it=lambda each: f"--user {each.email or each.id}",
        )

    def field(self, text: str) -> CustomField:
        """Return a custom field by id or name."""
        found = self._directory.custom_fields(self._workspace)
        for each in found:
            if each.id == text:
                return each
        return pick(text, found, "field", lambda each: each.name)


def full_name(project: Project) -> str:
    """Return a project's name with its client's, ``ACME/Site``: what tells twins apart."""
    return f"{project.client}/{project.name}" if project.client else project.name


def quoted(text: str) -> str:
    """Return a text as a shell takes it."""
    from shlex import quote

    return quote(text)
