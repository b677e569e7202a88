"""Differences of worked time and target as bars that go up and down from a line."""

from collections.abc import Iterator, Sequence

from clocktool.domain.balance import Balance, Row
from clocktool.render.hours import signed
from clocktool.render.output import Output

HEIGHT = 4
"""The lines of the longest bar."""

LABEL = 8
"""The least width of the scale beside the bars, in columns."""

FEW = 14
"""Up to this many bars are broad; if they are days, they are named by weekday."""

PLAIN_WIDTH = 112
"""The width in a pipe, in columns."""


def chart_lines(balance: Balance, by: str, out: Output) -> Iterator[str]:
    """Yield a chart of the rows that have begun: overtime goes up, what is missing down.

    Days to come are left out. Where a terminal has too little room, the last rows are shown.
    """
    rows = [row for row in balance.rows[: balance.past] if row.balance is not None]
    scale = max((len(signed(_counted(row))) for row in rows), default=0)
    scale = max(LABEL, scale)
    room = (out.table_width or PLAIN_WIDTH) - scale - 2
    steps = (5, 3, 2) if len(rows) <= FEW else (3, 2)
    step = next((each for each in steps if len(rows) * each <= room), 1)
    rows = rows[-(room // step) :]
    figures = list(map(_counted, rows))
    longest = max(map(abs, figures), default=0)
    if not longest:
        return
    unit = -(-longest // (HEIGHT * 2))
    halves = [(abs(each) * 2 + unit) // (unit * 2) * (1 if each > 0 else -1) for each in figures]
    top, bottom = max(0, *halves), max(0, *(-each for each in halves))
    bar = max(1, step - 1 - step // 5)
    gap = " " * (step - bar)
    for level in range((top + 1) // 2, 0, -1):
        label = signed(max(figures)) if level == (top + 1) // 2 else ""
        cells = [_up(each, level, bar, out) + gap for each in halves]
        yield _line(f"{label:>{scale}}", cells, out)
    axis = out.symbol("─", "-") * max(1, len(rows) * step - len(gap))
    yield f"{'0':>{scale}}  {out.painted(axis, 'dim')}"
    for level in range(1, (bottom + 1) // 2 + 1):
        label = signed(min(figures)) if level == (bottom + 1) // 2 else ""
        cells = [_down(-each, level, bar, out) + gap for each in halves]
        yield _line(f"{label:>{scale}}", cells, out)
    form = "%Y" if by == "year" else "%a" if by == "day" and len(rows) <= FEW else "%b"
    names = _names([f"{row.days.first:{form}}" for row in rows], step)
    yield f"{'':{scale}}  {out.painted(names, 'dim')}".rstrip()


def _counted(row: Row) -> int:
    """Return the difference of the days of a row that are over, or today."""
    return row.difference - row.uncounted


def _line(label: str, cells: Sequence[str], out: Output) -> str:
    return f"{out.painted(label, 'dim')}  {''.join(cells)}".rstrip()


def _up(halves: int, level: int, width: int, out: Output) -> str:
    """Return the part of a bar in a line above the axis; level 1 is the lowest."""
    return _part(halves - 2 * (level - 1), "▄", "over", width, out)


def _down(halves: int, level: int, width: int, out: Output) -> str:
    """Return the part of a bar in a line below the axis; level 1 is the highest."""
    return _part(halves - 2 * (level - 1), "▀", "money", width, out)


def _part(halves: int, half: str, style: str, width: int, out: Output) -> str:
    if halves <= 0:
        return " " * width
    full, part = out.symbol("█", "#"), out.symbol(half, "#")
    return out.painted((full if halves > 1 else part) * width, style)


def _names(found: Sequence[str], step: int) -> str:
    """Return names below the bars where they begin, as far as they fit."""
    text = ""
    before = ""
    for place, name in enumerate(found):
        if name != before and (not text or len(text) < place * step):
            text = f"{text:{place * step}}{name}"
        before = name
    return text
