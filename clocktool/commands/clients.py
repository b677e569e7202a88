"""``clients``: list them, add one."""

from clocktool.api.directory import Search
from clocktool.cli.listing import listing
from clocktool.domain.directory import Client
from clocktool.render.records import Record

command = listing(
    "client",
    lambda app, archived: app.connect().directory.clients(
        app.account.workspace, Search(archived=archived)
    ),
    lambda app, name: app.connect().directory.create_client(app.account.workspace, name),
    lambda client: Record({"name": client.name, "archived": client.archived, "id": client.id}),
    Client("", ""),
)
