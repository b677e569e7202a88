"""The layers of the configuration: flag > environment > folder > profile > file > default.

``resolve`` turns the tables of all layers into a ``Config``, in which each value has its source.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import msgspec

from clocktool.config.declaration import PROFILES, convert_value, not_a_table, path_of
from clocktool.config.keys import (
    CREDENTIALS,
    DECLARATION,
    DEFAULT_BASE_URL,
    DEFAULTS,
    ENVIRONMENT,
    KEYS,
    scope_of,
)
from clocktool.config.values import Duration, Weekday, ZoneName
from clocktool.domain.time.zone import Zone
from clocktool.errors import SetupError, literal

FOLDER_FILE = ".clocktool.toml"
"""The file with settings for a folder and its subfolders."""

LOCAL = "local"
"""The profile that always exists: the local workspace."""


class Setting(msgspec.Struct, frozen=True):
    """A value and its source."""

    value: Any
    source: str


class Config(msgspec.Struct, frozen=True):
    """Every value in force, by key."""

    settings: Mapping[str, Setting]
    credential_url: str | None = None
    """The ``base_url`` that the credential is for, None if that is the one in force."""

    def get(self, key: str) -> Any:
        """Return the value of a key, None when it is not set."""
        setting = self.settings.get(key)
        return None if setting is None else setting.value

    def text(self, key: str) -> str | None:
        """Return the value of a key as text, None when it is not set."""
        value = self.get(key)
        return None if value is None else str(value)

    def texts(self, key: str) -> list[str] | None:
        """Return the value of a key as a list of texts, None when it is not set."""
        values = self.get(key)
        return None if values is None else [str(each) for each in values]

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

    def has_table(self, name: str) -> bool:
        """Whether a table with free names has any value."""
        return any(key.startswith(f"{name}.") for key in self.settings)

    @property
    def zone(self) -> Zone | None:
        """The time zone, None when it is not set."""
        name: ZoneName | None = self.get("timezone")
        return None if name is None else name.zone

    @property
    def week_start(self) -> int | None:
        """The first day of the week, 0 for Monday, None when it is not set."""
        day: Weekday | None = self.get("week_start")
        return None if day is None else day.number

    @property
    def max_timer(self) -> int | None:
        """How long a timer may run before a note, in seconds, None when it is not set."""
        duration: Duration | None = self.get("max_timer")
        return None if duration is None else duration.seconds

    @property
    def credential(self) -> tuple[str, str] | None:
        """The key and the value of the credential in force; None means the local workspace."""
        for key in CREDENTIALS:
            if key in self.settings:
                return key, str(self.settings[key].value)
        return None


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
            layers.append((source, {key: convert_value(KEYS[key], key, env[variable], source)}))
    if folder is not None and folder_path is not None:
        layers.append((str(folder_path), _folder_values(folder, folder_path)))
    if profile is not None:
        if profile not in {*profiles, LOCAL} and not new_profile:
            names = ", ".join(sorted({*profiles, LOCAL}))
            raise SetupError(f"no profile {literal(profile)} in {path}", f"profiles: {names}")
        layers.append((f"{path} [profiles.{profile}]", profiles.get(profile, {})))
    shared = dict(DECLARATION.values(_without_profiles(file), str(path)))
    if profile == LOCAL:
        # The other keys are for an account: its names don't exist in the local workspace.
        shared = {key: value for key, value in shared.items() if scope_of(key) == "person"}
        layers = [(source, _without_account(values)) for source, values in layers]
    layers += [(str(path), shared), ("default", DEFAULTS)]

    settings: dict[str, Setting] = {}
    hidden: set[str] = set()
    for source, values in layers:
        new = {
            key: value
            for key, value in values.items()
            if key not in settings and path_of(key)[0] not in hidden
        }
        credentials = [key for key in CREDENTIALS if key in values]
        if any(key in settings for key in CREDENTIALS):
            new = {key: value for key, value in new.items() if key not in CREDENTIALS}
        elif len(credentials) > 1:
            names = " and ".join(f"`{key}`" for key in credentials)
            raise SetupError(f"{names} are both set", "remove one of them").within(source)
        settings |= {key: Setting(value, source) for key, value in new.items()}
        hidden.update(table for key in new for table in DECLARATION.named(key).hides)
    return Config(settings, _credential_url(settings, layers))


def _without_account(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values without those of an account: server and key."""
    return {key: value for key, value in values.items() if scope_of(key) != "account"}


def _credential_url(
    settings: Mapping[str, Setting], layers: Sequence[tuple[str, Mapping[str, Any]]]
) -> str | None:
    """Return the address that the credential is for, None if it may be sent to the one in force.

    It is the first address in the credential's layer or a lower one. An address in a higher layer,
    such as a profile, is not for it; nor is, for a credential in the environment, an address in a
    layer with another credential. Two addresses of one host, or of Clockify, count as the same.
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
        found[name] = dict(DECLARATION.values(table, str(path), where))
    return found


def _folder_values(table: Mapping[str, Any], path: Path) -> dict[str, Any]:
    """Return the checked values of a folder's file. Raises SetupError for a key not allowed there.

    A folder may come from someone else: it must not set a key, a server or a command.
    """
    values = dict(DECLARATION.values(_without_profiles(table), str(path)))
    refused = [key for key in values if not DECLARATION.named(key).in_folder]
    if PROFILES in table:
        refused.append(PROFILES)
    if refused:
        raise SetupError(
            f"`{refused[0]}` can't be set for a folder",
            f"{FOLDER_FILE} sets workspace and [defaults], nothing else",
        ).within(str(path))
    return values


def _without_profiles(table: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in table.items() if name != PROFILES}
