"""The layers of the configuration: flag > environment > folder > profile > file > default.

``read`` finds and reads the files; ``resolve`` turns the tables of all layers into a ``Config``.
"""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import msgspec

from clocktool.config.declaration import (
    PROFILES,
    Declaration,
    convert_value,
    dotted,
    invalid_name_error,
    not_a_table,
    path_of,
)
from clocktool.config.keys import (
    CREDENTIALS,
    DECLARATION,
    DEFAULT_BASE_URL,
    DEFAULTS,
    ENVIRONMENT,
    SECRETS,
    scope_of,
)
from clocktool.config.values import Duration, Weekday, ZoneName
from clocktool.domain.time.zone import Zone
from clocktool.errors import SetupError, literal
from clocktool.storage import files
from clocktool.storage.failure import BlockedError, StorageError

FOLDER_FILE = ".clocktool.toml"
"""The file with settings for a folder and its subfolders."""

LOCAL = "local"
"""The profile that always exists: the local workspace."""


class Setting(msgspec.Struct, frozen=True):
    """A value and its source."""

    value: Any
    source: str


class Config(msgspec.Struct, frozen=True, kw_only=True):
    """The values in force: all as ``settings``, with their sources, the common ones as fields."""

    settings: Mapping[str, Setting]
    credential_url: str | None
    """The ``base_url`` that the credential is for, None if that is the one in force."""
    credential: tuple[str, str] | None
    """The key and the value of the credential in force; None means the local workspace."""
    base_url: str
    workspace: str | None
    zone: Zone | None
    week_start: int | None
    """The first day of the week, 0 for Monday."""
    max_timer: int | None
    """How long a timer may run before a note, in seconds."""
    project: str | None
    """The project of new entries, like the next three fields."""
    task: str | None
    tags: list[str] | None
    billable: bool | None
    has_secret: bool
    """Whether the file has a key or token, also in a profile."""

    def get(self, key: str) -> Any:
        """Return the value of a key, None when it is not set."""
        setting = self.settings.get(key)
        return None if setting is None else setting.value

    def rows(self, table: str) -> list[tuple[str, Any, str]]:
        """Return the rows of a table with free names: name, value and source.

        Rows of the file come before those of a profile, and both in the order of the file.
        """
        found: dict[str, list[tuple[str, Any, str]]] = {}
        for key, setting in self.settings.items():
            path = path_of(key)
            if path[0] == table:
                row = (path[1], setting.value, setting.source)
                found.setdefault(setting.source, []).append(row)
        return [row for rows in reversed(found.values()) for row in rows]

    def table(self, name: str) -> dict[str, Setting]:
        """Return the values in force of a table with free names, by name."""
        inside = f"{name}."
        return {
            path_of(key)[1]: setting
            for key, setting in self.settings.items()
            if key.startswith(inside)
        }

    def tables(self, name: str) -> dict[str, dict[str, Any]]:
        """Return the tables below a table with free names, by name, with their values in force."""
        found: dict[str, dict[str, Any]] = {}
        for key, setting in self.settings.items():
            if key.startswith(f"{name}."):
                _, of, last = path_of(key)
                found.setdefault(of, {})[last] = setting.value
        return found

    def has_table(self, name: str) -> bool:
        """Whether a table with free names has any value."""
        return any(key.startswith(f"{name}.") for key in self.settings)


def read(
    path: Path,
    folder: Path,
    *,
    flags: Mapping[str, Any],
    env: Mapping[str, str],
    profile: str | None,
    new_profile: bool = False,
) -> Config:
    """Return the values in force: those of the file, and of the nearest one for a folder.

    Raises SetupError for an invalid file, BlockedError for a path that is not a regular file.
    """
    folder_path = folder_file(folder)
    return resolve(
        flags=flags,
        env=env,
        file=load(path),
        path=path,
        profile=profile,
        folder=None if folder_path is None else load(folder_path),
        folder_path=folder_path,
        new_profile=new_profile,
    )


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


def load(path: Path) -> dict[str, Any]:
    """Return the tables of a configuration file, which are empty if it is missing.

    Raises SetupError for an invalid file, BlockedError for a path that is not a regular file.
    """
    return parse(path, read_file(path))


