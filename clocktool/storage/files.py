"""Small private files: readable by their owner alone, and replaced in one step.

A path that is not a regular file (a folder, a pipe, a device, a socket) raises BlockedError. It is
checked before it is opened, as opening a pipe would wait for its other end.
"""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from clocktool.storage.failure import blocked, failure

PRIVATE = 0o600
PRIVATE_FOLDER = 0o700

SIDE_FILES = ("-wal", "-shm", "-journal")
"""The suffixes of SQLite's files next to a database that is, or was, in use."""

_BINARY = getattr(os, "O_BINARY", 0)  # Windows
_AT_ONCE = getattr(os, "O_NONBLOCK", 0)  # a pipe that was put there since it was looked at

_KINDS = (
    (stat.S_ISDIR, "a folder"),
    (stat.S_ISFIFO, "a pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
)


def is_there(path: Path) -> bool:
    """Whether a file exists; links are followed.

    Raises BlockedError for a path that is not a regular file, StorageError for one that can't be
    checked.
    """
    try:
        mode = path.stat().st_mode
    except FileNotFoundError:
        return False
    except OSError as error:
        raise failure(path, error) from error
    _check_kind(path, mode)
    return True


def read(path: Path) -> bytes | None:
    """Return the content of a file, None if it is missing. Raises StorageError."""
    if not is_there(path):
        return None
    try:
        with os.fdopen(os.open(path, os.O_RDONLY | _BINARY | _AT_ONCE), "rb") as file:
            _check_kind(path, os.fstat(file.fileno()).st_mode)
            return file.read()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise failure(path, error) from error


def replace(path: Path, data: bytes, *, durable: bool = False) -> None:
    """Replace a file in one step, so that no process reads half of it.

    Links are followed. With ``durable`` the data is on the disk on return. Raises StorageError.
    """
    is_there(path)
    target = Path(os.path.realpath(path))
    new = target.with_name(f"{target.name}.{os.getpid()}")
    try:
        with suppress(FileNotFoundError):  # left by a killed process with the same id
            new.unlink()
        with create(new, durable=durable) as file:
            file.write(data)
        try:
            new.replace(target)
        except OSError:
            new.unlink()
            raise
    except OSError as error:
        raise failure(path, error) from error


@contextmanager
def create(path: Path, *, durable: bool = True) -> Iterator[IO[bytes]]:
    """Create a file and open it for writing; it is deleted if the block raises. Raises OSError."""
    make_folder(path.parent)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _BINARY, PRIVATE)
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
            file.flush()
            if durable:
                os.fsync(file.fileno())
    except BaseException:
        with suppress(OSError):
            path.unlink()
        raise


def remove(path: Path) -> None:
    """Delete a file if it exists. Raises StorageError."""
    if is_there(path):
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            raise failure(path, error) from error


def make_empty(path: Path) -> None:
    """Create an empty file and its folders if they are missing. Raises StorageError."""
    if not is_there(path):
        try:
            make_folder(path.parent)
            path.touch(mode=PRIVATE)
        except OSError as error:
            raise failure(path, error) from error


def make_folder(folder: Path) -> None:
    """Create a folder and its parents if they are missing. Raises OSError."""
    try:
        folder.mkdir(mode=PRIVATE_FOLDER, exist_ok=True)
    except FileNotFoundError:
        if folder.parent == folder or folder.parent.exists():  # the name itself is impossible
            raise
        make_folder(folder.parent)
        folder.mkdir(mode=PRIVATE_FOLDER, exist_ok=True)


def _check_kind(path: Path, mode: int) -> None:
    if not stat.S_ISREG(mode):
        raise blocked(path, next((name for is_so, name in _KINDS if is_so(mode)), "no file"))


def side_file(path: Path, end: str) -> Path:
    """Return the path of a file with this ending, next to another."""
    return path.with_name(path.name + end) if end else path
