"""Entries and lists as JSON, indented or on one line, in the shape of the API guide."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from clocktool import wire
from clocktool.domain.entry import Entry
from clocktool.domain.time.instant import Instant
from clocktool.render.text import UNSEEN

_RAW_CONTROLS = re.compile(f"[{UNSEEN}]")


def dump(value: Any) -> str:
    """Return a value as indented JSON. All control characters are escaped."""
    return _escaped(msgspec.json.format(msgspec.json.encode(value), indent=2).decode())


def dump_line(value: Any) -> str:
    """Return a value as JSON on one line."""
    return _escaped(msgspec.json.encode(value).decode())


def json_text(
    entries: Iterable[Entry],
    now: Instant,
    *,
    single: bool = False,
    within: Mapping[str, int] | None = None,
) -> str:
    """Return entries as a JSON array, or with ``single`` the first one as an object.

    ``within`` has the seconds of entries inside the requested period, by id.
    """
    seconds = within or {}
    objects = [wire.entry_object(entry, now, seconds.get(str(entry.id))) for entry in entries]
    return dump(objects[0] if single else objects)


def json_line(entry: Entry, now: Instant, within: int | None = None) -> str:
    """Return an entry as JSON on one line."""
    return dump_line(wire.entry_object(entry, now, within))


def _escaped(text: str) -> str:
    if text.isascii() and "\x7f" not in text:
        return text
    return _RAW_CONTROLS.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
