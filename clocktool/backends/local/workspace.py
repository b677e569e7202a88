"""The local workspace: a backend on a file of this machine."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from clocktool.backends.base import Backend, Reply, Request
from clocktool.backends.local import directory
from clocktool.backends.local.body import Query
from clocktool.backends.local.call import Answer, Call
from clocktool.backends.local.cursors import Cursors
from clocktool.backends.local.refusal import RefusalError, no_workspace
from clocktool.backends.local.router import Handler, route
from clocktool.backends.local.rows import Workspace
from clocktool.backends.local.schema import FILE
from clocktool.domain.time.instant import Instant
from clocktool.domain.time.zone import Zone
from clocktool.storage.database import Database
from clocktool.storage.failure import damaged


class LocalWorkspace(Backend):
    """Workspaces in one SQLite file, with the requests and replies of the service.

    The first request creates the file, its folders, a user named ``user`` and a workspace named
    Local. ``new_id`` returns 24 lower-case hexadecimal digits. Bounds of lists are local times in
    ``zone``, the account's. Threads may share an object; requests are answered one at a time.
    """

    is_atomic = True
    has_sums = True

    def __init__(
        self,
        path: Path,
        *,
        now: Callable[[], Instant],
        new_id: Callable[[], str],
        zone: Zone,
        user: str,
        currency: Callable[[], str] = str,
    ) -> None:
        self._path = path
        self._now = now
        self._new_id = new_id
        self._zone = zone
        self._user = user
        self._currency = currency
        """Returns the currency of a new file; empty for USD."""
        self._cursors = Cursors()
        self._database = Database(path, FILE, seed=self._seed)

    def send(self, request: Request) -> Reply:
        """Answer a request in one transaction.

        Raises StorageError if the file cannot be used. Then nothing was changed.
        """
        try:
            return self._reply(request)
        except (LookupError, TypeError, ValueError, OverflowError) as error:
            # clocktool never writes such values, so something else has changed the file.
            raise damaged(self._path, "it is damaged") from error

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Answer the requests of a block in one transaction. Other threads wait.

        If the block raises, nothing is changed. Raises StorageError as ``send`` does.
        """
        with self._database.write():
            yield

    @property
    def is_new(self) -> bool:
        """Whether the file did not exist before this object opened it."""
        return self._database.is_new or not self._path.exists()

    def close(self) -> None:
        """Close the file. A later request opens it again."""
        self._database.close()

    def _reply(self, request: Request) -> Reply:
        try:
            handler, ids = route(request.method, request.path)
            query = Query(request.query)
            answer = self._answer(request, handler, ids, query)
        except RefusalError as refusal:
            body = {"code": refusal.code, "message": refusal.message} if refusal.message else None
            answer = Answer(refusal.status, body)
        headers = {"content-type": "application/json"}
        if answer.last_page is not None:
            headers["last-page"] = "true" if answer.last_page else "false"
        if answer.is_plain:
            return Reply(answer.status, headers, b"", answer.value)
        content = b"" if answer.value is None else msgspec.json.encode(answer.value)
        return Reply(answer.status, headers, content)

    def _answer(
        self, request: Request, handler: Handler, ids: tuple[str, ...], query: Query
    ) -> Answer:
        database = self._database
        with database.read() if request.method == "GET" else database.write() as connection:
            workspace = _workspace(connection, ids[0] if ids else None)
            return handler(
                Call(
                    connection=connection,
                    workspace=workspace,
                    ids=ids[1:],
                    query=query,
                    body=request.body,
                    now=self._now(),
                    new_id=self._new_id,
                    zone=self._zone,
                    cursors=self._cursors,
                    as_value=request.as_value,
                )
            )

    def _seed(self, connection: sqlite3.Connection) -> None:
        """Fill a new file with one user and one workspace."""
        user = {"id": self._new_id(), "name": self._user, "email": "", "is_me": 1}
        workspace = {"id": self._new_id(), "name": "Local"}
        if currency := self._currency():
            workspace["currency"] = currency
        membership = {
            "user": directory.insert(connection, "users", user),
            "workspace": directory.insert(connection, "workspaces", workspace),
        }
        directory.insert(connection, "members", membership)


def _workspace(connection: sqlite3.Connection, identity: str | None) -> Workspace:
    """Return a workspace by its id, or the first one for None."""
    if identity is None:
        return directory.workspaces(connection)[0]
    found = directory.workspace(connection, identity)
    if found is None:
        raise no_workspace()
    return found
