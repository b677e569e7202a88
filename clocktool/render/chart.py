"""Bars: how long something took, drawn."""

from clocktool.render.output import Output

WIDEST = 40
"""How many columns a bar takes at most; it has as many where there is no terminal."""

FAIR = 8
"""How many columns of a narrow terminal are kept for a bar when columns of figures are chosen."""

COLOR = "#2da44e"
"""The colour of a bar that is no project's."""

_EIGHTHS = " ▏▎▍▌▋▊▉█"


def shares(label: int, room: int | None) -> tuple[int, int]:
    """Return how wide labels and bars are, beside each other in so much room.

    A label that is too long has three fifths of it, and what a bar of the greatest length leaves.
    """
    if room is None:
        return label, WIDEST
    kept = min(label, max(room * 3 // 5, room - WIDEST))
    return kept, min(WIDEST, room - kept)


def bar(value: int, largest: int, width: int, out: Output) -> str:
    """Return a bar for a value beside the largest one, which has so many columns.

    What is more than nothing is seen: its bar has an eighth of a column, one ``#`` without Unicode.
    """
    if value <= 0 or largest <= 0:
        return ""
    if not out.unicode:
        return "#" * max(1, value * width // largest)
    full, rest = divmod(max(1, value * width * 8 // largest), 8)
    return "█" * full + (_EIGHTHS[rest] if rest else "")
