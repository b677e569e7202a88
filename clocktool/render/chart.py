"""Bars for durations."""

from clocktool.render.output import Output

WIDEST = 40
"""The greatest width of a bar in columns, which is also its width in a pipe."""

FAIR = 8
"""The columns that a narrow terminal keeps for bars before it shows more figures."""

COLOR = "#2da44e"
"""The colour of bars without a project."""

_EIGHTHS = " ▏▎▍▌▋▊▉█"


def share_room(label: int, room: int | None) -> tuple[int, int]:
    """Return the widths of labels and bars side by side in the room.

    A label that is too long gets three fifths of the room, or more if bars do not need it.
    """
    if room is None:
        return label, WIDEST
    kept = min(label, max(room * 3 // 5, room - WIDEST))
    return kept, min(WIDEST, room - kept)


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
