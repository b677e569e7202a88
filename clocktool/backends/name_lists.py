"""Cached lists of names after a write: they answer only while the server does not."""

from typing import Any

import msgspec

from clocktool.backends.base import Reply, Request

KINDS = ("clients", "projects", "tasks", "tags")

Item = dict[str, Any]


class Written(msgspec.Struct, frozen=True):
    """What a request has written: the path of its list, the id of the item, and the item itself.

    The item is None after a delete, and after a write if the reply does not contain it.
    """

    path: str
    id: str
    item: Item | None
    is_gone: bool = False

    def update(self, key: str, body: bytes) -> bytes:
        """Return the body of a cached reply with the write applied.

        ``key`` is the key of the request in the cache: its path, and a line for each parameter.
        Raises MsgspecError or ValueError if the body is not a list.
        """
        path, *parameters = key.split("\n")
        items = msgspec.json.decode(body, type=list[Item])
        query = dict(each.split("=", 1) for each in parameters)
        if path == self.path:
            self._put(items, query)
        for each in items:
            if self.path == f"{path}/{each.get('id')}/tasks" and isinstance(
                each.get("tasks"), list
            ):
                self._put(each["tasks"], {})
            if each.get("clientId") == self.id and self.path.endswith("/clients"):
                self._name_client(each)
        return msgspec.json.encode(items)

    def _put(self, items: list[Item], query: dict[str, str]) -> None:
        """Replace the item in a list, add it, or remove it if the query does not match it."""
        place = next((at for at, each in enumerate(items) if each.get("id") == self.id), None)
        if self.is_gone or (self.item is not None and not _fits(self.item, query)):
            if place is not None:
                del items[place]
        elif self.item is not None and place is not None:
            items[place] = items[place] | self.item
        elif self.item is not None and query.get("page", "1") == "1":
            items.append(({"tasks": []} if "hydrated" in query else {}) | self.item)

    def _name_client(self, project: Item) -> None:
        if self.is_gone:
            project |= {"clientId": None, "clientName": ""}
        elif self.item is not None:
            project["clientName"] = self.item.get("name", "")


def written(request: Request, reply: Reply) -> Written | None:
    """Return what a request has written to a list of names; None for a refused one, and others."""
    parts = request.path.split("/")
    at = max((place for place, part in enumerate(parts) if part in KINDS), default=0)
    if not at or not 200 <= reply.status < 300:
        return None
    path, *below = "/".join(parts[: at + 1]), *parts[at + 1 :]
    if request.method == "DELETE":
        return Written(path, below[0], None, is_gone=True) if len(below) == 1 else None
    try:
        item = msgspec.json.decode(reply.body, type=Item)
    except msgspec.DecodeError:
        return None
    key = str(item.get("id", ""))
    return Written(path, key, item) if key and below[:1] in ([], [key]) else None


def _fits(item: Item, query: dict[str, str]) -> bool:
    """Return whether the server would list an item for a query."""
    name, archived = query.get("name", ""), query.get("archived")
    is_wanted = archived is None or item.get("archived", False) is (archived == "true")
    return is_wanted and name.casefold() in str(item.get("name", "")).casefold()
