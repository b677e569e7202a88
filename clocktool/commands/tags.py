"""``tags``: list them, add one."""

from clocktool.api.directory import Search
from clocktool.cli.listing import listing
from clocktool.domain.entry import Tag
from clocktool.domain.ids import Known
from clocktool.render.records import Record

command = listing(
    "tag",
    lambda app, archived: app.connect().directory.tags(
        app.account.workspace, Search(archived=archived)
    ),
    lambda app, name: app.connect().directory.create_tag(app.account.workspace, name),
    lambda tag: Record({"name": tag.name, "archived": tag.archived, "id": str(tag.id)}),
    Tag(Known(""), ""),
)
