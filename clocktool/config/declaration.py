"""A declaration of keys, read from classes; it finds keys by name and checks values."""

from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from importlib import import_module
from typing import Any, Literal, get_args, get_origin

import msgspec

from clocktool.config.values import Address, Weekday
from clocktool.domain.time.week import WEEKDAYS
from clocktool.errors import SetupError, UsageError, literal

PROFILES = "profiles"
"""The table of profiles, each of which has the same keys."""

MASK = "********"
"""Shown instead of a secret."""

Path = tuple[str, ...]


class FreeName(msgspec.Struct, frozen=True):
    """A name in the path of a key that the user chooses: ``DAY`` in ``targets.DAY``.

    ``word`` is its placeholder, in capitals. ``type`` raises ValueError for an invalid name.
    """

    word: str = "NAME"
    accepts: str = "a name"
    type: Callable[[str], object] = str


class Key(msgspec.Struct, frozen=True):
    """The declaration of a key."""

    type: Any
    """Its type, in a ``dict`` for each free name in its path."""
    about: str
    """What it sets."""
    accepts: str
    """Its values, in words, with literal values between backticks."""
    scope: Literal["account", "workspace", "person"]
    """What a value belongs to: the account, a workspace, or the person.

    The profile ``local`` uses only the person's keys from the rest of the file.
    """
    in_folder: bool = False
    """Whether a ``.clocktool.toml`` may set it."""
    secret: bool = False
    """Whether the value is masked, and never taken from the command line."""
    variable: str = ""
    """The environment variable that sets it."""
    completion: str = ""
    """The kind of values that completion offers; fixed words come from the type."""
    key_names: str = ""
    """The kind of names that the keys of its table are, such as ``project``."""
    names: tuple[FreeName, ...] = (FreeName(),)
    """The free names in its path, one for each ``dict``."""
    default: Any = None

    @property
    def words(self) -> tuple[str, ...]:
        """All accepted values, if they are a fixed list of words."""
        if self.type is Weekday:
            return WEEKDAYS
        return ("true", "false") if self.type is bool else get_args(self.type) * self._is_choice

    @property
    def is_list(self) -> bool:
        """Whether the value is a list of texts."""
        return get_origin(self.type) is list

    def display(self, value: Any) -> str:
        """Return a value as text for people; a secret is masked."""
        if self.secret:
            return MASK
        if isinstance(value, list):
            return ", ".join(map(str, value))
        return str(value).lower() if isinstance(value, bool) else str(value)

    @property
    def _is_choice(self) -> bool:
        return get_origin(self.type) is Literal


class Table:
    """A table of keys: the attributes of a subclass are its keys and tables."""


class Elsewhere(msgspec.Struct, frozen=True):
    """A table that another module declares; only files with that table need the module."""

    module: str
    name: str

    def load(self) -> "Declared":
        """Import the module, and return the class of the table, or the key for all its names."""
        found: Declared = getattr(import_module(self.module), self.name)
        return found


Declared = Key | Elsewhere | type[Table]


def _declared_in(table: type[Table]) -> Iterator[tuple[str, Declared]]:
    """Yield the names that a class and those above it declare, with what they declare."""
    for each in reversed(table.__mro__):
        for name, declared in vars(each).items() if issubclass(each, Table) else ():
            if not name.startswith("_"):
                yield name, declared


def _read(declared: Declared, path: Path) -> Iterator[tuple[Path, Key]]:
    """Yield the paths of the keys that are declared at a path, each with its key."""
    if isinstance(declared, Elsewhere):
        yield from _read(declared.load(), path)
        return
    if isinstance(declared, type):
        for name, each in _declared_in(declared):
            yield from _read(each, (*path, name))
        return
    key, of = declared, declared.type
    names = iter(key.names)
    while get_origin(of) is dict:
        path, of = (*path, next(names).word), get_args(of)[1]
    if isinstance(of, type) and issubclass(of, Table):
        for inner, each in _read(of, path):
            yield inner, msgspec.structs.replace(each, key_names=key.key_names, names=key.names)
        return
    yield path, msgspec.structs.replace(key, type=of)


