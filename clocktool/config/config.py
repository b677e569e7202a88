"""The configuration: flag > environment > directory file > profile > file > default.

Pure: tables in, a ``Config`` out, each value with where it came from. ``config_file`` reads and
writes them.
"""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import msgspec

from clocktool.domain.time.week import WEEKDAYS
from clocktool.domain.time.zone import Zone
from clocktool.errors import SetupError, UsageError, quoted

DIRECTORY_FILE = ".clocktool.toml"
"""What sets defaults for a folder and those below it."""

LOCAL = "local"
"""The profile that is always there: the local workspace."""

DEFAULT_BASE_URL = "https://api.clockify.me/api/v1"


class Key(msgspec.Struct, frozen=True):
    """A configuration key: what it accepts, in words, and whether its value is a secret."""

    kind: str
    accepts: str
    secret: bool = False


KEYS: dict[str, Key] = {
    "api_key": Key("text", "a Clockify API key", secret=True),
    "addon_token": Key("text", "a Clockify add-on token", secret=True),
    "api_key_command": Key("text", 'a command that prints the key, like "pass show clockify"'),
    "base_url": Key("url", f"an address, like {DEFAULT_BASE_URL}"),
    "routes": Key("routes", "auto, guide or service"),
    "workspace": Key("text", "a workspace's name or id"),
    "timezone": Key("zone", "an IANA time zone, like Europe/Berlin"),
    "week_start": Key("week_day", "a day of the week, like monday"),
    "max_timer": Key("duration", "how long a timer runs at most before you are told, like 10h"),
    "defaults.project": Key("text", "a project's name"),
    "defaults.task": Key("text", "a task's name"),
    "defaults.tags": Key("texts", 'a list of tags, like ["dev", "urgent"]'),
    "defaults.billable": Key("flag", "true or false"),
}

CREDENTIALS = ("api_key", "addon_token", "api_key_command")
OF_AN_ACCOUNT = (*CREDENTIALS, "base_url", "routes")
ENVIRONMENT = {
    "CLOCKIFY_API_KEY": "api_key",
    "CLOCKTOOL_ADDON_TOKEN": "addon_token",
    "CLOCKTOOL_WORKSPACE": "workspace",
    "CLOCKTOOL_BASE_URL": "base_url",
    "CLOCKTOOL_TIMEZONE": "timezone",
}
IN_A_DIRECTORY = (
    "workspace",
    "defaults.project",
    "defaults.task",
    "defaults.tags",
    "defaults.billable",
)
DEFAULTS: dict[str, Any] = {"base_url": DEFAULT_BASE_URL, "routes": "auto"}


class Setting(msgspec.Struct, frozen=True):
    """A value and where it came from."""

    value: Any
    source: str


class Config(msgspec.Struct, frozen=True):
    """Every value in force, by key."""

    settings: Mapping[str, Setting]
    meant_for: str | None = None
    """The address that the credential was set up for, None where that is the one in force."""

    def get(self, key: str) -> Any:
        """Return the value of a key, None when it is not set."""
        setting = self.settings.get(key)
        return None if setting is None else setting.value

    def text(self, key: str) -> str | None:
        """Return the text of a key, None when it is not set."""
        value = self.get(key)
        return None if value is None else str(value)

    @property
    def credential(self) -> tuple[str, str] | None:
        """The key of the credential in force and its value: None means the local workspace."""
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
    directory: Mapping[str, Any] | None = None,
    directory_path: Path | None = None,
    new_profile: bool = False,
) -> Config:
    """Return the values in force. Raises SetupError naming file and key of a bad one.

    ``new_profile`` lets the profile be one that is only being made.
    """
    profiles = _profiles(file, path)
    layers: list[tuple[str, dict[str, Any]]] = [
        ("flag", {key: value for key, value in flags.items() if value is not None}),
    ]
    for name, key in ENVIRONMENT.items():
        if env.get(name):
            layers.append((f"${name}", {key: _checked(key, env[name], f"${name}")}))
    if directory is not None and directory_path is not None:
        layers.append((str(directory_path), _of_directory(directory, directory_path)))
    if profile is not None:
        if profile not in {*profiles, LOCAL} and not new_profile:
            known = ", ".join(sorted({*profiles, LOCAL}))
            raise SetupError(f"no profile {profile!r} in {path}", f"there are: {known}")
        layers.append((f"{path} [profiles.{profile}]", profiles.get(profile, {})))
    shared = dict(flat(file, path))
    if profile == LOCAL:
        # What else the file says is of an account: its workspace and names are not here.
        shared = {
            key: shared[key] for key in ("timezone", "week_start", "max_timer") if key in shared
        }
        layers = [
            (source, {key: values[key] for key in values if key not in OF_AN_ACCOUNT})
            for source, values in layers
        ]
    layers += [(str(path), shared), ("default", DEFAULTS)]

    settings: dict[str, Setting] = {}
    for source, values in layers:
        new = {key: value for key, value in values.items() if key not in settings}
        credentials = [key for key in CREDENTIALS if key in values]
        if any(key in settings for key in CREDENTIALS):
            new = {key: value for key, value in new.items() if key not in CREDENTIALS}
        elif len(credentials) > 1:
            raise SetupError(
                f"{source}: {' and '.join(credentials)} are both set", "keep one of them"
            )
        settings |= {key: Setting(value, source) for key, value in new.items()}
    return Config(settings, _meant_for(settings, layers))


