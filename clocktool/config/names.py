"""Names of projects, tasks, tags and clients in a configuration file.

The declaration says where they are: a value by its ``completion``, the keys of a table by
``key_names``.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import msgspec

from clocktool.config.declaration import PROFILES, Declaration, Path
from clocktool.domain.named import NOUNS

KINDS = frozenset(NOUNS.values())

NewText = Callable[[str, str, str | None], str | None]
"""Returns the new text for a kind, a text, and the project of a task; None where it stays."""


class Found(msgspec.Struct, frozen=True):
    """A name in a file: the path of its key, its kind, and its text.

    ``place`` is its place in a list. ``is_key`` says that the last part of the path is the name.
    ``project`` is the text of the project beside a task.
    """

    path: Path
    kind: str
    text: str
    place: int | None = None
    is_key: bool = False
    project: str | None = None


class Edits(msgspec.Struct, frozen=True):
    """The changes of a file: new values, and new names of keys, by path."""

    values: dict[Path, Any]
    keys: dict[Path, str]
    found: list[tuple[Found, str]]
    """The names, each with its new text."""


def edits_of(table: Mapping[str, Any], found: Iterator[Found], new_text: NewText) -> Edits:
    """Return what must change in the tables of a file for names to have new texts."""
    edits = Edits({}, {}, [])
    for each in found:
        new = new_text(each.kind, each.text, each.project)
        if new is None or new == each.text:
            continue
        edits.found.append((each, new))
        if each.is_key:
            edits.keys[each.path] = new
        elif each.place is None:
            edits.values[each.path] = new
        else:
            values = edits.values.setdefault(each.path, list(_at(table, each.path)))
            values[each.place] = new
    return edits


def names_in_force(
    table: Mapping[str, Any], profile: str | None, declaration: Declaration, *, shares: bool = True
) -> Iterator[Found]:
    """Yield the names in the table of a profile, and above it those that it does not override.

    Without ``shares`` a profile uses nothing above it.
    """
    own: set[Path] = set()
    above: tuple[str, ...] = ()
    shared = {name: value for name, value in table.items() if name != PROFILES}
    if profile is not None:
        above = (PROFILES, profile)
        for found in _names(_at(table, above) or {}, declaration):
            own.add(found.path)
            project = found.project or (_project(shared) if shares else None)
            yield msgspec.structs.replace(found, path=(*above, *found.path), project=project)
    for found in _names(shared, declaration) if shares or profile is None else ():
        if found.path not in own:
            yield found


def _project(table: Mapping[str, Any]) -> str | None:
    value = _at(table, ("defaults", "project"))
    return value if isinstance(value, str) else None


def _names(table: Mapping[str, Any], declaration: Declaration, path: Path = ()) -> Iterator[Found]:
    """Yield the names in a table that is declared at a path."""
    for name, value in table.items():
        here = (*path, name)
        kind = declaration.kind_of_keys(here)
        if kind in KINDS:
            yield Found(here, kind, name, is_key=True)
        if isinstance(value, dict) and declaration.is_table(here):
            yield from _names(value, declaration, here)
            continue
        key = declaration.key(here)
        if key is None or key.completion not in KINDS:
            continue
        project = table.get("project") if key.completion == "task" else None
        for place, text in enumerate(value) if isinstance(value, list) else [(None, value)]:
            if isinstance(text, str):
                yield Found(here, key.completion, text, place, project=project)


def _at(table: Mapping[str, Any], path: Path) -> Any:
    value: Any = table
    for name in path:
        value = value.get(name) if isinstance(value, dict) else None
    return value
