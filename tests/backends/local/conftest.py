"""A local workspace in a temporary folder, with a fixed clock and numbered ids."""

from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Any

import msgspec
import pytest

from clocktool.backends.base import Request
from clocktool.backends.local.workspace import LocalWorkspace
from clocktool.domain.time.instant import Instant
from clocktool.domain.time.zone import Zone


class Answered:
    """A reply with its decoded body."""

    def __init__(self, status: int, headers: Any, content: bytes) -> None:
        self.status = status
        self.headers = headers
        self.content = content
        self.json: Any = msgspec.json.decode(content) if content else None

    @property
    def failed(self) -> tuple[int, int]:
        """The status and the code of a refusal."""
        return self.status, self.json["code"]


class Local:
    """A local workspace. ``W`` in a path is the workspace, ``U`` the entries of its user."""

    def __init__(self, path: Path, zone: str = "UTC") -> None:
        self.path = path
        self.clock = Instant(1_700_000_000)
        self._ids = count(1)
        self.transport = LocalWorkspace(
            path, now=lambda: self.clock, new_id=self.new_id, zone=Zone(zone), user="Ada"
        )
        self._me: Any = None

    def new_id(self) -> str:
        """Return the next id."""
        return f"{next(self._ids):024x}"

    @property
    def me(self) -> Any:
        """The user, requested once."""
        if self._me is None:
            self._me = self.raw("GET", "/user").json
        return self._me

    def raw(
        self, method: str, path: str, body: object = None, query: tuple[tuple[str, str], ...] = ()
    ) -> Answered:
        """Send a request with an unchanged path."""
        reply = self.transport.send(Request(method, path, query, body))
        return Answered(reply.status, reply.headers, reply.body)

    def send(self, method: str, path: str, body: object = None, **query: object) -> Answered:
        """Send a request below the workspace; ``page_size=2`` is ``page-size=2``."""
        path = path.replace("U", f"W/user/{self.me['id']}/time-entries", 1)
        path = path.replace("W", f"/workspaces/{self.me['activeWorkspace']}", 1)
        pairs: list[tuple[str, str]] = []
        for name, value in query.items():
            values = value if isinstance(value, list) else [value]
            pairs += [(name.replace("_", "-"), str(one)) for one in values]
        return self.raw(method, path, body, tuple(pairs))

    def get(self, path: str, **query: object) -> Answered:
        """Send a GET."""
        return self.send("GET", path, **query)

    def post(self, path: str, body: object = None) -> Answered:
        """Send a POST."""
        return self.send("POST", path, body)

    def put(self, path: str, body: object = None) -> Answered:
        """Send a PUT."""
        return self.send("PUT", path, body)

    def patch(self, path: str, body: object = None) -> Answered:
        """Send a PATCH."""
        return self.send("PATCH", path, body)

    def delete(self, path: str, **query: object) -> Answered:
        """Send a DELETE."""
        return self.send("DELETE", path, **query)

    def entry(self, start: str = "09:00", end: str | None = "10:00", **more: object) -> Any:
        """Create an entry on 1 March 2024, UTC; without an end, start a timer."""
        times = {"start": at(start)} | ({} if end is None else {"end": at(end)})
        reply = self.post("W/time-entries", times | more)
        assert reply.status == 201, reply.content
        return reply.json

    def project(self, name: str = "Site", **more: object) -> Any:
        """Make a project."""
        return self.made("W/projects", {"name": name, **more})

    def task(self, project: Any, name: str = "Build", **more: object) -> Any:
        """Make a task of a project."""
        return self.made(f"W/projects/{project['id']}/tasks", {"name": name, **more})

    def tag(self, name: str) -> Any:
        """Make a tag."""
        return self.made("W/tags", {"name": name})

    def field(self, name: str, kind: str, **more: object) -> Any:
        """Make a custom field."""
        return self.made("W/custom-fields", {"name": name, "type": kind, **more})

    def made(self, path: str, body: object) -> Any:
        """Make something."""
        reply = self.post(path, body)
        assert reply.status == 201, reply.content
        return reply.json

    def change(self, path: str, **fields: object) -> Any:
        """Read a thing of the directory and send it back, but for some fields, as clients do."""
        before = self.get(path).json
        kept = before | ({"isPublic": before["public"]} if "public" in before else {})
        reply = self.put(path, kept | fields)
        assert reply.status == 200, reply.content
        return reply.json

    def settings(self, **values: object) -> None:
        """Set rules of the workspace."""
        assert self.put("W", {"workspaceSettings": values}).status == 200

    def sql(self, statement: str, *values: object) -> list[Any]:
        """Run SQL on the file, for what no request can set or show."""
        self.me  # noqa: B018  # makes the file
        file = self.transport._database._connection(to_write=True)
        return file.execute(statement, values).fetchall()

    def approve(self, entry: Any) -> None:
        """Approve an entry."""
        self.sql("UPDATE entries SET approval_id = 'a' WHERE id = ?", entry["id"])

    def entries(self, **query: object) -> list[str]:
        """List the ids of the user's entries."""
        return [entry["id"] for entry in self.get("U", **query).json]


def at(clock: str) -> str:
    """Return a time of 1 March 2024 in UTC."""
    return f"2024-03-01T{clock}:00Z"


@pytest.fixture
def new_local(tmp_path: Path) -> Iterator[Callable[[str], Local]]:
    """Return a function that makes a workspace in a zone."""
    made: list[Local] = []

    def make(zone: str) -> Local:
        made.append(Local(tmp_path / f"{len(made)}.db", zone))
        return made[-1]

    yield make
    for workspace in made:
        workspace.transport.close()


@pytest.fixture
def local(tmp_path: Path) -> Iterator[Local]:
    """A workspace in a file that does not exist yet."""
    workspace = Local(tmp_path / "data" / "local.db")
    yield workspace
    workspace.transport.close()
