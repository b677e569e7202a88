"""The project, task, tags, billable flag and custom fields of an entry: names to ids."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, TypeVar

import msgspec
from msgspec import UNSET, UnsetType

from clocktool.domain.directory import AnyNamed, CustomField, Task
from clocktool.domain.entry import Draft, FieldValue
from clocktool.domain.ids import NameId, Queued, Unresolved
from clocktool.domain.time.instant import Instant
from clocktool.errors import ClocktoolError, UsageError
from clocktool.tracking.names import Names

if TYPE_CHECKING:
    from clocktool.config.config import Config

T = TypeVar("T")


class Assignment(msgspec.Struct, frozen=True, kw_only=True):
    """A project, task, tags and custom fields by name, as typed.

    None means that an option was not given; ``""`` removes the value.
    """

    project: str | None = None
    task: str | None = None
    tags: Sequence[str] | None = None
    billable: bool | None = None
    fields: Sequence[str] = ()


class Assigned(msgspec.Struct, frozen=True, kw_only=True):
    """An assignment by id. UNSET means not given; None removes the value.

    ``project_billable`` is the project's default for its entries, None when unknown. ``found`` are
    the items that were found by their names.
    """

    project_billable: bool | None = None
    project_id: NameId | UnsetType | None = UNSET
    task_id: NameId | UnsetType | None = UNSET
    tag_ids: tuple[NameId, ...] | UnsetType = UNSET
    billable: bool | None = None
    fields: tuple[FieldValue, ...] = ()
    found: tuple[AnyNamed, ...] = ()

    @property
    def has_project(self) -> bool:
        """Whether a project was named."""
        return self.project_id is not UNSET and self.project_id is not None


def new_draft(
    times: tuple[Instant, Instant | None],
    description: str | None,
    assignment: Assignment,
    names: Names,
    *,
    is_break: bool,
) -> Draft:
    """Return the draft of a new entry. A name that can't be looked up now stays a name."""
    return draft_of(times, description, resolve(assignment, names, may_wait=True), is_break)


def draft_of(
    times: tuple[Instant, Instant | None],
    description: str | None,
    assigned: Assigned,
    is_break: bool,  # noqa: FBT001  # a value, not a switch
) -> Draft:
    """Return the draft of a new entry with an assignment by id."""
    start, end = times
    return Draft(
        start=start,
        end=end,
        description=description,
        project_id=assigned.project_id or None,
        task_id=assigned.task_id or None,
        tag_ids=assigned.tag_ids or None,
        billable=assigned.billable,
        fields=assigned.fields or None,
        type="BREAK" if is_break else None,
    )


def with_defaults(typed: Assignment, config: "Config") -> Assignment:
    """Return the assignment of a new entry: what was typed, completed by configured defaults.

    The default task belongs to the default project, so another project drops it.
    """
    other_project = typed.project is not None and typed.project != config.project
    return Assignment(
        project=config.project if typed.project is None else typed.project,
        task=(None if other_project else config.task) if typed.task is None else typed.task,
        tags=config.tags if typed.tags is None else typed.tags,
        billable=config.billable if typed.billable is None else typed.billable,
        fields=typed.fields,
    )


def resolve(
    typed: Assignment, names: Names, current: NameId | None = None, *, may_wait: bool = False
) -> Assigned:
    """Return the ids of an assignment: one search request for each name that is not an id.

    A task without a project is looked up in ``current``, the project of the entry. With
    ``may_wait``, a name that can't be looked up now stays a name: the change is sent later. Raises
    NotFoundError, AmbiguousError, and UsageError for a task without a project.
    """
    project: NameId | UnsetType | None = UNSET
    task: NameId | UnsetType | None = UNSET
    tags: tuple[NameId, ...] | UnsetType = UNSET
    project_billable = None
    items: list[AnyNamed | None] = []
    if typed.project is not None:
        project = None
    if name := typed.project:
        found = _look_up(names, Names.project, name, may_wait=may_wait)
        items.append(found)
        project = Unresolved(typed.project) if found is None else names.id_of(found)
        project_billable = found.billable if found and found.name else None
    if typed.task is not None:
        task = None
    if typed.task:
        within = current if project is UNSET else project
        if not within:
            raise UsageError(
                "a task belongs to a project", f"say which: -p PROJECT -t {typed.task}"
            )
        found_task = _task(names, within, typed, may_wait=may_wait)
        items.append(found_task)
        task = Unresolved(typed.task) if found_task is None else names.id_of(found_task)
    if typed.tags is not None:
        found_tags = [
            (each, _look_up(names, Names.tag, each, may_wait=may_wait))
            for each in typed.tags
            if each
        ]
        ids = [Unresolved(name) if tag is None else names.id_of(tag) for name, tag in found_tags]
        tags = tuple(dict.fromkeys(ids))
        items += [tag for _, tag in found_tags]
    return Assigned(
        project_billable=project_billable,
        project_id=project,
        task_id=task,
        tag_ids=tags,
        billable=typed.billable,
        fields=tuple(_field(each, names) for each in typed.fields),
        found=tuple(each for each in items if each is not None),
    )


