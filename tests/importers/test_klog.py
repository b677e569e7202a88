"""klog's files, read as rows: summaries and tags, and whatever klog may write."""

import io
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clocktool.domain.time.instant import parse_iso
from clocktool.domain.time.zone import Zone
from clocktool.importers.formats import Reading, read
from clocktool.importers.source import Source

UTC = Zone("UTC")


def read_text(text: str | bytes, source: Source | None = None) -> Reading:
    """Read a file that is given as text."""
    return read(io.BytesIO(text if isinstance(text, bytes) else text.encode()), source, UTC)


@pytest.mark.parametrize(
    ("summary", "description", "tags"),
    [
        ("", "", ()),
        ("Fix  the\tpage ", "Fix the page", ()),
        ("Fix #login of #acme", "Fix login of", ("login", "acme")),
        ("#dev #t=17 Fix #x=1", "Fix", ("dev", "t=17", "x=1")),
        ("#dev", "", ("dev",)),
        ("see #ticket=17 and (#b), #c.", "see ticket=17 and (#b), #c.", ("ticket=17", "b", "c")),
        ('#a="x y" Fix #b=\'z "q"\' #c=', "Fix", ("a=x y", 'b=z "q"', "c")),
        ('Fix #a="x y', 'Fix #a="x y', ("a",)),
        ("#home-office #読む_1 うち #Über", "うち", ("home-office", "読む_1", "Über")),
        ("C# and # and ## x", "C# and # and ## x", ()),
        ("#dev Fix\n        more #dev words\n        #end", "Fix more dev words", ("dev", "end")),
        ('#a="x\n        y"', '#a="x y"', ("a",)),
    ],
)
def test_a_summary_is_a_description_and_tags(
    summary: str, description: str, tags: tuple[str, ...]
) -> None:
    """Tags at its ends are left out of the text, others keep their words; lines are joined."""
    (row,) = read_text(f"2026-11-24\n    1h {summary}\n").rows
    assert (row.description, row.tags) == (description, tags)


def test_the_summary_of_a_day_is_for_its_entries() -> None:
    """Its tags for all, its text for those without one; it ends with its record."""
    text = (
        "2026-11-24\n#acme Workshop\non #site Berlin\n"
        "   1h Fix #acme #dev\n   1h #dev\n   1h\n      \n"
        "2026-11-24\n\t1h\n\t\tRest\n"
    )
    assert [(row.line, row.description, row.tags) for row in read_text(text).rows] == [
        (4, "Fix", ("acme", "site", "dev")),
        (5, "Workshop on site Berlin", ("acme", "site", "dev")),
        (6, "Workshop on site Berlin", ("acme", "site")),
        (9, "Rest", ()),
    ]


def clock(day: date, at: datetime, *, is_american: bool, is_late: bool) -> str:
    """Return a time as klog writes it: ``<23:00``, ``1:00pm``; a midnight may be 24:00."""
    days = (at.date() - day).days
    hour = str(at.hour)
    if is_late and at.hour == at.minute == 0 and days > -1:
        days, hour = days - 1, "24"
    elif is_american:
        half = "am" if at.hour < 12 else "pm"
        return f"{'<' * -days}{at.hour % 12 or 12}:{at.minute:02}{half}{'>' * days}"
    return f"{'<' * -days}{hour}:{at.minute:02}{'>' * days}"


DAYS = st.dates(date(1950, 1, 1), date(2100, 1, 1))
WORDS = st.text(
    st.characters(categories=["L", "N", "Po", "Sm"], exclude_characters="#"), min_size=1
)
TEXTS = st.lists(WORDS, max_size=3).map(" ".join)
TAGS = st.lists(st.from_regex(r"[a-zä_0-9-]{1,9}(=[a-zä_0-9-]{1,9})?", fullmatch=True), max_size=3)
MINUTES = st.integers(-24 * 60, 48 * 60 - 1)


