"""``tags``: list them, add one."""

from clocktool.api.directory import Search
from clocktool.cli.listing import listing
from clocktool.domain.entry import Tag
from clocktool.render.records import Field

FIELDS: tuple[Field[Tag], ...] = (
    Field("name", lambda tag: tag.name),
    Field("archived", lambda tag: tag.archived),
    Field("id", lambda tag: str(tag.id)),
)

command = listing(
    "tag",
    lambda app, archived: app.connect().directory.tags(
        app.account.workspace, Search(archived=archived)
    ),
    lambda app, name: app.connect().directory.create_tag(app.account.workspace, name),
    FIELDS,
)