def read_file(path: Path) -> bytes | None:
    """Return the content of a configuration file, None if it is missing."""
    try:
        return files.read(path)
    except BlockedError:
        raise
    except StorageError as error:
        name = quoted_path(path)
        hint = f"check its permissions, or move it away: mv {name} {name}.old"
        raise SetupError(f"can't read {path}", hint, why=error.why) from error


def parse(path: Path, data: bytes | None) -> dict[str, Any]:
    """Return the tables in the content of a file. Raises SetupError for invalid TOML."""
    if data is None:
        return {}
    import tomllib

    try:
        return tomllib.loads(data.decode())
    except (ValueError, RecursionError) as error:  # broken TOML, not UTF-8, a number too long
        hint = f"correct it: $EDITOR {quoted_path(path)}"
        raise SetupError(f"{path} is not valid TOML", hint, why=_toml_place(error)) from error


def _toml_place(error: Exception) -> str | None:
    """Return where a TOML file is wrong, None where that is not known."""
    import re

    if isinstance(error, UnicodeDecodeError):
        return "it is not UTF-8"
    found = re.search(r"line (\d+)", str(error))
    return f"look at line {found[1]}" if found else None


def quoted_path(path: Path) -> str:
    """Return a path quoted for a shell."""
    from shlex import quote

    return quote(str(path))


def resolve(
    *,
    flags: Mapping[str, Any],
    env: Mapping[str, str],
    file: Mapping[str, Any],
    path: Path,
    profile: str | None,
    folder: Mapping[str, Any] | None = None,
    folder_path: Path | None = None,
    new_profile: bool = False,
) -> Config:
    """Return the values in force. Raises SetupError with file and key for an invalid one.

    ``new_profile`` allows a profile that does not exist yet.
    """
    profiles = _profiles(file, path)
    layers: list[tuple[str, Mapping[str, Any]]] = [
        ("flag", {key: value for key, value in flags.items() if value is not None}),
    ]
    for variable, key in ENVIRONMENT.items():
        if env.get(variable):
            source = f"${variable}"
            layers.append(
                (source, {key: convert_value(DECLARATION.named(key), key, env[variable], source)})
            )
    if folder is not None and folder_path is not None:
        layers.append((str(folder_path), _folder_values(folder, folder_path)))
    if profile is not None:
        if profile not in {*profiles, LOCAL} and not new_profile:
            names = ", ".join(sorted({*profiles, LOCAL}))
            raise SetupError(f"no profile {literal(profile)} in {path}", f"profiles: {names}")
        layers.append((source_of(path, profile), profiles.get(profile, {})))
    shared = dict(checked_values(DECLARATION, _without_profiles(file), str(path)))
    has_secret = any(key in each for each in (shared, *profiles.values()) for key in SECRETS)
    if profile == LOCAL:
        # The other keys are for an account: its names don't exist in the local workspace.
        shared = {key: value for key, value in shared.items() if scope_of(key) == "person"}
        layers = [(source, _without_account(values)) for source, values in layers]
    layers += [(str(path), shared), ("default", DEFAULTS)]

    settings: dict[str, Setting] = {}
    for source, values in layers:
        new = {key: value for key, value in values.items() if key not in settings}
        credentials = [key for key in CREDENTIALS if key in values]
        if any(key in settings for key in CREDENTIALS):
            new = {key: value for key, value in new.items() if key not in CREDENTIALS}
        elif len(credentials) > 1:
            names = " and ".join(f"`{key}`" for key in credentials)
            raise SetupError(f"{names} are both set", "remove one of them").within(source)
        settings |= {key: Setting(value, source) for key, value in new.items()}
    values = {key: setting.value for key, setting in settings.items()}
    zone: ZoneName | None = values.get("timezone")
    week_start: Weekday | None = values.get("week_start")
    max_timer: Duration | None = values.get("max_timer")
    tags: list[str] | None = values.get("defaults.tags")
    return Config(
        settings=settings,
        credential_url=_credential_url(settings, layers),
        credential=next(((key, str(values[key])) for key in CREDENTIALS if key in values), None),
        base_url=str(values["base_url"]),
        workspace=_text(values.get("workspace")),
        zone=None if zone is None else zone.zone,
        week_start=None if week_start is None else week_start.number,
        max_timer=None if max_timer is None else max_timer.seconds,
        project=_text(values.get("defaults.project")),
        task=_text(values.get("defaults.task")),
        tags=None if tags is None else list(map(str, tags)),
        billable=values.get("defaults.billable"),
        has_secret=has_secret,
    )


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def source_of(path: Path, profile: str | None) -> str:
    """Return the source of values in a file, or in the table of a profile."""
    return str(path) if profile is None else f"{path} [profiles.{profile}]"


