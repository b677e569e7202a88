"""JSON, indented or on one line."""

import re
from typing import Any

import msgspec

from clocktool.render.text import UNSEEN

_RAW_CONTROLS = re.compile(f"[{UNSEEN}]")


def dump(value: Any) -> str:
    """Return a value as indented JSON. All control characters are escaped."""
    return _escaped(msgspec.json.format(msgspec.json.encode(value), indent=2).decode())


def dump_line(value: Any) -> str:
    """Return a value as JSON on one line."""
    return _escaped(msgspec.json.encode(value).decode())


def _escaped(text: str) -> str:
    if text.isascii() and "\x7f" not in text:
        return text
    return _RAW_CONTROLS.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
