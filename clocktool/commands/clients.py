"""``clients``: list them, add one."""

from clocktool.api.directory import Search
from clocktool.cli.listing import listing
from clocktool.domain.directory import Client
from clocktool.render.records import Field

FIELDS: tuple[Field[Client], ...] = (
    Field("name", lambda client: client.name),
    Field("archived", lambda client: client.archived),
    Field("id", lambda client: client.id),
)

command = listing(
    "client",
    lambda app, archived: app.connect().directory.clients(
        app.account.workspace, Search(archived=archived)
    ),
    lambda app, name: app.connect().directory.create_client(app.account.workspace, name),
    FIELDS,
)
