"""bartib's files, read as rows: whatever bartib may write."""

import io
from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from clocktool.domain.time.zone import Zone
from clocktool.importers.formats import Reading, read
from clocktool.importers.source import Source

UTC = Zone("UTC")


def read_text(text: str, source: Source | None = None) -> Reading:
    """Read a file that is given as text."""
    return read(io.BytesIO(text.encode()), source, UTC)


def escaped(text: str) -> str:
    """Return a text as bartib writes it."""
    return text.replace("\\", "\\\\").replace("|", "\\|")


TEXTS = (
    st.text(st.characters(categories=["L", "N", "P", "S", "Zs"]), max_size=12)
    | st.text("\\| -a", max_size=8)
).map(str.strip)


@given(
    st.datetimes(datetime(1950, 1, 1), datetime(2100, 1, 1)),  # noqa: DTZ001
    st.integers(0, 10**6),
    TEXTS,
    TEXTS,
    st.booleans(),
)
def test_what_bartib_writes_is_read(
    start: datetime, length: int, project: str, text: str, has_seconds: bool
) -> None:
    """With minutes or seconds, and with its marks in texts."""
    form = "%Y-%m-%d %H:%M" + ":%S" * has_seconds
    start = start.replace(microsecond=0, second=start.second * has_seconds)
    end = (start + timedelta(seconds=length)).replace(second=start.second)
    line = f"{start:{form}} - {end:{form}} | {escaped(project)} | {escaped(text)}\n"
    reading = read_text(line + line.rpartition(" | ")[0].replace(" | ", "|"))
    assert (reading.source, reading.problems) == (Source.BARTIB, [])
    assert [
        (
            row.line,
            UTC.local_time(row.start).replace(tzinfo=None),
            row.end is not None and UTC.local_time(row.end).replace(tzinfo=None),
            row.project,
            row.description,
        )
        for row in reading.rows
    ] == [(1, start, end, project, text), (2, start, end, project, "")]


@given(
    st.lists(st.sampled_from(["2026-11-24 09:00", " - ", "|", "\\", "\n", "x", "\0"])).map("".join)
)
def test_any_text_is_rows_or_problems(text: str) -> None:
    """Each problem is of a line of the file, in order."""
    reading = read_text(text, Source.BARTIB)
    lines = [each.line for each in reading.problems]
    assert lines == sorted(set(lines))
    assert all(0 < line <= text.count("\n") + 1 for line in lines)
