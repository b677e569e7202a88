"""The texts that named an item before its rename, and what names it afterwards."""

import re
import shlex
from contextlib import suppress
from typing import TYPE_CHECKING

import msgspec

from clocktool.domain.directory import AnyNamed, Client, Project, Task
from clocktool.domain.entry import Tag
from clocktool.domain.named import noun_of
from clocktool.domain.naming import JOINT, escape_name, part_of_names, replace_in_name
from clocktool.errors import AmbiguousError, ClocktoolError

if TYPE_CHECKING:
    from collections.abc import Callable

    from clocktool.tracking.names import Names


SUBJECT = "subject"
"""The kind of a key that names what a rate or a budget is for: ``domain.rates``."""

ALIAS = "alias"
"""The kind of a command line. Only the values of its options are names."""

OPTIONS = {
    **dict.fromkeys(("-p", "--project"), "project"),
    **dict.fromkeys(("-t", "--task"), "task"),
    **dict.fromkeys(("-T", "--tag"), "tag"),
    "--client": "client",
}
_VALUE = re.compile(
    r"""(?<!\S)(?P<option>-[ptT]|--project|--task|--tag|--client)(?P<gap>[ =]+)"""
    r"""(?P<value>(?:'[^']*'|"[^"]*"|\\.|[^\s'"\\])+)"""
)
"""An option in a command line, with its value as it is typed."""


class Rename(msgspec.Struct, frozen=True):
    """An item before and after a change of its name, or of its client.

    Or an item that is merged, and the one that takes its place.
    """

    before: AnyNamed
    after: AnyNamed

    @property
    def is_merge(self) -> bool:
        """Whether another item takes its place."""
        return str(self.before.id) != str(self.after.id)

    @property
    def is_one(self) -> bool:
        """Whether texts that name it must change."""
        before, after = self.before, self.after
        if isinstance(before, Project) and isinstance(after, Project):
            return (before.name, before.client) != (after.name, after.client)
        return before.name != after.name


def new_text(
    rename: Rename, names: "Names", kind: str, text: str, project: str | None
) -> str | None:
    """Return the text that names the same item after a rename; None where it names another.

    ``names`` are those before the rename. ``project`` is the text of a task's project. One search
    request at most, and only for a text that may be meant.
    """
    before, after = rename.before, rename.after
    if rename.is_merge and kind == noun_of(before) and text == str(before.id):
        return str(after.id)
    match before, after:
        case _ if kind == SUBJECT:
            return _of_subject(rename, names, text)
        case _ if kind == ALIAS:
            return _of_alias(rename, names, text)
        case Client(), _ if kind == "project":
            return _of_client(rename, names, text)
        case Project(), Project() if kind == "project":
            if not _may_mean(text, before.name) or not _is(names.project, text, before):
                return None
            clients = (before.client, after.client)
            twin = _has_twin(names, after)
            return replace_in_name(text, (before.name, after.name), clients, is_ambiguous=twin)
        case Task(), _ if kind == "task" and project and _may_mean(text, before.name):
            of = before.project_id
            if _is(names.project, project, Project(of)) and _is(
                lambda each: names.task(of, each), text, before
            ):
                return after.name
        case ((Client() | Tag()), _) if kind == noun_of(before) and _may_mean(text, before.name):
            if _is(names.client if kind == "client" else names.tag, text, before):
                return after.name
        case _:
            pass
    return None


def names_merged(rename: Rename, names: "Names", kind: str, text: str) -> bool:
    """Whether a text names the item that takes the place of a merged one."""
    after = rename.after
    if not rename.is_merge or kind != noun_of(after):
        return False
    if text == str(after.id):
        return True
    searches: dict[str, Callable[[str], AnyNamed]] = {
        "project": names.project,
        "client": names.client,
        "tag": names.tag,
    }
    return kind in searches and _may_mean(text, after.name) and _is(searches[kind], text, after)


def _of_subject(rename: Rename, names: "Names", text: str) -> str | None:
    """Return the key of a rate or a budget after a rename; None for one of something else."""
    from clocktool.domain.rates import Subject, parse_subject

    with suppress(ClocktoolError):
        subject = parse_subject(text)
        client, project, task = msgspec.structs.astuple(subject)
        match rename.before, rename.after:
            case Client() as before, after if client and _same(client, before.name):
                return Subject(after.name, project, task).key
            case Project() as before, Project() as after if project:
                if _same(project, before.name) and _same(client or "", before.client):
                    return Subject(after.client, after.name, task).key
            case Task() as before, after if task and _same(task, before.name):
                of = escape_name(project or "", client or "", is_ambiguous=True)
                if _is(names.project, of, Project(before.project_id)):
                    return Subject(client, project, after.name).key
            case _:
                pass
    return None


def _of_alias(rename: Rename, names: "Names", text: str) -> str | None:
    """Return a command line with the new name in the values of its options."""
    values = [(OPTIONS[it["option"]], it["value"]) for it in _VALUE.finditer(text)]
    projects = [_plain(value) for kind, value in values if kind == "project"]

    def replaced(found: re.Match[str]) -> str:
        kind, value = OPTIONS[found["option"]], _plain(found["value"])
        new = new_text(rename, names, kind, value, projects[0] if projects else None)
        if new is None or new == value:
            return found[0]
        return f"{found['option']}{found['gap']}{shlex.quote(new)}"

    return _VALUE.sub(replaced, text)


def _plain(value: str) -> str:
    return " ".join(shlex.split(value))


def _same(one: str, other: str) -> bool:
    return one.casefold() == other.casefold()


def _of_client(rename: Rename, names: "Names", text: str) -> str | None:
    """Return a text with the new name of its client; None for another client, or without one."""
    before = rename.before
    client = text.rpartition("/")[0] or text.rpartition(JOINT)[2]
    if not client or not _may_mean(client, before.name):
        return None
    with suppress(ClocktoolError):
        found = names.project(text)
        if found.client_id == before.id:
            named = (found.name, found.name)
            clients = (before.name, rename.after.name)
            return replace_in_name(text, named, clients, is_ambiguous=False)
    return None


def _may_mean(text: str, name: str) -> bool:
    return part_of_names(text).casefold() in name.casefold() or text == name


def _is(search: "Callable[[str], AnyNamed]", text: str, item: AnyNamed) -> bool:
    """Whether a text names an item; without a connection, whether it is the whole name."""
    try:
        return str(search(text).id) == str(item.id)
    except ClocktoolError as error:
        return error.is_temporary and text.casefold() == item.name.casefold()


def _has_twin(names: "Names", after: Project) -> bool:
    """Whether another project has the new name; one search request if the name is new."""
    try:
        found = names.project(after.name)
    except ClocktoolError as error:
        return isinstance(error, AmbiguousError)
    is_same = found.name.casefold() == after.name.casefold()
    return is_same and str(found.id) != str(after.id)