def _meant_for(
    settings: Mapping[str, Setting], layers: Sequence[tuple[str, Mapping[str, Any]]]
) -> str | None:
    """Return the address that the credential in force was set up for, None for the one in force.

    It is the address at the level of the credential, or below: one that is said above it, by a
    profile say, is another's, and for a credential of the environment so is one beside another
    credential. The same host, and all that are Clockify's, are one.
    """
    credential = next((settings[key] for key in CREDENTIALS if key in settings), None)
    if credential is None:
        return None
    reached = False
    own = DEFAULT_BASE_URL
    for source, values in layers:
        is_level = source == credential.source or (source[:1] == credential.source[:1] == "$")
        reached = reached or is_level
        is_anothers = (
            credential.source.startswith("$")
            and not is_level
            and any(key in values for key in CREDENTIALS)
        )
        if reached and not is_anothers and "base_url" in values:
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


def flat(table: Mapping[str, Any], path: Path, where: str = "") -> Iterator[tuple[str, Any]]:
    """Yield the checked values of a table by dotted key, profiles left out."""
    for name, value in table.items():
        if name == "profiles" and not where:
            continue
        if name == "defaults":
            if not isinstance(value, dict):
                raise SetupError(f"{path}: {where}defaults is no table", "write it as [defaults]")
            inner = {f"defaults.{key}": each for key, each in value.items()}
        else:
            inner = {name: value}
        for key, each in inner.items():
            yield key, _checked(key, each, str(path), where)


def parse_value(key: str, text: str) -> Any:
    """Read a value given on the command line, by the kind of its key."""
    known = _known(key, None)
    if known.kind == "flag":
        if text.lower() not in ("true", "false"):
            raise UsageError(f"{key} is {known.accepts}, not {text!r}", _out(key))
        return text.lower() == "true"
    value: object = text
    if known.kind == "texts":
        value = [each.strip() for each in text.split(",") if each.strip()] or None
    try:
        return _checked(key, value, "")
    except SetupError as error:
        raise UsageError(_wrong(key, text), _out(key)) from error


def _out(key: str) -> str:
    return f"for none: clocktool config set {key} ''"


MASK = "********"
"""What is shown of a secret, whatever it is."""


def _profiles(file: Mapping[str, Any], path: Path) -> dict[str, dict[str, Any]]:
    table = file.get("profiles", {})
    if not isinstance(table, dict) or not all(isinstance(each, dict) for each in table.values()):
        raise SetupError(f"{path}: profiles is no table", "write [profiles.NAME]")
    return {name: dict(flat(values, path, f"profiles.{name}.")) for name, values in table.items()}


def _of_directory(table: Mapping[str, Any], path: Path) -> dict[str, Any]:
    values = dict(flat({key: value for key, value in table.items() if key != "profiles"}, path))
    refused = [key for key in values if key not in IN_A_DIRECTORY]
    if "profiles" in table:
        refused.append("profiles")
    if refused:
        raise SetupError(
            f"{path}: {refused[0]} may not be set for a folder",
            f"{DIRECTORY_FILE} sets workspace and [defaults], nothing else",
        )
    return values


def _known(key: str, path: str | None, where: str = "") -> Key:
    if key in KEYS:
        return KEYS[key]
    from difflib import get_close_matches

    close = get_close_matches(key, KEYS, 1)
    message = f"{path}: unknown key {where}{key}" if path else f"no configuration key {key!r}"
    hint = f"did you mean {close[0]}?" if close else f"keys: {', '.join(KEYS)}"
    if path:
        raise SetupError(message, hint)
    raise UsageError(message, hint)


def _checked(key: str, value: Any, path: str, where: str = "") -> Any:
    """Return a value that fits its key. Raises SetupError naming source, key, what is accepted."""
    known = _known(key, path, where)
    good = {
        "text": _is_text,
        "texts": lambda each: isinstance(each, list) and all(map(_is_text, each)),
        "flag": lambda each: isinstance(each, bool),
        "routes": lambda each: each in ("auto", "guide", "service"),
        "week_day": lambda each: isinstance(each, str) and each.lower() in WEEKDAYS,
        "zone": _is_zone,
        "duration": _is_duration,
        "url": _is_url,
    }[known.kind]
    if good(value):
        return str(value).lower() if known.kind == "week_day" else value
    mend = f"set {path} to one, or unset it"
    if not path.startswith("$"):
        mend = f"write one, or take the line out: $EDITOR {path}"
    raise SetupError(f"{path}: {where}{_wrong(key, value)}", mend)


def _wrong(key: str, value: Any) -> str:
    """Return what is wrong with a value, in words; it is shown when it can be no secret."""
    known = KEYS[key]
    simple = isinstance(value, str | bool) or (isinstance(value, int) and abs(value) < 10**9)
    hidden = known.secret or (known.kind == "url" and any(each in str(value) for each in "@?#"))
    if hidden and simple:
        return f"{key} is {known.accepts}"
    shown = quoted(value) if isinstance(value, str) else f"{value!r}" if simple else "what it is"
    return f"{key} is {known.accepts}, not {shown}"


def _is_text(value: object) -> bool:
    return isinstance(value, str) and value.strip() != "" and value.isprintable()


def _is_duration(value: object) -> bool:
    from clocktool.domain.time.duration import parse_duration

    try:
        return isinstance(value, str) and parse_duration(value) > 0
    except UsageError:
        return False


def _is_zone(value: object) -> bool:
    try:
        return isinstance(value, str) and bool(Zone(value))
    except ValueError:
        return False


def _is_url(value: object) -> bool:
    try:
        plain = isinstance(value, str) and not any(each in value for each in "@?#\\")
        parts = urlsplit(str(value))
        return plain and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
