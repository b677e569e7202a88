"""A declaration of keys, read from classes: finds a key by its name, and checks values."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Literal, get_args, get_origin, get_type_hints

import msgspec

from clocktool.config.values import Address, Weekday
from clocktool.domain.time.week import WEEKDAYS
from clocktool.errors import SetupError, UsageError, literal

NAME = "NAME"
"""Stands in the path of a key for a name that a person chooses: ``aliases.NAME``."""

PROFILES = "profiles"
"""The table with the same keys again for each profile."""

Path = tuple[str, ...]


class Key(msgspec.Struct, frozen=True):
    """What is declared of a key, beside its type."""

    about: str
    """What it sets."""
    accepts: str
    """Which values it takes, in words; values as they are typed stand between backticks."""
    scope: Literal["account", "workspace", "person"]
    """What a value belongs to: server and credential, names in a workspace, or the person.

    The profile ``local`` takes only keys of the person from the rest of the file.
    """
    in_folder: bool = False
    """Whether a ``.clocktool.toml`` may set it."""
    secret: bool = False
    variable: str = ""
    """The environment variable that sets it."""
    completion: str = ""
    """The kind of names that completion offers; words of a fixed list come from the type."""
    type: Any = None
    default: Any = None

    @property
    def words(self) -> tuple[str, ...]:
        """The values, where only some words are accepted."""
        if self.type is Weekday:
            return WEEKDAYS
        return ("true", "false") if self.type is bool else get_args(self.type) * self._is_choice

    @property
    def is_list(self) -> bool:
        """Whether it takes several texts."""
        return get_origin(self.type) is list

    @property
    def _is_choice(self) -> bool:
        return get_origin(self.type) is Literal


def declared(table: type[msgspec.Struct], path: Path = ()) -> Iterator[tuple[Path, Key]]:
    """Yield the keys of a declaration by path, those of its tables too."""
    for name, hint in get_type_hints(table, include_extras=True).items():
        here = (*path, name)
        if isinstance(hint, type) and issubclass(hint, msgspec.Struct):
            yield from declared(hint, here)
            continue
        of, key = get_args(hint)
        if get_origin(of) is dict:
            here, of = (*here, NAME), get_args(of)[1]
        yield here, msgspec.structs.replace(key, type=of)


class Declaration:
    """The keys of a declaration, found by path or by dotted name."""

    def __init__(self, table: type[msgspec.Struct]) -> None:
        self._by_path = dict(declared(table))
        self.keys = {dotted(path): key for path, key in self._by_path.items()}
        self._tables = {path[:end] for path in self._by_path for end in range(1, len(path))}

    def key(self, path: Path) -> Key | None:
        """Return the key at a path, None where there is none."""
        if path in self._by_path:
            return self._by_path[path]
        return next((key for each, key in self._by_path.items() if _fits(path, each)), None)

    def in_order(self, names: Iterable[str]) -> list[str]:
        """Return names in the order of the declaration; the free ones of a table stay as given."""
        order = {id(key): index for index, key in enumerate(self._by_path.values())}
        return sorted(names, key=lambda name: order[id(self.named(name))])

    def named(self, name: str) -> Key:
        """Return the key of a dotted name. Raises UsageError where there is none."""
        key = self.keys.get(name) or self.key(path_of(name))
        if key is None:
            raise UsageError(f"unknown key {literal(name)}", self.near(name))
        return key

    def is_table(self, path: Path) -> bool:
        """Whether a table is declared at a path."""
        return path in self._tables or any(_fits(path, each) for each in self._tables)

    def values(
        self, table: Mapping[str, Any], source: str, where: Path = (), path: Path = ()
    ) -> Iterator[tuple[str, Any]]:
        """Yield the checked values of a table by dotted name.

        ``where`` is the place of the table in the file. Raises SetupError naming source and key.
        """
        for name, value in table.items():
            here = (*path, name)
            if self.is_table(here):
                if not isinstance(value, dict):
                    raise not_a_table(source, (*where, *here))
                yield from self.values(value, source, where, here)
            elif (key := self.key(here)) is not None:
                yield dotted(here), checked(key, dotted((*where, *here)), value, source)
            else:
                message = f"unknown key `{dotted((*where, *here))}`"
                raise SetupError(message, self.near(dotted(here))).within(source)

    def parse(self, name: str, text: str) -> Any:
        """Return a value typed on the command line, as the type of its key. Raises UsageError."""
        key = self.named(name)
        value: object = text
        if key.is_list:
            value = [each.strip() for each in text.split(",") if each.strip()] or None
        elif key.type is bool:
            value = {"true": True, "false": False}.get(text.lower(), text)
        try:
            return msgspec.convert(value, key.type, dec_hook=_made)
        except msgspec.ValidationError as error:
            hint = f"to remove it: clocktool config set {name} ''"
            raise UsageError(_wrong(key, name, text), hint) from error

    def near(self, name: str) -> str:
        """Return the hint for a name that is not declared."""
        from difflib import get_close_matches

        tables = [dotted(each) for each in self._tables]
        others = [each for each in (*tables, PROFILES) if not name.startswith(f"{each}.")]
        close = get_close_matches(name, [*self.keys, *others], 1)
        return f"did you mean `{close[0]}`?" if close else f"keys: {', '.join(self.keys)}"


def _fits(path: Path, declared_path: Path) -> bool:
    return len(path) == len(declared_path) and all(
        each in (name, NAME) for name, each in zip(path, declared_path, strict=True)
    )


def dotted(path: Path) -> str:
    """Return a path as TOML writes it: quoted where it is more than letters, digits, - and _."""
    return ".".join(
        name
        if name.isascii() and name.replace("-", "").replace("_", "").isalnum()
        else msgspec.json.encode(name).decode()
        for name in path
    )


def path_of(name: str) -> Path:
    """Return the path of a dotted name, which may have quotes; empty where it is malformed."""
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
    """Return the error for a value where a table must be."""
    name = dotted(path)
    error = SetupError(f"`{name}` must be a table", f"write [{name}] and its keys below it")
    return error.within(source)


def checked(key: Key, name: str, value: Any, source: str) -> Any:
    """Return a value as the type of its key. Raises SetupError naming source, key and value."""
    try:
        return msgspec.convert(value, key.type, dec_hook=_made)
    except msgspec.ValidationError as error:
        hint = f"set {source} to another value, or unset it"
        if not source.startswith("$"):
            from shlex import quote

            hint = f"correct or remove that line: $EDITOR {quote(source)}"
        raise SetupError(_wrong(key, name, value), hint).within(source) from error


def _made(kind: type, value: Any) -> Any:
    return kind(value)


def _wrong(key: Key, name: str, value: Any) -> str:
    """Return what is wrong with a value, in words; the value only where it can't hold a secret."""
    message = f"`{name}` must be {key.accepts}"
    simple = isinstance(value, str | bool) or (isinstance(value, int) and abs(value) < 10**9)
    hidden = key.secret or (key.type is Address and any(each in str(value) for each in "@?#"))
    if hidden or not simple:
        return message
    shown = str(value).lower() if isinstance(value, bool) else str(value)
    return f"{message}, not {literal(shown)}"
