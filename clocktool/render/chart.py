"""Bars for durations."""

from clocktool.render.output import Output

COLOR = "#2da44e"
"""Green, neither light nor dark: readable on any background."""

_EIGHTHS = " ▏▎▍▌▋▊▉█"


def bar(value: int, largest: int, width: int, out: Output) -> str:
    """Return a bar for a value. The bar of the largest value has the full width.

    A value above 0 has at least an eighth of a column, or one ``#`` without Unicode.
    """
    if value <= 0 or largest <= 0:
        return ""
    if not out.unicode:
        return "#" * max(1, value * width // largest)
    full, rest = divmod(max(1, value * width * 8 // largest), 8)
    return "█" * full + (_EIGHTHS[rest] if rest else "")
