"""Reports of pieces that a test has made."""

from collections.abc import Iterable, Sequence

from clocktool.domain.report import Report, ReportBuilder
from clocktool.domain.time.midnight import Piece
from clocktool.domain.time.period import Period


def build_report(
    pieces: Iterable[Piece], period: Period, kinds: Sequence[str], week_start: int = 0
) -> Report:
    """Add up the pieces of a period, in groups nested in the order of ``kinds``."""
    builder = ReportBuilder(kinds, week_start)
    for piece in pieces:
        builder.add(piece)
    return builder.report(period)
