"""What an entry is assigned under: options and configured defaults, by name, to ids."""

from collections.abc import Callable, Sequence
from typing import TypeVar

import msgspec
from msgspec import UNSET, UnsetType

from clocktool.domain.directory import CustomField
from clocktool.domain.entry import Draft, FieldValue
from clocktool.domain.ids import Known, NameId, Unresolved
from clocktool.domain.time.instant import Instant
from clocktool.errors import ClocktoolError, UsageError
from clocktool.tracking.names import Names

T = TypeVar("T")


class Assignment(msgspec.Struct, frozen=True, kw_only=True):
    """A project, task, tags and custom fields by name, as typed; None is not given, ``""`` none."""

    project: str | None = None
    task: str | None = None
    tags: Sequence[str] | None = None
    billable: bool | None = None
    fields: Sequence[str] = ()


class Assigned(msgspec.Struct, frozen=True, kw_only=True):
    """The same by id; UNSET is not given, None is none.

    ``project_billable`` is the project's default for its entries, None when unknown.
    """

    project_billable: bool | None = None
    project_id: NameId | UnsetType | None = UNSET
    task_id: NameId | UnsetType | None = UNSET
    tag_ids: tuple[NameId, ...] | UnsetType = UNSET
    billable: bool | None = None
    fields: tuple[FieldValue, ...] = ()

    @property
    def is_project_said(self) -> bool:
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
    """Return the draft of a new entry; a name that can't be looked up now is looked up later."""
    assigned = resolve(assignment, names, is_kept=True)
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


def with_defaults(typed: Assignment, default: Assignment) -> Assignment:
    """Return what was typed, and the defaults for the rest.

    The default task belongs to the default project: another project drops it.
    """
    other_project = typed.project is not None and typed.project != default.project
    return Assignment(
        project=default.project if typed.project is None else typed.project,
        task=(None if other_project else default.task) if typed.task is None else typed.task,
        tags=default.tags if typed.tags is None else typed.tags,
        billable=default.billable if typed.billable is None else typed.billable,
        fields=typed.fields,
    )


def resolve(
    typed: Assignment, names: Names, inside: NameId | None = None, *, is_kept: bool = False
) -> Assigned:
    """Return the ids of an assignment; one search request for each name that is not an id.

    A task without a project belongs to ``inside``, the project that the entry has. Where a change
    ``is_kept`` that can't be sent now, a name that can't be looked up stays a name. Raises
    NotFoundError, AmbiguousError, and UsageError for a task without a project.
    """
    project: NameId | UnsetType | None = UNSET
    task: NameId | UnsetType | None = UNSET
    tags: tuple[NameId, ...] | UnsetType = UNSET
    project_billable = None
    if typed.project is not None:
        project = None
    if typed.project:
        found = _found(names, names.project, typed.project, is_kept=is_kept)
        project = Unresolved(typed.project) if found is None else Known(found.id)
        project_billable = found.billable if found and found.name else None
    if typed.task is not None:
        task = None
    if typed.task:
        within = inside if project is UNSET else project
        if not within:
            raise UsageError(
                "a task belongs to a project", f"say which: -p PROJECT -t {typed.task}"
            )
        task = _task(names, within, typed, is_kept=is_kept)
    if typed.tags is not None:
        found_tags = [
            (each, _found(names, names.tag, each, is_kept=is_kept)) for each in typed.tags if each
        ]
        ids = [Unresolved(name) if tag is None else tag.id for name, tag in found_tags]
        tags = tuple(dict.fromkeys(ids))
    return Assigned(
        project_billable=project_billable,
        project_id=project,
        task_id=task,
        tag_ids=tags,
        billable=typed.billable,
        fields=tuple(_field(each, names) for each in typed.fields),
    )


def _task(names: Names, project: object, typed: Assignment, *, is_kept: bool) -> NameId:
    name = typed.task or ""
    if isinstance(project, Unresolved):
        return Unresolved(name)
    found = _found(
        names, lambda text: names.task(str(project), text, typed.project), name, is_kept=is_kept
    )
    return Unresolved(name) if found is None else Known(found.id)


def _found(names: Names, look_up: Callable[[str], T], name: str, *, is_kept: bool) -> T | None:
    """Look a name up; None where nobody can be asked and that can wait."""
    if is_kept and not names.can_ask:
        return None
    try:
        return look_up(name)
    except ClocktoolError as error:
        if not is_kept or not error.is_temporary:
            raise
        return None


def _field(text: str, names: Names) -> FieldValue:
    name, equals, value = text.partition("=")
    if not equals or not name.strip():
        raise UsageError(f"--field {text!r} has no value", "write --field NAME=VALUE")
    field = names.field(name.strip())
    return FieldValue(field.id, field_value(field, value), field.name)


def field_value(field: CustomField, text: str) -> object:
    """Return a custom field's value as its type wants it; an empty text clears it.

    Raises UsageError for a text of another type, or a choice that there is not.
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
    raise UsageError(f"{field.name} has no choice {text!r}", f"choices: {', '.join(field.allowed)}")


def changed(draft: Draft, assigned: Assigned) -> Draft:
    """Return a draft with an assignment put in its place; custom fields are merged.

    Another project removes the task, unless a task was given.
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
    if assigned.billable is not None:
        kept["billable"] = assigned.billable
    if assigned.fields:
        fields = {each.field_id: each for each in draft.fields or ()}
        kept["fields"] = tuple(
            (fields | {each.field_id: each for each in assigned.fields}).values()
        )
    return Draft(**kept)
