"""The base of changes of clients, projects, tasks and tags, and their overlay."""

from typing import Any, ClassVar

import msgspec

from clocktool.domain.directory import AnyNamed, Project, Record, Task
from clocktool.domain.ids import EntryId, Known, Queued
from clocktool.domain.named import digest_of, noun_of
from clocktool.errors import NotFoundError, RefusedError, quoted
from clocktool.outbox.change import Arrived, Change, Desk, Overlay, Result
from clocktool.outbox.name_overlay import NameOverlay


class NameChange(Change, frozen=True, omit_defaults=True):
    """One change of a client, a project, a task or a tag."""

    version: ClassVar[Any] = AnyNamed
    is_of_entries: ClassVar[bool] = False

    def overlay(self, entries: Overlay, number: int) -> None:
        """Change nothing: entries show names from the overlay of names."""

    def overlay_names(self, names: NameOverlay, number: int) -> None:
        """Apply the change to names that were read."""
        raise NotImplementedError


def arrived(thing: AnyNamed, keep: Change | None = None) -> Arrived:
    """Return that a change has arrived, with the item after it."""
    return Arrived(keep=keep, thing=thing, result=Result(Known(str(thing.id)), digest_of(thing)))


def with_id(thing: AnyNamed, key: Known) -> Any:
    """Return an item with its current id."""
    return msgspec.structs.replace(thing, id=key)


def owner_of(thing: AnyNamed, beside: Queued | None) -> frozenset[object]:
    """Return the id of the client of a project, or of the project of a task."""
    match thing:
        case Project(client_id=str(owner)) | Task(project_id=owner):
            return frozenset({beside or Known(owner)})
        case _:
            return frozenset()


def placed(desk: Desk, thing: AnyNamed, beside: Queued | None) -> AnyNamed:
    """Return an item with the current id of its client, or of the project of a task.

    ``beside`` is the client or project if it was pending, too. Raises NotFoundError if that was
    never created.
    """
    match thing:
        case Project(client_id=str(client)):
            key = _known(desk, beside or Known(client), "client")
            return msgspec.structs.replace(thing, client_id=key)
        case Task(project_id=project):
            key = _known(desk, beside or Known(project), "project")
            return msgspec.structs.replace(thing, project_id=key)
        case _:
            return thing


def _known(desk: Desk, key: EntryId, noun: str) -> Known:
    found = desk.server_id(key)
    if found is None:
        raise NotFoundError(f"its {noun} was never created", "see: clocktool pending")
    return found


def read(
    desk: Desk, key: EntryId, like: AnyNamed, beside: Queued | None = None
) -> Record[Any] | None:
    """Return the server's item; None if it is deleted or not created yet."""
    known = desk.server_id(key)
    if known is None:
        return None
    try:
        like = placed(desk, like, beside) if isinstance(like, Task) else like
        return desk.directory.read(desk.workspace, with_id(like, known))
    except NotFoundError:
        return None


def unchanged(
    desk: Desk, result: Result | None, key: EntryId, like: AnyNamed, beside: Queued | None = None
) -> Record[Any] | None:
    """Return the current item of a change; None if it is deleted.

    Raises RefusedError if it was changed elsewhere since.
    """
    found = read(desk, key if result is None else result.entry, like, beside)
    if found is None:
        return None
    digests = (result and result.digest, desk.last_digest(Known(str(found.thing.id))))
    if digest_of(found.thing) not in digests:
        raise changed_since(found.thing)
    return found


def changed_since(thing: AnyNamed) -> RefusedError:
    """Return the error for an item that was changed elsewhere since."""
    noun = noun_of(thing)
    return RefusedError(
        f"the {noun} {quoted(thing.name)} has changed since",
        f"change it with: clocktool {noun}s edit",
    )
