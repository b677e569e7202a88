"""The configuration files: read and change them, and find ``.clocktool.toml``."""

import os
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from clocktool.config.config import FOLDER_FILE, resolve
from clocktool.config.declaration import PROFILES, not_a_table, path_of
from clocktool.config.keys import KEYS
from clocktool.errors import SetupError
from clocktool.storage import files
from clocktool.storage.failure import BlockedError, StorageError


def load(path: Path) -> dict[str, Any]:
    """Return the tables of a configuration file, which are empty if it is missing.

    Raises SetupError for an invalid file, BlockedError for a path that is not a regular file.
    """
    return _parsed(path, _read(path))


def change(path: Path, profile: str | None, values: Mapping[str, Any]) -> None:
    """Set keys in a file, or in a profile's table; None removes a key.

    Comments and order in the file stay. Raises SetupError where the result would be invalid or the
    file can't be written; the file is then unchanged.
    """
    data = _read(path)
    above = (PROFILES, profile) if profile else ()
    paths = {(*above, *path_of(key)): value for key, value in values.items()}
    after = _parsed(path, data)
    for place, value in paths.items():
        _put(after, place, value, path)
    resolve(flags={}, env={}, file=after, path=path, profile=profile, new_profile=True)
    if data is None and not any(isinstance(value, dict) for value in values.values()):
        import tomli_w

        write(path, tomli_w.dumps(after))
    else:
        write(path, _edited(path, (data or b"").decode(), paths, after))


def rename(
    path: Path, values: Mapping[tuple[str, ...], Any], keys: Mapping[tuple[str, ...], str]
) -> None:
    """Set values in a file, and rename keys in it, by path; all of them must exist.

    Comments and order stay, and all of the file if it can't be written: that raises SetupError.
    """
    data = _read(path)
    if data is None:
        return
    after = _parsed(path, data)
    for place, value in values.items():
        _put(after, place, value, path)
    for place, name in keys.items():
        table = after
        for each in place[:-1]:
            table = table[each]
        table[name] = table.pop(place[-1])
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


def folder_file(folder: Path) -> Path | None:
    """Return the nearest ``.clocktool.toml`` in a folder or its parents, None if there is none."""
    for each in (folder, *folder.parents):
        candidate = each / FOLDER_FILE
        try:
            if candidate.is_file():
                return candidate
        except OSError:  # a folder that can't be read is ignored
            continue
    return None


def has_secret(table: Mapping[str, Any]) -> bool:
    """Whether a configuration file has a key or token, also in a profile."""
    secrets = [key for key in KEYS if KEYS[key].secret]
    tables = (table, *table.get(PROFILES, {}).values())
    return any(key in each for each in tables for key in secrets)


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
    return f"Others can read the key in {path}; run: chmod 600 {_quoted(path)}"


def _read(path: Path) -> bytes | None:
    try:
        return files.read(path)
    except BlockedError:
        raise
    except StorageError as error:
        name = _quoted(path)
        hint = f"check its permissions, or move it away: mv {name} {name}.old"
        raise SetupError(f"can't read {path}", hint, why=error.why) from error


def _parsed(path: Path, data: bytes | None) -> dict[str, Any]:
    if data is None:
        return {}
    import tomllib

    try:
        return tomllib.loads(data.decode())
    except (ValueError, RecursionError) as error:  # broken TOML, not UTF-8, a number too long
        why = " ".join(str(error).split())
        hint = f"correct it: $EDITOR {_quoted(path)}"
        raise SetupError(f"{path} is not valid TOML", hint, why=why) from error


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
        if _parsed(path, new.encode()) == after:
            return new
    except (TOMLKitError, SetupError):  # tomlkit can't change this file correctly
        pass
    raise SetupError(f"can't change {path} without losing something", "run `clocktool config edit`")


def _quoted(path: Path) -> str:
    """Return a path quoted for a shell."""
    from shlex import quote

    return quote(str(path))


def _refuse_read_only(path: Path) -> None:
    """Raise SetupError for a read-only file, which could still be replaced by another file."""
    try:
        mode = path.stat().st_mode
    except OSError:
        return
    if not mode & stat.S_IWUSR or not os.access(path, os.W_OK):
        hint = f"make it writable: chmod u+w {_quoted(path)}"
        raise SetupError(f"can't write {path}", hint, why="it is read-only")