def _task(names: Names, project: object, typed: Assignment, *, may_wait: bool) -> Task | None:
    key = str(project)
    if isinstance(project, Unresolved):
        if project.made_by is None:
            return None
        key = str(Queued(project.made_by))
    texts = key, typed.task or "", typed.project
    return _look_up(names, Names.task, *texts, may_wait=may_wait)


def _look_up(
    names: Names, search: Callable[..., T], *texts: str | None, may_wait: bool
) -> T | None:
    """Look up a name. None if the service can't be reached and the change may wait.

    A whole name in a list that was read before is found all the same: its id is kept, whatever
    the name is when the change is sent.
    """
    if may_wait and not names.can_search:
        return None
    try:
        return search(names, *texts)
    except ClocktoolError as error:
        if not may_wait or not error.is_temporary:
            raise
    with suppress(ClocktoolError):
        return search(names.offline, *texts)
    return None


def _field(text: str, names: Names) -> FieldValue:
    name, equals, value = text.partition("=")
    if not equals or not name.strip():
        raise UsageError(f"--field {text!r} has no value", "write --field NAME=VALUE")
    field = names.field(name.strip())
    return FieldValue(field.id, field_value(field, value), field.name)


def field_value(field: CustomField, text: str) -> object:
    """Return a text as a value of a custom field's type; an empty text clears the field.

    Raises UsageError if the text does not fit the type, or is not one of the field's choices.
    """
    if text == "":
        return None
    match field.type:
        case "NUMBER":
            try:
                number = float(text)
                return int(number) if number.is_integer() else number
            except (ValueError, OverflowError) as error:
                raise UsageError(f"{field.name} takes a number, not {text!r}") from error
        case "CHECKBOX":
            if text.lower() not in ("true", "false", "yes", "no"):
                raise UsageError(f"{field.name} takes true or false, not {text!r}")
            return text.lower() in ("true", "yes")
        case "DROPDOWN_MULTIPLE":
            return [_choice(field, each.strip()) for each in text.split(",")]
        case "DROPDOWN_SINGLE":
            return _choice(field, text)
        case _:
            return text


def _choice(field: CustomField, text: str) -> str:
    for each in field.allowed:
        if each.casefold() == text.casefold():
            return each
    if not field.allowed:
        return text
    raise UsageError(
        f"invalid value {text!r} for {field.name}", f"choices: {', '.join(field.allowed)}"
    )


def changed(draft: Draft, assigned: Assigned) -> Draft:
    """Return a draft with an assignment applied; custom fields are merged.

    A new project removes the task, unless a task was given. A first one brings its billable flag,
    as for a new entry, unless the flag was given.
    """
    kept = msgspec.structs.asdict(draft)
    if assigned.project_id is not UNSET:
        if assigned.project_id != draft.project_id:
            kept["task_id"] = None
        kept["project_id"] = assigned.project_id
    if assigned.task_id is not UNSET:
        kept["task_id"] = assigned.task_id
    if assigned.tag_ids is not UNSET:
        kept["tag_ids"] = assigned.tag_ids
    is_first = draft.project_id is None and assigned.has_project
    if assigned.billable is not None:
        kept["billable"] = assigned.billable
    elif is_first and assigned.project_billable is not None and draft.billable is not None:
        kept["billable"] = assigned.project_billable
    if assigned.fields:
        fields = {each.field_id: each for each in draft.fields or ()}
        kept["fields"] = tuple(
            (fields | {each.field_id: each for each in assigned.fields}).values()
        )
    return Draft(**kept)
