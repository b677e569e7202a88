"""Changes of the configuration files; comments and order in them stay."""

import os
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from clocktool.config.config import parse, quoted_path, read_file, resolve
from clocktool.config.declaration import PROFILES, not_a_table, path_of
from clocktool.errors import SetupError
from clocktool.storage import files
from clocktool.storage.failure import BlockedError, StorageError


def change(
    path: Path,
    profile: str | None,
    values: Mapping[str, Any],
    names: Mapping[str, str] = {},
) -> None:
    """Set keys in a file, or in a profile's table; None removes a key.

    ``names`` are new names of existing keys: of the last part, which keeps its place. Comments and
    order in the file stay. Raises SetupError where the result would be invalid or the file can't be
    written; the file is then unchanged.
    """
    data = read_file(path)
    above = (PROFILES, profile) if profile else ()
    paths = {(*above, *path_of(key)): value for key, value in values.items()}
    after = parse(path, data)
    for place, value in paths.items():
        _put(after, place, value, path)
    keys = {(*above, *path_of(key)): name for key, name in names.items()}
    _rename(after, keys)
    resolve(flags={}, env={}, file=after, path=path, profile=profile, new_profile=True)
    if data is None and not any(isinstance(value, dict) for value in values.values()):
        import tomli_w

        write(path, tomli_w.dumps(after))
    else:
        write(path, _edited(path, (data or b"").decode(), paths, after, keys))


def rename(
    path: Path, values: Mapping[tuple[str, ...], Any], keys: Mapping[tuple[str, ...], str]
) -> None:
    """Set values in a file, and rename keys in it, by path; all of them must exist.

    Comments and order stay, and all of the file if it can't be written: that raises SetupError.
    """
    data = read_file(path)
    if data is None:
        return
    after = parse(path, data)
    for place, value in values.items():
        _put(after, place, value, path)
    _rename(after, keys)
    write(path, _edited(path, data.decode(), values, after, keys))


def write(path: Path, text: str) -> None:
    """Replace a configuration file in one step; only its owner can read it (mode 0600)."""
    _refuse_read_only(path)
    try:
        files.replace(path, text.encode(), durable=True)
    except BlockedError:
        raise
    except StorageError as error:
        raise SetupError(f"can't write {path}", error.hint, why=error.why) from error


def key_file_warning(path: Path) -> str | None:
    """Return a warning if other users can read the file, else None.

    Windows has no such permissions; the user's folder is private there.
    """
    if os.name == "nt":
        return None
    try:
        mode = path.stat().st_mode
    except OSError:
        return None
    if not mode & (stat.S_IRGRP | stat.S_IROTH):
        return None
    return f"Others can read the key in {path}; run: chmod 600 {quoted_path(path)}"


def _put(table: dict[str, Any], place: tuple[str, ...], value: Any, path: Path) -> None:
    """Set a value and create missing tables on its path; None removes it."""
    for depth, name in enumerate(place[:-1], 1):
        if value is None and name not in table:
            return
        table = table.setdefault(name, {})
        if not isinstance(table, dict):
            raise not_a_table(str(path), place[:depth])
    if value is None:
        table.pop(place[-1], None)
    else:
        table[place[-1]] = value


def _rename(tables: dict[str, Any], keys: Mapping[tuple[str, ...], str]) -> None:
    for place, name in keys.items():
        table = tables
        for each in place[:-1]:
            table = table[each]
        table[name] = table.pop(place[-1])


def _edited(
    path: Path,
    text: str,
    values: Mapping[tuple[str, ...], Any],
    after: Mapping[str, Any],
    keys: Mapping[tuple[str, ...], str] = {},
) -> str:
    """Return the changed text of a file. Raises SetupError unless it parses to ``after``."""
    from tomlkit.exceptions import TOMLKitError

    from clocktool.config.edit import edit_text

    try:
        new = edit_text(text, values, keys)
        if parse(path, new.encode()) == after:
            return new
    except (TOMLKitError, SetupError):  # tomlkit can't change this file correctly
        pass
    raise SetupError(f"can't change {path} without losing something", "run `clocktool config edit`")


def _refuse_read_only(path: Path) -> None:
    """Raise SetupError for a read-only file, which could still be replaced by another file."""
    try:
        mode = path.stat().st_mode
    except OSError:
        return
    if not mode & stat.S_IWUSR or not os.access(path, os.W_OK):
        hint = f"make it writable: chmod u+w {quoted_path(path)}"
        raise SetupError(f"can't write {path}", hint, why="it is read-only")
