"""Names that a command uses and that are not there yet: they are created with its entries."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol, TypeVar

import msgspec

from clocktool.api.routes import Operation, Value
from clocktool.domain.directory import AnyNamed, Client, Project, Task
from clocktool.domain.entry import Draft, Tag
from clocktool.domain.ids import EntryId, Known, NameId, Queued, Unresolved
from clocktool.domain.naming import client_and_name, is_id, unescape_name
from clocktool.errors import ClocktoolError, UnknownNameError, exists_already, quoted

if TYPE_CHECKING:
    from clocktool.tracking.name_changes import NameChanges

N = TypeVar("N", bound=AnyNamed)

Ask = Callable[[UnknownNameError, str], None]
"""Asks whether to create what a text describes, and raises the error where the answer is no."""


class NewName(msgspec.Struct, frozen=True):
    """A name to be created: as it was typed, and what it will be, under a key of this run.

    ``within`` is the key of its client or project where that is to be created, too.
    """

    key: str
    text: str
    thing: AnyNamed
    within: str = ""


class ExistingNames(Protocol):
    """Finds names that exist."""

    def project(self, text: str) -> Project:
        """Return a project. Raises UnknownNameError."""
        ...

    def client(self, text: str) -> Client:
        """Return a client. Raises UnknownNameError."""
        ...


class NewNames:
    """The names to create in a run: those that ``names`` does not find.

    A new name has a key in place of an id; ``fill`` replaces it once the name is created. With
    ``always``, names that can't be looked up now are new, too.
    """

    def __init__(self, names: ExistingNames, ask: Ask, *, always: bool) -> None:
        self._names = names
        self._ask = ask
        self._always = always
        self._new: list[NewName] = []
        self._ids: dict[str, NameId] = {}
        self._made: dict[str, EntryId] = {}

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to create."""
        return not self._new

    def has(self, key: str) -> bool:
        """Whether the name with this key will be created."""
        return self._named(key) is not None

    def project(self, text: str, error: ClocktoolError) -> Project:
        """Return a new project: ``Site``, ``ACME/Site``, ``/Site``; ``error`` says why it is new.

        Raises the error if the project is not to be created.
        """
        unknown = self._unknown(error, "project", text)
        client, name = self._halves(text)
        if not name:
            raise unknown
        within, of = "", ""
        thing = Project("", name)
        if client:
            found, is_new = self._client(client)
            within = found.id if is_new else ""
            of = f" of the new client {found.name}" if is_new else f" of {found.name}"
            thing = Project("", name, client_id=found.id, client=found.name)
        self._ask(unknown, f"project {name}{of}")
        return self._add(thing, f"new project {text}", text, within)

    def task(
        self, project: str, text: str, project_text: str | None, error: ClocktoolError | None
    ) -> Task:
        """Return a new task of a project; of a new project every task is new, without an error."""
        parent = self._named(project)
        unknown = UnknownNameError(f"no task {quoted(text)}")
        if error is not None:
            unknown = self._unknown(error, "task", text)
        of = project_text if parent is None else parent.thing.name
        self._ask(unknown, f"task {text} of {of}" if of else f"task {text}")
        within = "" if parent is None else project
        return self._add(Task("", text, project), f"new task {text}", text, within)

    def known_tag(self, text: str) -> Tag | None:
        """Return a tag if it is to be created."""
        known = self._named(f"new tag {text.casefold()}")
        return known.thing if known is not None and isinstance(known.thing, Tag) else None

    def tag(self, text: str, error: ClocktoolError) -> Tag:
        """Return a new tag."""
        unknown = self._unknown(error, "tag", text)
        self._ask(unknown, f"tag {text}")
        return self._add(Tag(Known(""), text), f"new tag {text.casefold()}", text)

    def client_and_name(self, text: str) -> tuple[Client | None, str]:
        """Return the client, which may be new, and the name of a project that is to be created.

        Raises RefusedError if the whole text is the name of a project already.
        """
        whole = unescape_name(text)
        halves = list(client_and_name(text))
        if halves == [("", whole.strip())]:
            return None, whole
        try:
            found = self._names.project(text).name
        except ClocktoolError:
            found = ""
        if found.casefold() == whole.casefold():
            raise exists_already("project", whole)
        client, name = self._halves(text)
        return (self._client(client)[0] if client else None), name

    def create(self, changes: "NameChanges") -> None:
        """Create what is new, in order; ``fill`` then has the ids."""
        made = self._made
        for new in self._new:
            thing: AnyNamed = msgspec.structs.replace(new.thing, id="")
            beside = made.get(new.within)
            if beside is not None:
                field = "project_id" if isinstance(thing, Task) else "client_id"
                thing = msgspec.structs.replace(thing, **{field: str(beside)})
            said = ("client_id",) if isinstance(thing, Project) and thing.client_id else ()
            waiting = beside if isinstance(beside, Queued) else None
            key = made[new.key] = changes.create_first(thing, said, waiting)
            self._ids[new.key] = (
                Unresolved(new.text, key.change) if isinstance(key, Queued) else key
            )

    def id_made(self, key: str) -> EntryId:
        """Return the id of a client: of one that ``create`` has made, else its own."""
        return self._made.get(key, Known(key))

    def fill(self, draft: Draft) -> Draft:
        """Return a draft with the ids of what was created."""
        if not self._ids:
            return draft
        return msgspec.structs.replace(
            draft,
            project_id=draft.project_id and self._id(draft.project_id),
            task_id=draft.task_id and self._id(draft.task_id),
            tag_ids=draft.tag_ids and tuple(map(self._id, draft.tag_ids)),
        )

    def fill_operations(self, operations: tuple[Operation, ...]) -> tuple[Operation, ...]:
        """Return the operations of a bulk edit with the ids of what was created."""
        if not self._ids:
            return operations

        def value_of(value: Value) -> Value:
            if isinstance(value, tuple):
                return tuple(str(self._id(Known(each))) for each in value)
            return str(self._id(Known(value))) if isinstance(value, str) else value

        return tuple(Operation(each.op, value_of(each.value)) for each in operations)

    def _id(self, key: NameId) -> NameId:
        return self._ids.get(key, key) if isinstance(key, str) else key

    def _named(self, key: str) -> NewName | None:
        return next((each for each in self._new if each.key == key), None)

    def _add(self, thing: N, key: str, text: str, within: str = "") -> N:
        thing = msgspec.structs.replace(thing, id=key)
        self._new.append(NewName(key, text, thing, within))
        return thing

    def _halves(self, text: str) -> tuple[str, str]:
        """Return the client and the name of a new project; a client that is there goes first."""
        halves = list(client_and_name(text))
        for client, name in halves if len(halves) > 1 else ():
            try:
                self._names.client(client)
            except UnknownNameError:
                continue
            return client, name
        return halves[0] if halves else ("", "")

    def _client(self, text: str) -> tuple[Client, bool]:
        """Return a client, and whether it is to be created."""
        try:
            return self._names.client(text), False
        except ClocktoolError as error:
            self._unknown(error, "client", text)
        return self._add(Client("", text), f"new client {text}", text), True

    def _unknown(self, error: ClocktoolError, noun: str, text: str) -> UnknownNameError:
        """Return the error for a name that is not there. Raises any other error."""
        if isinstance(error, UnknownNameError):
            return error
        if self._always and error.is_temporary and not is_id(text):
            return UnknownNameError(f"no {noun} {quoted(text)}")
        raise error
