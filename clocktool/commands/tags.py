"""``tags``: list them, and change them."""

from functools import partial
from typing import Annotated

import typer

from clocktool.cli import name_list, naming, options
from clocktool.cli.verbs import Verbs
from clocktool.completion import kinds
from clocktool.domain.entry import Tag
from clocktool.domain.ids import Known
from clocktool.render.fields import Field

command = options.new_group()

FIELDS: tuple[Field[Tag], ...] = (
    Field("name", lambda tag: tag.name),
    Field("archived", lambda tag: tag.archived),
    Field("id", lambda tag: str(tag.id), rank=2),
)

VERBS = Verbs(
    noun="tag",
    find=lambda names, text: names.tag(text),
    fields=FIELDS,
    one=kinds.TAG,
    several=kinds.TAGS,
    archived=kinds.ARCHIVED_TAGS,
    merged=kinds.MERGED_TAGS,
)

Name = Annotated[str, typer.Argument(metavar=kinds.TAG, help="A tag.")]


@command.callback()
def tags(
    ctx: options.Context,
    all_: name_list.All = False,
    hours: name_list.Hours = None,
    output: options.Output = options.Format.TABLE,
    quiet: options.Quiet = False,
) -> None:
    """List the workspace's tags; 'tags add NAME' creates one.

    --hours PERIOD adds your time: week, last-month, 2026-11 ('clocktool help periods').

    Examples:
      clocktool tags
      clocktool tags --all -o csv
      clocktool tags --hours last-month
      clocktool tags edit travel --name trip
    """
    if ctx.invoked_subcommand is None:
        app = options.app_of(ctx, quiet=quiet)
        read = partial(app.directory.tags, app.account.workspace)
        name_list.write(app, read, FIELDS, "tag", output, all_=all_, hours=hours)


@command.command()
def add(
    ctx: options.Context,
    name: options.NewName,
    output: options.Output = options.Format.TABLE,
    quiet: options.Quiet = False,
) -> None:
    """Create a tag.

    Examples:
      clocktool tags add onsite
      clocktool tags add 'New tag' -q
    """
    app = options.app_of(ctx, quiet=quiet)
    naming.check_name(app, "tag", name)
    naming.add(app, Tag(Known(""), name), {}, FIELDS, output)


@command.command()
def edit(
    ctx: options.Context,
    tag: Name,
    name: naming.NewNameOf = None,
    output: options.Output = options.Format.TABLE,
    quiet: options.Quiet = False,
) -> None:
    """Rename a tag.

    Examples:
      clocktool tags edit travel --name trip
      clocktool tags edit urgent --name soon -q
    """
    values = naming.given(name=name)
    naming.check_given(values, "--name")
    app = options.app_of(ctx, quiet=quiet)
    naming.check_name(app, "tag", name)
    naming.edit(app, app.names_to_change.tag(tag), values, FIELDS, output)


VERBS.declare(
    command,
    archive="""Archive tags; lists hide them, new entries can't use them.

    Examples:
      clocktool tags archive travel
      clocktool tags archive travel urgent
    """,
    restore="""Bring archived tags back into use.

    Examples:
      clocktool tags restore travel
      clocktool tags restore travel urgent
    """,
    merge="""Merge tags into the last one: entries get it instead.

    The other tags are then archived. Locked and approved entries stay as they are, and their tag is
    not archived.

    Examples:
      clocktool tags merge meeting travel
      clocktool tags merge dev meeting travel --dry-run
    """,
    delete="""Delete a tag without entries; any tag with --force.

    On a service undo can't restore all of it, so it asks first; without a terminal add -y.

    Examples:
      clocktool tags delete travel
      clocktool tags delete travel --force -y
    """,
)
