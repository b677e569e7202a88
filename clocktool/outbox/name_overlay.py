"""Names as a read shows them, to apply changes to."""

from collections.abc import Callable

import msgspec

from clocktool.domain.directory import AnyNamed, Client, Project, Task
from clocktool.domain.ids import EntryId

Things = dict[EntryId, AnyNamed | None]
"""Names by id as a read shows them; None for one that is deleted."""


class NameOverlay:
    """Names that were read, to apply changes to. ``newest`` returns the current id of one."""

    def __init__(self, things: Things, newest: Callable[[EntryId], EntryId]) -> None:
        self.things = things
        self._newest = newest

    def current_id(self, key: EntryId) -> str:
        """Return the id that an item is shown with: the server's, or that of its change."""
        return str(self._newest(key))

    def get(self, key: EntryId, otherwise: AnyNamed) -> AnyNamed | None:
        """Return an item with changes applied; ``otherwise`` if it was not read."""
        return self.things.get(self._newest(key), otherwise)

    def put(self, key: EntryId, thing: AnyNamed | None) -> None:
        """Show an item, and those that contain its name; None shows it as deleted."""
        key = self._newest(key)
        if thing is not None:
            thing = msgspec.structs.replace(thing, id=str(key))
        self.things[key] = thing
        for other, each in [*self.things.items()]:
            match each:
                case Project(client_id=str(client)) if client == str(key):
                    name = thing.name if isinstance(thing, Client) else ""
                    here = None if thing is None else client
                    self.things[other] = msgspec.structs.replace(each, client=name, client_id=here)
                case Task(project_id=project) if project == str(key) and thing is None:
                    self.things[other] = None
                case _:
                    pass