@st.composite
def records(draw: st.DrawFn) -> tuple[str, list[tuple[object, ...]]]:
    """Return a record as text, and its rows: line, start, end, description, tags."""
    day = draw(DAYS)
    midnight = datetime(day.year, day.month, day.day)  # noqa: DTZ001
    head = draw(st.sampled_from([f"{day}", f"{day}".replace("-", "/")]))
    lines = [head + draw(st.sampled_from(["", " (8h!)", "  (-1h30m!)", " "]))]
    note, common = draw(TEXTS), draw(TAGS)
    if note or common:
        lines.append(" ".join([note, *(f"#{tag}" for tag in common)]).strip())
    indent = draw(st.sampled_from(["  ", "   ", "    ", "\t"]))
    rows: list[tuple[object, ...]] = []
    latest = midnight
    for begin, end in draw(st.lists(st.tuples(MINUTES, MINUTES).map(sorted), max_size=4)):
        if draw(st.booleans()):
            first, last = (midnight + timedelta(minutes=each) for each in (begin, end))
            shown = draw(st.sampled_from([" - ", "-", "  -"])).join(
                clock(day, each, is_american=draw(st.booleans()), is_late=draw(st.booleans()))
                for each in (first, last)
            )
        else:
            first, last = latest, latest + timedelta(minutes=end - begin)
            hours, minutes = divmod(end - begin, 60)
            shown = draw(
                st.sampled_from(
                    [f"{hours}h{minutes}m", f"+{hours}h{minutes:02}m", f"{end - begin}m"]
                )
            )
        latest = max(last, latest)
        text, tags = draw(TEXTS), draw(TAGS)
        line = len(lines)
        marks = [f"#{tag}" for tag in tags]
        between = draw(st.sampled_from([" ", f"\n{indent * 2}"]))
        lines += f"{indent}{between.join([shown, *marks, *text.split()])}".split("\n")
        rows.append((line, first, last, text or note, tuple(dict.fromkeys([*common, *tags]))))
    return "\n".join(lines) + "\n", rows


@given(records(), st.sampled_from(["\n", "\r\n"]))
def test_what_klog_writes_is_read(
    record: tuple[str, list[tuple[object, ...]]], ending: str
) -> None:
    """Each date, time, indentation and summary that the format has."""
    text, expected = record
    reading = read_text(text.replace("\n", ending))
    assert (reading.source, reading.problems) == (Source.KLOG, [])
    assert [
        (
            row.line - 1,
            UTC.local_time(row.start).replace(tzinfo=None),
            row.end is not None and UTC.local_time(row.end).replace(tzinfo=None),
            row.description,
            row.tags,
        )
        for row in reading.rows
    ] == expected


PIECES = st.sampled_from(
    [
        *("2026-11-24", "9999-12-31", "0001-01-01", " (8h!)", "\n", "\r", "  ", "\t", "1h", "-2m"),
        *("9:00", "<", ">", "24:00", " - ", "?", "#", "#a", '="', "am", "\u00a0", "\x85", "\0"),
    ]
)


@given(st.lists(PIECES, max_size=30).map("".join))
def test_any_text_is_rows_or_problems(text: str) -> None:
    """Each problem is of a line of the file, in order."""
    reading = read_text(text, Source.KLOG)
    lines = [each.line for each in reading.problems]
    assert lines == sorted(set(lines))
    assert all(0 < line <= text.count("\n") + 1 for line in lines)


def test_years_at_the_ends_are_out_of_range() -> None:
    """Named by line, also where no calendar goes on."""
    text = "0001-01-01\n  <1:00 - 2:00\n\n9999-12-31\n  1:00 - 2:00>\n\n1899-01-01\n  1h\n"
    assert [(each.line, each.what) for each in read_text(text).problems] == [
        (2, "date value out of range"),
        (5, "date value out of range"),
        (8, "its times are out of range: 1900 to 9998"),
    ]
    assert read_text("1900-01-02\n  1h\n").rows[0].start == parse_iso("1900-01-02T00:00:00Z")
