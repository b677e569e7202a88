"""The configuration on disk: read, written whole or not at all, found in the folders above."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from clocktool.config import DIRECTORY_FILE, resolve
from clocktool.errors import SetupError

SECRET = ("api", "key", "token")
"""A comment with one of these words may be a key that was put out of use."""


def load(path: Path) -> dict[str, Any]:
    """Read a configuration file; a missing one is empty. Raises SetupError naming it."""
    _refuse_odd(path)
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise _unreadable(path, error) from error
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
    import os
    import tempfile

    import tomli_w

    _refuse_odd(path)
    target = path.resolve()  # a linked file (dotfiles) stays a link
    try:
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(dir=target.parent, prefix=".config-")
        try:
            with os.fdopen(descriptor, "wb") as file:
                tomli_w.dump(table, file)
                file.flush()
                os.fsync(file.fileno())
            Path(name).replace(target)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise SetupError(
            f"{path} cannot be written: {error.strerror}",
            f"check that you may write to {target.parent}, and its free space",
        ) from error


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
    if not path.exists():
        return
    comments = [
        line
        for line in path.read_text(encoding="utf-8").splitlines()
        if line.lstrip().startswith("#") and not any(word in line.casefold() for word in SECRET)
    ]
    if comments:
        kept = path.with_name(path.name + ".bak")
        kept.touch(mode=0o600)
        kept.chmod(0o600)
        kept.write_text("\n".join(comments) + "\n", encoding="utf-8")
        say(f"Comments are not written again; they are kept in {kept}.")


def _refuse_odd(path: Path) -> None:
    """Raise SetupError for what is there and no file: a device would hang, or be replaced."""
    try:
        odd = path.exists() and not path.is_file() and not path.is_dir()
    except OSError as error:
        raise _unreadable(path, error) from error
    if odd:
        raise SetupError(f"{path} is no file", "name another with CLOCKTOOL_CONFIG")


def _unreadable(path: Path, error: OSError) -> SetupError:
    hint = f"check that you may read it, or leave it out: mv {path} {path}.old"
    if isinstance(error, IsADirectoryError):
        hint = f"a file belongs there; move the folder away: mv {path} {path}.old"
    return SetupError(f"{path} cannot be read: {error.strerror}", hint)


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