def _without_account(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values without those of an account: server and key."""
    return {key: value for key, value in values.items() if scope_of(key) != "account"}


def _credential_url(
    settings: Mapping[str, Setting], layers: Sequence[tuple[str, Mapping[str, Any]]]
) -> str | None:
    """Return the address that the credential is for, None if it may be sent to the one in force.

    It is the first address in the layer of the credential, or in a lower one. An address in a
    higher layer, such as a profile, does not count. For a credential in the environment, neither
    does an address in a layer that has another credential. Two addresses of one host, or of
    Clockify, are the same.
    """
    credential = next((settings[key] for key in CREDENTIALS if key in settings), None)
    if credential is None:
        return None
    reached = False
    own = DEFAULT_BASE_URL
    for source, values in layers:
        is_level = source == credential.source or (source[:1] == credential.source[:1] == "$")
        reached = reached or is_level
        is_for_another = (
            credential.source.startswith("$")
            and not is_level
            and any(key in values for key in CREDENTIALS)
        )
        if reached and not is_for_another and "base_url" in values:
            own = str(values["base_url"])
            break
    used = str(settings["base_url"].value)
    is_same = _host_of(own) == _host_of(used) or (_is_clockify(own) and _is_clockify(used))
    return None if is_same else own


def _host_of(url: str) -> tuple[str, str | None, int | None]:
    parts = urlsplit(url)
    return parts.scheme, parts.hostname, parts.port or {"http": 80, "https": 443}.get(parts.scheme)


def _is_clockify(url: str) -> bool:
    scheme, host, _ = _host_of(url)
    return scheme == "https" and f".{host}".endswith(".clockify.me")


def _profiles(file: Mapping[str, Any], path: Path) -> dict[str, dict[str, Any]]:
    """Return the checked values of each profile in a file."""
    profiles = file.get(PROFILES, {})
    if not isinstance(profiles, dict):
        raise SetupError("`profiles` must be a table", "write [profiles.NAME]").within(str(path))
    found = {}
    for name, table in profiles.items():
        where = (PROFILES, name)
        if not isinstance(table, dict):
            raise not_a_table(str(path), where)
        found[name] = dict(checked_values(DECLARATION, table, str(path), where))
    return found


def _folder_values(table: Mapping[str, Any], path: Path) -> dict[str, Any]:
    """Return the checked values of a folder's file. Raises SetupError for a key not allowed there.

    A folder may come from someone else: it must not set a key, a server or a command.
    """
    values = dict(checked_values(DECLARATION, _without_profiles(table), str(path)))
    refused = [key for key in values if not DECLARATION.named(key).in_folder]
    if PROFILES in table:
        refused.append(PROFILES)
    if refused:
        raise SetupError(
            f"`{refused[0]}` can't be set for a folder",
            f"{FOLDER_FILE} sets workspace and [defaults], nothing else",
        ).within(str(path))
    return values


def checked_values(
    declaration: Declaration,
    table: Mapping[str, Any],
    source: str,
    where: tuple[str, ...] = (),
    path: tuple[str, ...] = (),
) -> Iterator[tuple[str, Any]]:
    """Yield the dotted name and the checked value of each key in a table.

    ``where`` is the path of the table in the file. Raises SetupError with source and key.
    """
    for name, value in table.items():
        here = (*path, name)
        key, full = declaration.key(here), (*where, *here)
        if declaration.is_table(here):
            if not isinstance(value, dict):
                raise not_a_table(source, full)
            yield from checked_values(declaration, value, source, where, here)
        elif key is None:
            message = f"unknown key `{dotted(full)}`"
            raise SetupError(message, declaration.suggestion(dotted(here))).within(source)
        elif invalid := declaration.invalid_name(here):
            raise invalid_name_error(invalid, dotted(full), source)
        else:
            yield dotted(here), convert_value(key, dotted(full), value, source)


def _without_profiles(table: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in table.items() if name != PROFILES}