class Declaration:
    """The declared keys, by path and by dotted name; each table is read when it is first used."""

    def __init__(self, table: type[Table]) -> None:
        self._tables = dict(_declared_in(table))
        self._read: dict[str, dict[Path, Key]] = {}

    def _keys(self, name: str) -> dict[Path, Key]:
        """Return the keys with paths that begin with a name."""
        if name not in self._read:
            found = self._tables.get(name)
            self._read[name] = {} if found is None else dict(_read(found, (name,)))
        return self._read[name]

    @cached_property
    def _by_path(self) -> dict[Path, Key]:
        return {path: key for name in self._tables for path, key in self._keys(name).items()}

    @cached_property
    def keys(self) -> dict[str, Key]:
        """Every key by its dotted name."""
        return {dotted(path): key for path, key in self._by_path.items()}

    @cached_property
    def own_keys(self) -> dict[str, Key]:
        """The keys by their dotted names, without those of tables that other modules declare."""
        own = [name for name, each in self._tables.items() if not isinstance(each, Elsewhere)]
        return {dotted(path): key for name in own for path, key in self._keys(name).items()}

    def key(self, path: Path) -> Key | None:
        """Return the key at a path, None where there is none."""
        declared = self._declared(path)
        return None if declared is None else self._keys(path[0])[declared]

    def _declared(self, path: Path) -> Path | None:
        """Return the declared path of a key, with placeholders for free names."""
        keys = self._keys(path[0]) if path else {}
        return path if path in keys else next((each for each in keys if _matches(path, each)), None)

    def invalid_name(self, path: Path) -> tuple[str, FreeName] | None:
        """Return the first invalid free name in the path of a key, with its declaration."""
        declared = self._declared(path)
        if declared is None:
            return None
        free = [name for name, each in zip(path, declared, strict=True) if _is_free(each)]
        for name, kind in zip(free, self._keys(path[0])[declared].names, strict=False):
            try:
                kind.type(name)
            except ValueError:
                return name, kind
        return None

    def kind_of_keys(self, path: Path) -> str:
        """Return the kind of names that the last part of a path is; empty for none."""
        for declared_path, key in self._keys(path[0]).items() if path else ():
            table = declared_path[: len(path)]
            if key.key_names and _is_free(table[-1]) and _matches(path, table):
                return key.key_names
        return ""

    def in_order(self, names: Iterable[str]) -> list[str]:
        """Sort names by the order of the declaration; free names of a table keep their order."""
        order = {id(key): index for index, key in enumerate(self._by_path.values())}
        return sorted(names, key=lambda name: order[id(self.named(name))])

    def named(self, name: str) -> Key:
        """Return the key of a dotted name. Raises UsageError if it is unknown."""
        key = self.key(path_of(name))
        if key is None:
            raise UsageError(f"unknown key {literal(name)}", self.suggestion(name))
        return key

    def is_table(self, path: Path) -> bool:
        """Whether a table is declared at a path."""
        keys = self._keys(path[0]) if path else {}
        return any(len(each) > len(path) and _matches(path, each[: len(path)]) for each in keys)

    def parse(self, name: str, text: str) -> Any:
        """Convert a value from the command line to the type of its key. Raises UsageError."""
        key = self.named(name)
        if invalid := self.invalid_name(path_of(name)):
            word, kind = invalid
            raise UsageError(
                f"{literal(word)} in {literal(name)} must be {kind.accepts}",
                "see: clocktool help configuration",
            )
        value: object = text
        if key.is_list:
            value = [each.strip() for each in text.split(",") if each.strip()] or None
        elif key.type is bool:
            value = {"true": True, "false": False}.get(text.lower(), text)
        try:
            return msgspec.convert(value, key.type, dec_hook=_construct)
        except msgspec.ValidationError as error:
            hint = f"to remove it: clocktool config set {name} ''"
            raise UsageError(_explain(key, name, text), hint) from error

    def suggestion(self, name: str) -> str:
        """Return the hint for an unknown name."""
        from difflib import get_close_matches

        paths = self._by_path
        tables = {dotted(path[:end]): 0 for path in paths for end in range(1, len(path))}
        others = [each for each in (*tables, PROFILES) if not name.startswith(f"{each}.")]
        close = get_close_matches(name, [*self.keys, *others], 1)
        return f"did you mean `{close[0]}`?" if close else f"keys: {', '.join(self.keys)}"


def _matches(path: Path, declared_path: Path) -> bool:
    return len(path) == len(declared_path) and all(
        each == name or _is_free(each) for name, each in zip(path, declared_path, strict=True)
    )


def _is_free(name: str) -> bool:
    """Whether a part of a declared path is a placeholder; only those have capitals."""
    return name.isupper()


def dotted(path: Path) -> str:
    """Return a path as a TOML key, with quotes around names that need them.

    Characters that can't be seen are written as their codes, so that the key can be pasted.
    """
    return ".".join(
        name
        if name.isascii() and name.replace("-", "").replace("_", "").isalnum()
        else "".join(map(_seen, msgspec.json.encode(name).decode()))
        for name in path
    )


def _seen(character: str) -> str:
    """Return a character of a TOML text, or its code if it can't be seen."""
    return character if character.isprintable() else f"\\U{ord(character):08x}"


def path_of(name: str) -> Path:
    """Return the path of a dotted name, which may have quotes; () if it is invalid."""
    if not {'"', "'"} & {*name}:
        return tuple(name.split("."))
    import tomllib

    try:
        table: Any = tomllib.loads(f"{name} = 0")
    except ValueError:
        return ()
    path: list[str] = []
    while isinstance(table, dict) and len(table) == 1:
        ((part, table),) = table.items()
        path.append(part)
    return tuple(path) if table == 0 else ()


def not_a_table(source: str, path: Path) -> SetupError:
    """Return the error for a value in place of a table."""
    name = dotted(path)
    error = SetupError(f"`{name}` must be a table", f"write [{name}] and its keys below it")
    return error.within(source)


def convert_value(key: Key, name: str, value: Any, source: str) -> Any:
    """Convert a value to the type of its key. Raises SetupError with source, key and value."""
    try:
        return msgspec.convert(value, key.type, dec_hook=_construct)
    except msgspec.ValidationError as error:
        hint = f"set {source} to another value, or unset it"
        if not source.startswith("$"):
            hint = _correct(source)
        raise SetupError(_explain(key, name, value), hint).within(source) from error


def invalid_name_error(invalid: tuple[str, FreeName], key: str, source: str) -> SetupError:
    """Return the error for an invalid free name in a key."""
    word, kind = invalid
    message = f"`{key}`: {literal(word)} must be {kind.accepts}"
    return SetupError(message, _correct(source)).within(source)


def _correct(source: str) -> str:
    from shlex import quote

    return f"correct or remove that line: $EDITOR {quote(source)}"


def _construct(kind: type, value: Any) -> Any:
    return kind(value)


def _explain(key: Key, name: str, value: Any) -> str:
    """Return the message for an invalid value; it shows the value unless that may be a secret."""
    message = f"`{name}` must be {key.accepts}"
    simple = isinstance(value, str | bool) or (isinstance(value, int) and abs(value) < 10**9)
    hidden = key.secret or (key.type is Address and any(each in str(value) for each in "@?#"))
    if hidden or not simple:
        return message
    return f"{message}, not {literal(key.display(value))}"
