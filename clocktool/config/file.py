"""The configuration on disk: read, written whole or not at all, found in the folders above."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from clocktool.config.config import DIRECTORY_FILE, resolve
from clocktool.errors import SetupError
from clocktool.storage import files
from clocktool.storage.failure import BlockedError, StorageError

SECRET = ("api", "key", "token")
"""A comment with one of these words may be a key that was put out of use."""


def load(path: Path) -> dict[str, Any]:
    """Read a configuration file; a missing one is empty.

    Raises SetupError naming it, BlockedError for what is no file.
    """
    data = _read(path)
    if data is None:
        return {}
    import tomllib

    try:
        return tomllib.loads(data.decode())
    except (ValueError, RecursionError) as error:  # broken TOML, no UTF-8, a number too long
        reason = " ".join(str(error).split())
        raise SetupError(
            f"{path} is not valid TOML: {reason}", f"mend it: $EDITOR {path}"
        ) from error


def save(path: Path, table: Mapping[str, Any]) -> None:
    """Write a configuration file whole or not at all, readable by its owner alone (0600)."""
    import tomli_w

    try:
        files.replace(path, tomli_w.dumps(table).encode(), durable=True)
    except BlockedError:
        raise
    except StorageError as error:
        raise SetupError(f"{path} cannot be written", error.hint, why=error.why) from error


def change(
    path: Path, profile: str | None, values: Mapping[str, Any], say: Callable[[str], None]
) -> None:
    """Put values in a file, in a profile's table if one is given; None takes a key out.

    Comments are lost to a TOML writer: where there are any the file as it was is kept beside it,
    and ``say`` is told so.
    """
    table = load(path)
    above = ("profiles", profile) if profile else ()
    for key, value in values.items():
        place = table
        *inside, last = key.split(".")
        for name in (*above, *inside):
            place = place.setdefault(name, {})
            if not isinstance(place, dict):
                raise SetupError(f"{path}: {name} is no table", "mend it: clocktool config edit")
        if value is None:
            place.pop(last, None)
        else:
            place[last] = value
    resolve(flags={}, env={}, file=table, path=path, profile=profile)
    _keep_comments(path, say)
    save(path, table)


def _keep_comments(path: Path, say: Callable[[str], None]) -> None:
    """Keep the comments beside the new file, none that may hold a key; settings are in the file."""
    comments = [
        line
        for line in (_read(path) or b"").decode().splitlines()
        if line.lstrip().startswith("#") and not any(word in line.casefold() for word in SECRET)
    ]
    if comments:
        kept = path.with_name(path.name + ".bak")
        files.replace(kept, ("\n".join(comments) + "\n").encode())
        say(f"Comments are not written again; they are kept in {kept}.")


def _read(path: Path) -> bytes | None:
    try:
        return files.read(path)
    except BlockedError:
        raise
    except StorageError as error:
        hint = f"check that you may read it, or leave it out: mv {path} {path}.old"
        raise SetupError(f"{path} cannot be read", hint, why=error.why) from error


def directory_file(folder: Path) -> Path | None:
    """Return the nearest ``.clocktool.toml`` in a folder or above it."""
    for each in (folder, *folder.parents):
        candidate = each / DIRECTORY_FILE
        try:
            if candidate.is_file():
                return candidate
        except OSError:  # a folder one may not look into has no defaults for us
            continue
    return None
