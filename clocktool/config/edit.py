"""Change keys in the text of a TOML file; all other bytes stay."""

import re
from collections.abc import Mapping
from typing import Any

import tomlkit
from tomlkit.container import Container
from tomlkit.items import AoT, Array, InlineTable, Item, Key, Table, Whitespace

Path = tuple[str, ...]

_BARE_NEWLINE = re.compile(r"(?<!\r)\n")


def edit_text(text: str, values: Mapping[Path, Any], keys: Mapping[Path, str] = {}) -> str:
    """Return the text with values set at their paths; None removes a key.

    ``keys`` are new names of keys and of tables, which keep their places. The text must be valid
    TOML, and each parent of a key must be a table.
    """
    is_crlf = "\r\n" in text and not _BARE_NEWLINE.search(text)
    for path, value in values.items():
        text = _removed(text, path) if value is None else _set(text, path, value)
    for path, name in keys.items():
        text = _renamed(text, path, name)
    return _BARE_NEWLINE.sub("\r\n", text) if is_crlf else text


def _removed(text: str, path: Path) -> str:
    """Return the text without a key and the comment on its line."""
    document = tomlkit.parse(text)
    place, missing = _found(document, path)
    if missing:
        return text
    del place[path[-1]]
    return document.as_string()


def _renamed(text: str, path: Path, name: str) -> str:
    """Return the text with another name of a key or a table; its value and comments stay."""
    document = tomlkit.parse(text)
    place, missing = _found(document, path)
    if missing:
        return text
    body: Any = place if isinstance(place, Container) else place.value
    item = place[path[-1]]
    body._replace(path[-1], tomlkit.key(name), item)  # nothing public does it
    if isinstance(item, Table):
        item.display_name = None  # the header shows the new name
    return document.as_string()


def _set(text: str, path: Path, value: Any) -> str:
    """Return the text with a value in place of the old one, or after the last key of its table."""
    document = tomlkit.parse(text)
    place, missing = _found(document, path)
    if not missing:
        if repr(_plain(place[path[-1]])) == repr(value):
            return text
        old = place[path[-1]]
        if isinstance(old, Array) and isinstance(value, list) and len(old) == len(value):
            for index, each in enumerate(value):  # comments in the list stay
                if _plain(old[index]) != each:
                    old[index] = each
        else:
            place[path[-1]] = _item(value)
        return document.as_string()
    last_line = text.rpartition("\n")[2]
    if last_line:  # the last line needs a newline before another line can follow
        document = tomlkit.parse(f"{text}\n")
        place, missing = _found(document, path)
    is_inline = isinstance(place, InlineTable)
    for name in missing[:-1]:
        place[name] = tomlkit.inline_table() if is_inline else tomlkit.table()
        place = place[name]
    _add(place, missing[-1], value)
    new = document.as_string()
    return new[:-1] if last_line and new.endswith(f"\n{last_line}\n") else new


def _plain(item: Any) -> Any:
    """Return the plain Python value of a tomlkit item; booleans are plain already."""
    return item.unwrap() if isinstance(item, Item) else item


def _item(value: Any) -> Item:
    """Return the item for a plain value; a dictionary is a table on one line."""
    item: Item = tomlkit.item(value)
    if isinstance(value, dict):
        item = tomlkit.inline_table()
        item.update(value)
    return item


def _found(document: tomlkit.TOMLDocument, path: Path) -> tuple[Any, Path]:
    """Return the innermost existing table on a path, and the rest of the path."""
    place: Any = document
    for depth, name in enumerate(path):
        if name not in place:
            return place, path[depth:]
        if depth + 1 < len(path):
            place = place[name]
    return place, ()


def _add(place: Any, name: str, value: Any) -> None:
    """Add a key after the last key of a table: comments below it belong to what follows."""
    if isinstance(place, Container):
        body, is_all = place.body, not any(_is_header(*each) for each in place.body)
    elif isinstance(place, Table) and not place.is_super_table():
        body, is_all = place.value.body, False
    else:
        place[name] = _item(value)
        return
    keys = [i for i, each in enumerate(body) if each[0] is not None and not _is_header(*each)]
    blanks = [i for i, (_, item) in enumerate(body) if isinstance(item, Whitespace)]
    if keys:
        index = keys[-1] + 1
    elif is_all:  # a file of comments
        index = len(body)
    else:  # after the first comments, unless they belong to the next header
        index = blanks[0] if blanks else 0
    body.insert(index, (tomlkit.key(name), _item(value)))


def _is_header(key: Key | None, item: Item) -> bool:
    return key is not None and isinstance(item, Table | AoT) and not key.is_dotted()
