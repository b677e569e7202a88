"""Findings, each with the command that corrects it, ready to paste."""

from collections.abc import Iterator, Sequence

from clocktool.render.cells import Column, Row, Table, size, widest, width_of
from clocktool.render.output import Output
from clocktool.render.table import lines

Finding = tuple[Row, str]
"""The cells of a finding, and its command."""

GAP = 2
INDENT = "    "


def finding_lines(findings: Sequence[Finding], out: Output) -> Iterator[str]:
    """Yield findings with the command beside each, or below it where a terminal is too narrow.

    A command is never wrapped, so that it can be copied.
    """
    if not findings:
        return
    widths = [widest(cells) for cells in zip(*(row for row, _ in findings), strict=True)]
    columns = [Column(width=width) for width in widths]
    commands = Column(width=widest([((command, ""),) for _, command in findings]))
    room = out.table_width
    if room is None or width_of([*columns, commands], GAP) <= room:
        rows = [(*row, ((command, "dim"),)) for row, command in findings]
        yield from lines(Table([*columns, commands], rows, GAP), out)
        return
    is_wide = width_of(columns, GAP) <= room
    for row, command in findings:
        if is_wide:
            yield from lines(Table(columns, [row], GAP), out)
        else:
            joined = [part for cell in row if size(cell) for part in (*cell, ("  ", ""))]
            yield from lines(Table([Column(wraps=True)], [(joined[:-1],)]), out)
        yield INDENT + out.painted(command, "dim")
