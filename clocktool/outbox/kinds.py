"""The kinds of change that there are, for whoever reads them back from disk."""

from clocktool.outbox.create import Create, Delete
from clocktool.outbox.edit import Edit
from clocktool.outbox.many import CreateMany, DeleteMany
from clocktool.outbox.mark import Mark
from clocktool.outbox.stop import Stop

AnyChange = Create | CreateMany | Delete | DeleteMany | Edit | Mark | Stop
