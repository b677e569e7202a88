"""Colours of projects."""

import re
from typing import Final

from clocktool.errors import RefusedError, literal

DARKEST, LIGHTEST = 0.14, 0.36
"""The luminance, from 0 to 1, that a colour needs to be read on black and on white."""

_SHARES = (0.2126, 0.7152, 0.0722)
"""How much red, green and blue add to the luminance (WCAG 2, relative luminance)."""

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


def readable(red: int, green: int, blue: int) -> tuple[int, int, int]:
    """Return a colour that can be read on a light and on a dark background.

    A colour that is too light is darkened, one that is too dark is lightened; the hue stays.
    """
    light = [_linear(each / 255) for each in (red, green, blue)]
    luminance = sum(share * each for share, each in zip(_SHARES, light, strict=True))
    if luminance > LIGHTEST:
        light = [each * LIGHTEST / luminance for each in light]
    elif luminance < DARKEST:
        white = (DARKEST - luminance) / (1 - luminance)
        light = [each + (1 - each) * white for each in light]
    else:
        return red, green, blue
    red, green, blue = (round(255 * _encoded(each)) for each in light)
    return red, green, blue


def _linear(value: float) -> float:
    """Return the intensity of a channel of sRGB; both are from 0 to 1."""
    return float(value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4)


def _encoded(value: float) -> float:
    """Return the channel of sRGB for an intensity."""
    return float(value * 12.92 if value <= 0.0031308 else 1.055 * value ** (1 / 2.4) - 0.055)
