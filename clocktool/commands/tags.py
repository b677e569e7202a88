"""``tags``: list them, add one."""

from clocktool.commands import options
from clocktool.domain.entry import Tag
from clocktool.render.records import Record

command = options.new_group()


@command.callback()
def tags(
    ctx: options.Context,
    archived: options.Archived = False,
    output: options.Output = options.Format.TABLE,
) -> None:
    """List the workspace's tags; 'tags add NAME' creates one."""
    if ctx.invoked_subcommand is not None:
        return
    app = options.app_of(ctx)
    found = app.api.directory.tags(app.account.workspace, archived=None if archived else False)
    records = [_record(each) for each in sorted(found, key=lambda it: it.name.casefold())]
    options.write_records(app, records, output, nothing="No tags yet: clocktool tags add NAME")


@command.command()
def add(
    ctx: options.Context,
    name: options.NewName,
    output: options.Output = options.Format.TABLE,
    quiet: options.Quiet = False,
) -> None:
    """Create a tag."""
    app = options.app_of(ctx, quiet=quiet)
    made = app.api.directory.create_tag(app.account.workspace, name)
    options.write_added(app, _record(made), "tag", output)


def _record(tag: Tag) -> Record:
    return Record({"name": tag.name, "archived": tag.archived, "id": tag.id})
