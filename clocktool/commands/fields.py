"""``fields``: list the workspace's custom fields, add one."""

from enum import StrEnum
from typing import Annotated

import typer

from clocktool.cli import options, results
from clocktool.domain.directory import CustomField
from clocktool.render.fields import Field

command = options.new_group()


class Kind(StrEnum):
    """The type of a custom field's value."""

    TEXT = "text"
    NUMBER = "number"
    LINK = "link"
    CHECKBOX = "checkbox"
    CHOICE = "choice"
    CHOICES = "choices"


_TYPES = {
    Kind.TEXT: "TXT",
    Kind.NUMBER: "NUMBER",
    Kind.LINK: "LINK",
    Kind.CHECKBOX: "CHECKBOX",
    Kind.CHOICE: "DROPDOWN_SINGLE",
    Kind.CHOICES: "DROPDOWN_MULTIPLE",
}
_KINDS = {type_: str(kind) for kind, type_ in _TYPES.items()}

FIELDS: tuple[Field[CustomField], ...] = (
    Field("name", lambda field: field.name),
    Field("type", lambda field: _KINDS.get(field.type, field.type.lower())),
    Field("choices", lambda field: ", ".join(field.allowed)),
    Field("required", lambda field: field.required),
    Field("id", lambda field: field.id),
)


@command.callback()
def fields(
    ctx: options.Context,
    output: options.Output = options.Format.TABLE,
    quiet: options.Quiet = False,
) -> None:
    """List the workspace's custom fields; 'fields add NAME' creates one.

    Examples:
      clocktool fields
      clocktool fields add Phase
      clocktool start fix --field Ticket=CF-001
    """
    if ctx.invoked_subcommand is not None:
        return
    app = options.app_of(ctx, quiet=quiet)
    found = app.connect().directory.custom_fields(app.account.workspace)
    results.write_named(app, found, FIELDS, "field", output)


@command.command()
def add(
    ctx: options.Context,
    name: options.NewName,
    kind: Annotated[Kind, typer.Option("--type", help="Type of the values.")] = Kind.TEXT,
    choices: Annotated[
        str | None, typer.Option("--choices", metavar="A,B,C", help="The choices.")
    ] = None,
    output: options.Output = options.Format.TABLE,
    quiet: options.Quiet = False,
) -> None:
    """Create a custom field. --field NAME=VALUE sets it in an entry.

    Examples:
      clocktool fields add Phase
      clocktool fields add Mood --type choice --choices good,bad
    """
    app = options.app_of(ctx, quiet=quiet)
    allowed = tuple(each.strip() for each in (choices or "").split(",") if each.strip())
    made = app.connect().directory.create_custom_field(
        app.account.workspace, name, _TYPES[kind], allowed
    )
    results.write_added(app, made, FIELDS, "field", output)
