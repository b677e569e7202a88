"""The path of the cache file, and the queries of completion, which only reads it."""

from pathlib import Path

from clocktool.storage.failure import StorageError
from clocktool.storage.files import read

QUERIES = {
    "project": "SELECT name, client FROM names WHERE kind = 'project' AND gone IS NOT 1",
    "task": (
        "SELECT task.name, project.name, project.client FROM names task"
        " LEFT JOIN names project ON project.kind = 'project' AND project.id = task.project_id"
        " WHERE task.kind = 'task' AND task.gone IS NOT 1"
    ),
    "tag": "SELECT name FROM names WHERE kind = 'tag' AND gone IS NOT 1",
    "client": (
        "SELECT name FROM names WHERE kind = 'client' AND gone IS NOT 1 UNION"
        " SELECT client FROM names WHERE kind = 'project' AND gone IS NOT 1 AND client != ''"
    ),
    "project by id": "SELECT id, name, client FROM names WHERE kind = 'project'",
    "archived project": "SELECT name, client FROM names WHERE kind = 'project' AND gone IS 1",
    "done task": (
        "SELECT task.name, project.name, project.client FROM names task"
        " LEFT JOIN names project ON project.kind = 'project' AND project.id = task.project_id"
        " WHERE task.kind = 'task' AND task.gone IS 1"
    ),
    "archived tag": "SELECT name FROM names WHERE kind = 'tag' AND gone IS 1",
    "archived client": "SELECT name FROM names WHERE kind = 'client' AND gone IS 1",
    "entry": (
        "SELECT entry.id, entry.description, project.name, entry.start FROM entries entry"
        " LEFT JOIN names project ON project.kind = 'project' AND project.id = entry.project_id"
        " ORDER BY entry.start DESC LIMIT 2000"
    ),
}
"""The query of completion for each kind of name."""


def cache_path(folder: Path, host: str, credential: tuple[str, str]) -> Path:
    """Return the cache file of a host and a credential, named by a hash of both."""
    from hashlib import sha256

    account = "\n".join((host, *credential))
    return folder / f"{sha256(account.encode()).hexdigest()[:16]}.sqlite3"


def pointer_path(folder: Path, host: str, credential: tuple[str, str]) -> Path:
    """Return the path of the pointer, a file with the name of the cache file.

    With ``api_key_command`` completion finds the cache by it, without running the command.
    """
    return cache_path(folder, host, credential).with_suffix(".file")


def read_pointer(pointer: Path) -> Path | None:
    """Return the cache file that a pointer names, None where there is no valid pointer."""
    try:
        name = read(pointer)
        return None if name is None else pointer.with_name(name.decode())
    except (StorageError, ValueError):
        return None
