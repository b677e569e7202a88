"""The files that completion reads: the cache of the account or the local workspace, and the outbox.

The choice is the same as for every command, but ``api_key_command`` is not run. Files are opened to
read only; one that can't be read gives no candidates.
"""

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

from clocktool.app.app import App
from clocktool.backends.cache_file import QUERIES, cache_path, pointer_path, read_pointer
from clocktool.storage.failure import StorageError
from clocktool.storage.opening import open_read_only

SECONDS = 0.2
"""How long to wait for another process that writes."""


class Source:
    """A database file and its query for each kind of name."""

    def __init__(self, path: Path | None, queries: Mapping[str, str], workspace: str) -> None:
        self._path = path
        self._queries = queries
        self._workspace = workspace

    def rows(self, kind: str) -> list[tuple[str, ...]]:
        """Return the rows of a kind as texts; [] if the file can't be read."""
        query = self._queries.get(kind)
        if self._path is None or query is None:
            return []
        try:
            with closing(open_read_only(self._path, SECONDS)) as connection:
                found = connection.execute(query, {"workspace": self._workspace}).fetchall()
        except (sqlite3.Error, StorageError, UnicodeDecodeError):
            return []
        return [tuple("" if cell is None else str(cell) for cell in row) for row in found]


def rows_of(app: App, kind: str) -> list[tuple[str, ...]]:
    """Return the rows of a kind, with pending changes. Raises SetupError."""
    from clocktool.completion.pending import ENTRY, KINDS, with_pending

    def rows(kind: str) -> list[tuple[str, ...]]:
        return source_of(app, kind).rows(kind)

    if kind != ENTRY and kind not in KINDS:
        return rows(kind)
    return with_pending(kind, rows, rows("changes"))


def source_of(app: App, kind: str) -> Source:
    """Return the file with the values of a kind for the account in use. Raises SetupError."""
    from clocktool.invoicing.completion import QUERIES as INVOICES
    from clocktool.outbox.completion import QUERIES as OUTBOX

    if kind in INVOICES:
        return Source(app.marks_path, INVOICES, "")
    if kind in OUTBOX:
        return Source(app.connection.outbox_path, OUTBOX, "")
    return _names_of(app)


def _names_of(app: App) -> Source:
    config = app.config
    workspace = config.workspace or ""
    credential = config.credential
    if credential is None:
        from clocktool.backends.local.completion import QUERIES as LOCAL

        is_local = app.connection.destination[0] == str(app.local_path)
        return Source(app.local_path if is_local else None, LOCAL, workspace)
    folder, host = app.data_folder / "cache", config.base_url
    if credential[0] == "api_key_command":
        return Source(read_pointer(pointer_path(folder, host, credential)), QUERIES, workspace)
    return Source(cache_path(folder, host, credential), QUERIES, workspace)
