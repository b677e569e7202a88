"""Where the cache of an account is, and what completion reads there without opening it to write."""

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
    "entry": (
        "SELECT entry.id, entry.description, project.name FROM entries entry"
        " LEFT JOIN names project ON project.kind = 'project' AND project.id = entry.project_id"
        " ORDER BY entry.start DESC LIMIT 2000"
    ),
}
"""What completion reads, by kind; it opens the file for itself, and only to read."""


def cache_path(folder: Path, host: str, credential: tuple[str, str]) -> Path:
    """Return the file for a host and a key, of which its name holds a one-way digest only."""
    from hashlib import sha256

    whose = "\n".join((host, *credential))
    return folder / f"{sha256(whose.encode()).hexdigest()[:16]}.sqlite3"


def pointer_path(folder: Path, host: str, credential: tuple[str, str]) -> Path:
    """Return what names the file where only a command is configured, which prints the key.

    Completion finds the file by it, and need not ask a password manager.
    """
    return cache_path(folder, host, credential).with_suffix(".file")


def read_pointer(pointer: Path) -> Path | None:
    """Return the file that a pointer names, None where there is no such pointer."""
    try:
        name = read(pointer)
        return None if name is None else pointer.with_name(name.decode())
    except (StorageError, ValueError):
        return None
