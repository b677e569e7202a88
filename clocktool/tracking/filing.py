"""What an entry is filed under: options and configured defaults, by name, to ids."""

from collections.abc import Sequence

import msgspec

from clocktool.domain.directory import CustomField
from clocktool.domain.entry import Draft, FieldValue
from clocktool.errors import UsageError
from clocktool.names import Names


class Filing(msgspec.Struct, frozen=True, kw_only=True):
    """The words for a project, task, tags and custom fields, as they were typed.

    None is not said, ``""`` is none. Without a project of its own a task is of ``inside``, the
    project the entry has already.
    """

    project: str | None = None
    task: str | None = None
    tags: Sequence[str] | None = None
    billable: bool | None = None
    fields: Sequence[str] = ()


class Filed(msgspec.Struct, frozen=True, kw_only=True):
    """The same as ids; None is not said, ``""`` is none.

    ``project_billable`` is what the project makes of entries that do not say, None when unknown.
    """

    project_billable: bool | None = None
    project_id: str | None = None
    task_id: str | None = None
    tag_ids: tuple[str, ...] | None = None
    billable: bool | None = None
    fields: tuple[FieldValue, ...] = ()


def with_defaults(said: Filing, default: Filing) -> Filing:
    """Return what was said, and the defaults for the rest.

    The default task belongs to the default project: another project drops it.
    """
    other_project = said.project is not None and said.project != default.project
    return Filing(
        project=default.project if said.project is None else said.project,
        task=(None if other_project else default.task) if said.task is None else said.task,
        tags=default.tags if said.tags is None else said.tags,
        billable=default.billable if said.billable is None else said.billable,
        fields=said.fields,
    )


def file(said: Filing, names: Names, inside: str | None = None) -> Filed:
    """Return the ids of what was said; one search request for each name that is no id.

    Raises NotFoundError, AmbiguousError, and UsageError for a task without a project.
    """
    project, project_billable = said.project, None
    if project is not None and project != "":
        found = names.project(project)
        project = found.id
        project_billable = found.billable if found.name else None
    task = said.task
    if task is not None and task != "":
        within = inside if project is None else project
        if not within:
            raise UsageError("a task belongs to a project", f"say which: -p PROJECT -t {said.task}")
        task = names.task(within, task, said.project).id
    return Filed(
        project_billable=project_billable,
        project_id=project,
        task_id=task,
        tag_ids=None
        if said.tags is None
        else tuple(tag.id for tag in names.tags(each for each in said.tags if each)),
        billable=said.billable,
        fields=tuple(_field(each, names) for each in said.fields),
    )


def _field(said: str, names: Names) -> FieldValue:
    name, equals, value = said.partition("=")
    if not equals or not name.strip():
        raise UsageError(f"--field {said!r} has no value", "write --field NAME=VALUE")
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


def changed(draft: Draft, filed: Filed) -> Draft:
    """Return a draft with what was said put in its place; custom fields are merged.

    Another project takes it off its task unless a task was said.
    """
    kept = msgspec.structs.asdict(draft)
    if filed.project_id is not None:
        if filed.project_id != (draft.project_id or ""):
            kept["task_id"] = None
        kept["project_id"] = filed.project_id or None
    if filed.task_id is not None:
        kept["task_id"] = filed.task_id or None
    if filed.tag_ids is not None:
        kept["tag_ids"] = filed.tag_ids
    if filed.billable is not None:
        kept["billable"] = filed.billable
    if filed.fields:
        fields = {each.field_id: each for each in draft.fields or ()}
        kept["fields"] = tuple((fields | {each.field_id: each for each in filed.fields}).values())
    return Draft(**kept)
