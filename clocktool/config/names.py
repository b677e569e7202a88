"""Names of projects, tasks, tags and clients in a configuration file.

The declaration says where they are: a value by its ``completion``, the keys of a table by
``key_names``.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import msgspec

from clocktool.config.declaration import PROFILES, Declaration, Path
from clocktool.domain.named import NOUNS
from clocktool.domain.naming import TextChange

KINDS = frozenset(NOUNS.values()) | {"subject", "alias"}

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
    kept: list[tuple[Found, str]]
    """The keys that stay, each with the key beside it that has the name already."""
    changes: tuple[TextChange, ...] = ()
    """All of it, to be taken back."""


def edits_of(
    table: Mapping[str, Any],
    found: Iterator[Found],
    new_text: NewText,
    is_new: Callable[[str, str], bool] | None = None,
) -> Edits:
    """Return what must change in the tables of a file for names to have new texts.

    ``is_new`` returns whether a text of a kind already names the item with the new text. A list has
    each new text once.
    """
    edits = Edits({}, {}, [], [])
    for each in found:
        new = new_text(each.kind, each.text, each.project)
        if new is None or new == each.text:
            continue
        if each.is_key:
            twin = _twin(table, each, new, edits, is_new)
            if twin is not None:
                edits.kept.append((each, twin))
                continue
            edits.keys[each.path] = new
        elif each.place is None:
            edits.values[each.path] = new
        else:
            values = edits.values.setdefault(each.path, list(_at(table, each.path)))
            values[each.place] = new
        edits.found.append((each, new))
    for path, value in edits.values.items():
        if isinstance(value, list):
            edits.values[path] = [*dict.fromkeys(value)]
    return msgspec.structs.replace(edits, changes=tuple(_changes(table, edits)))


def edits_to(table: Mapping[str, Any], changes: Iterable[TextChange]) -> Edits:
    """Return the edits that make changes in a file, without those that don't fit it any more."""
    edits = Edits({}, {}, [], [])
    for each in changes:
        *above, last = each.path
        place = _at(table, tuple(above))
        if not isinstance(place, dict) or last not in place:
            continue
        if each.is_key:
            if each.new in place:
                continue
            edits.keys[each.path] = str(each.new)
        elif place[last] != _value(each.old):
            continue
        else:
            edits.values[each.path] = _value(each.new)
        old, new = (
            text if isinstance(text, str) else ", ".join(text) for text in (each.old, each.new)
        )
        edits.found.append((Found(each.path, "", old, is_key=each.is_key), new))
    return edits


def _changes(table: Mapping[str, Any], edits: Edits) -> Iterator[TextChange]:
    for path, new in edits.values.items():
        old = _at(table, path)
        if isinstance(new, list):
            yield TextChange(path, tuple(old), tuple(new))
        else:
            yield TextChange(path, old, new)
    for path, name in edits.keys.items():
        yield TextChange(path, path[-1], name, is_key=True)


def _value(text: str | tuple[str, ...]) -> str | list[str]:
    return text if isinstance(text, str) else [*text]


def _twin(
    table: Mapping[str, Any],
    found: Found,
    new: str,
    edits: Edits,
    is_new: Callable[[str, str], bool] | None,
) -> str | None:
    """Return the key in the same table that has the new name, also after this change; or None."""
    above = found.path[:-1]
    for other in _at(table, above):
        if other != found.text and (
            other.casefold() == new.casefold() or (is_new is not None and is_new(found.kind, other))
        ):
            return str(other)
    return next(
        (new for path, name in edits.keys.items() if path[:-1] == above and name == new), None
    )


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
