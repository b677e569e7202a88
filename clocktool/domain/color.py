"""Colours of projects."""

import re
from typing import Final

from clocktool.errors import RefusedError, literal

_COLOR: Final = re.compile(r"#([0-9A-Fa-f]{3}|[0-9A-Fa-f]{6})")


def is_color(text: str) -> bool:
    """Return whether a text is a colour: ``#03A9F4`` or ``#08f``."""
    return _COLOR.fullmatch(text) is not None


def parse_color(text: str) -> str:
    """Return a colour with six digits: ``#0088ff``. Raises RefusedError for anything else."""
    color = text.strip()
    if not is_color(color):
        raise RefusedError(
            f"invalid colour {literal(text)}", "use six hexadecimal digits: '#0088ff'"
        )
    return color if len(color) == 7 else "#" + "".join(2 * digit for digit in color[1:])
