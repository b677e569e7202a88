"""The backend that answers from a file on this machine."""

import sqlite3
from _thread import RLock
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from clocktool.backends.base import Backend, Reply, Request
from clocktool.domain.instant import Instant
from clocktool.domain.zone import Zone
from clocktool.errors import NotDoneError
from clocktool.local import directory, file, schema
from clocktool.local.body import Query
from clocktool.local.call import Answer, Call
from clocktool.local.refusal import RefusalError, no_workspace
from clocktool.local.router import Handler, route
from clocktool.local.rows import Workspace


class LocalWorkspace(Backend):
    """Workspaces in one SQLite file, spoken to like the service.

    The file, its folders, a user named ``user`` and a workspace named Local are made at the first
    request. ``now`` and ``new_id`` (24 lower-case hex digits) are the only things it takes from
    the world; ``zone`` is the account's, in which the bounds of lists are read. Threads may share
    it: their requests are answered one after another.
    """

    is_atomic = True

    def __init__(
        self,
        path: Path,
        *,
        now: Callable[[], Instant],
        new_id: Callable[[], str],
        zone: Zone,
        user: str,
    ) -> None:
        self._path = path
        self._now = now
        self._new_id = new_id
        self._zone = zone
        self._user = user
        self._file: file.OpenFile | None = None
        self._is_new: bool | None = None
        self._lock = RLock()
        self._in_transaction = False

    def send(self, request: Request) -> Reply:
        """Answer a request in one transaction: all of it is on disk, or nothing happened.

        Raises NotDoneError when the file cannot be used.
        """
        with self._lock, self._told():
            return self._reply(request)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Answer the requests of a block in one transaction; those of other threads wait.

        Where the block raises nothing has happened. Raises NotDoneError as ``send`` does.
        """
        with self._lock, self._told():
            opened = self._open()
            if opened.read_only:
                raise self._read_only()
            with self._transaction(opened.connection, "BEGIN IMMEDIATE", "COMMIT", "ROLLBACK"):
                self._in_transaction = True
                try:
                    yield
                finally:
                    self._in_transaction = False

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Say why the file cannot be used."""
        try:
            yield
        except schema.StrangeFileError as error:
            self._close()
            raise file.strange(self._path, str(error)) from None
        except (sqlite3.Error, OSError) as error:
            raise file.failure(self._path, error) from error
        except (LookupError, TypeError, ValueError, OverflowError) as error:
            # Values that nothing here writes: the file is not as we left it.
            self._close()
            raise file.strange(self._path, f"it is damaged: {error}") from error

    @property
    def is_new(self) -> bool:
        """Whether the file did not exist before this object opened it."""
        return not self._path.exists() if self._is_new is None else self._is_new

    def close(self) -> None:
        """Close the file. A later request opens it again."""
        with self._lock:
            self._close()

    def _close(self) -> None:
        opened, self._file = self._file, None
        if opened is not None:
            opened.connection.close()

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
        content = b"" if answer.value is None else msgspec.json.encode(answer.value)
        return Reply(answer.status, headers, content)

    def _answer(
        self, request: Request, handler: Handler, ids: tuple[str, ...], query: Query
    ) -> Answer:
        opened = self._open()
        connection = opened.connection
        if request.method != "GET" and opened.read_only:
            raise self._read_only()
        # A write takes the lock first, so that what it checks is still true when it writes.
        steps = ("BEGIN" if request.method == "GET" else "BEGIN IMMEDIATE", "COMMIT", "ROLLBACK")
        if self._in_transaction:
            steps = ("SAVEPOINT one", "RELEASE one", "ROLLBACK TO one")
        with self._transaction(connection, *steps):
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
                )
            )

    @contextmanager
    def _transaction(
        self, connection: sqlite3.Connection, begin: str, end: str, back: str
    ) -> Iterator[None]:
        connection.execute(begin)
        try:
            yield
            connection.execute(end)
        except BaseException:
            if connection.in_transaction:
                connection.execute(back)
            raise

    def _open(self) -> file.OpenFile:
        """Return the open file, brought up to date."""
        if self._file is None:
            opened = file.open_file(self._path)
            try:
                opened.connection.create_function("fold", 1, str.casefold, deterministic=True)
                schema.migrate(opened.connection, lambda: self._seed(opened.connection))
            except BaseException:
                opened.connection.close()
                raise
            self._file = opened
            if self._is_new is None:
                self._is_new = opened.created
        return self._file

    def _seed(self, connection: sqlite3.Connection) -> None:
        """Fill a new file: one user, who is the member of one workspace."""
        user = {"id": self._new_id(), "name": self._user, "email": "", "is_me": 1}
        workspace = {"id": self._new_id(), "name": "Local"}
        membership = {
            "user": directory.insert(connection, "users", user),
            "workspace": directory.insert(connection, "workspaces", workspace),
        }
        directory.insert(connection, "members", membership)

    def _read_only(self) -> NotDoneError:
        return file.read_only(self._path)


def _workspace(connection: sqlite3.Connection, identity: str | None) -> Workspace:
    """Return the workspace of a path, or the first one where a path names none."""
    if identity is None:
        return directory.workspaces(connection)[0]
    found = directory.workspace(connection, identity)
    if found is None:
        raise no_workspace()
    return found
