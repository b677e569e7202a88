"""Files of every format, read as rows: pure, no workspace."""

import csv
import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clocktool import wire
from clocktool.domain.entry import Entry, ProjectRef, Tag, TaskRef
from clocktool.domain.ids import Known
from clocktool.domain.time.instant import Instant, format_iso, parse_iso
from clocktool.domain.time.zone import Zone
from clocktool.importers.formats import Reading, read
from clocktool.importers.row import FormatError, Row
from clocktool.importers.source import Source
from clocktool.render.columns import CSV, Line
from clocktool.render.entries import View
from clocktool.render.json import dump_line
from clocktool.render.output import Format, Output
from clocktool.render.records import lines

BERLIN = Zone("Europe/Berlin")
NINE = parse_iso("2026-11-24T08:00:00Z")
TEN = parse_iso("2026-11-24T09:00:00Z")


def read_text(text: str | bytes, source: Source | None = None) -> Reading:
    """Read a file that is given as text."""
    data = text.encode() if isinstance(text, str) else text
    return read(io.BytesIO(data), source, BERLIN)


def problems(text: str | bytes, source: Source | None = None) -> list[tuple[int, str]]:
    """Return the lines that are wrong, and why."""
    return [(each.line, each.what) for each in read_text(text, source).problems]


def only(text: str | bytes, source: Source | None = None) -> Row:
    """Return the only row of a file without a problem."""
    reading = read_text(text, source)
    assert reading.problems == []
    (row,) = reading.rows
    return row


HEADER = "User,Email,Client,Project,Task,Description,Billable,Start date,Start time,"
TOGGL = HEADER + "End date,End time,Duration,Tags,Amount (EUR)\n"


def toggl(start: str, end: str, length: str) -> str:
    """Return a file of Toggl's with one row."""
    times = [*start.split(), *end.split(), length]
    return f'{TOGGL}Ada,a@x.org,ACME,Site,Login,Fix,Yes,{",".join(times)},"a, b",1.00\n'


def test_toggl() -> None:
    """Every column that has a place here; clock times are of the zone."""
    assert only(toggl("2026-11-24 09:00:00", "2026-11-24 10:00:00", "01:00:00")) == Row(
        line=2,
        start=NINE,
        end=TEN,
        description="Fix",
        project="Site",
        client="ACME",
        task="Login",
        tags=("a", "b"),
        billable=True,
        user_labels=("Ada", "a@x.org"),
        has_joined_tags=True,
    )


def test_toggl_as_it_is_written_lately() -> None:
    """Member, Stop date and Stop time; a dash is nothing. Without a column no client is known."""
    row = only(
        '"Description","Duration","Member","Email","Project","Tags","Start date","Start time",'
        '"Stop date","Stop time"\n'
        '"Fix","1:00:00","Ada","a@x.org","-","-","2026-11-24","09:00:00","2026-11-24","10:00:00"\n'
    )
    assert (row.start, row.end, row.project, row.tags) == (NINE, TEN, "", ())
    assert (row.client, row.billable, row.user_labels) == (None, None, ("Ada", "a@x.org"))


@pytest.mark.parametrize(
    ("start", "end", "length", "utc"),
    [
        ("2026-10-25 02:30:00", "2026-10-25 02:10:00", "00:40:00", ("00:30", "01:10")),
        ("2026-10-25 02:10:00", "2026-10-25 02:30:00", "00:20:00", ("00:10", "00:30")),
        ("2026-10-25 02:10:00", "2026-10-25 02:30:00", "01:20:00", ("00:10", "01:30")),
        ("2026-10-25 02:30:00", "2026-10-25 04:00:00", "01:30:00", ("01:30", "03:00")),
        ("2026-10-25 02:30:00", "2026-10-25 04:00:00", "02:30:00", ("00:30", "03:00")),
        ("2026-10-25 02:30:00", "2026-10-25 04:00:00", "", ("00:30", "03:00")),
    ],
)
def test_the_length_tells_which_of_two_times_it_was(
    start: str, end: str, length: str, utc: tuple[str, str]
) -> None:
    """When the clocks go back an hour comes twice; without a length it is the first."""
    row = only(toggl(start, end, length))
    assert row.end is not None
    assert (format_iso(row.start)[11:16], format_iso(row.end)[11:16]) == utc


@pytest.mark.parametrize(
    ("start", "end", "what"),
    [
        ("2026-03-29 02:30:00", "2026-03-29 03:30:00", "2026-03-29 02:30 was skipped in"),
        (
            "24/11/2026 09:00:00",
            "24/11/2026 10:00:00",
            "invalid date '24/11/2026', expected one like 2026-11-24",
        ),
        ("2026-11-24 9h", "2026-11-24 10:00:00", "invalid time '9h', expected one like 09:00:00"),
        ("2026-11-24 10:00:00", "2026-11-24 09:00:00", "its end is before its start"),
        ("1815-11-24 10:00:00", "1815-11-24 11:00:00", "its times are out of range: 1900 to 9998"),
    ],
)
def test_a_time_that_is_none_is_named_by_its_line(start: str, end: str, what: str) -> None:
    """Nothing is guessed."""
    ((line, said),) = problems(toggl(start, end, ""))
    assert line == 2
    assert said.startswith(what)


def test_hours_of_half_a_day() -> None:
    """9:00 AM is read, too."""
    text = TOGGL + ",,,,,,,2026-11-24,9:00:00 AM,2026-11-24,10:00 am,,,\n"
    row = only(text)
    assert (row.start, row.end) == (NINE, TEN)


def test_timewarrior() -> None:
    """The annotation is the description; without one the tags are."""
    text = (
        '[\n{"id":2,"start":"20261124T080000Z","end":"20261124T090000Z",'
        '"tags":["work","x, y"],"annotation":"Fix"},\n'
        '{"id":1,"start":"20261124T080000Z","end":"20261124T090000Z","tags":["work","x"]}\n]\n'
    )
    first, second = read_text(text).rows
    assert (first.line, first.start, first.end) == (2, NINE, TEN)
    assert (first.description, first.tags) == ("Fix", ("work", "x, y"))
    assert (second.line, second.description, second.client) == (3, "work, x", None)


def test_watson() -> None:
    """Frames are read by seconds, with tags or, as long ago, without."""
    text = json.dumps(
        [[NINE, TEN, "Site", "i", ["a"], TEN], [NINE, TEN, "Ops", "j", TEN]], indent=1
    )
    first, second = read_text(text).rows
    assert (first.line, first.start, first.end) == (2, NINE, TEN)
    assert (first.project, first.tags, first.client) == ("Site", ("a",), None)
    assert (second.line, second.project, second.tags) == (12, "Ops", ())


def test_watson_log() -> None:
    """'watson log --json' has objects with ISO times; nothing else with a stop is guessed at."""
    frame = {"id": "i", "start": "2026-11-23T09:00:00+01:00", "stop": "2026-11-23T10:00:00+01:00"}
    (row,) = read_text(json.dumps([{**frame, "project": "Site", "tags": ["a"]}])).rows
    assert (row.project, row.tags, row.end - row.start if row.end else 0) == ("Site", ("a",), 3600)
    with pytest.raises(FormatError):
        read_text(json.dumps([{**frame, "project_id": 7}]))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[", (1, "invalid JSON")),
        ('[["a"', (1, "invalid JSON")),
        ("[\n[1, 2, 3]\n,\n]", None),
        ('[[1, 2, "a"]\n', (2, "the array is not closed")),
        ('[[1, 2, "a"]]\nx', (2, "there is text after the array")),
        ('[[1, 2, "a"] 3]', (1, "invalid JSON")),
        ('[[1, 2, "a"],\n["a", 2, "a"]]', (2, "'a' is not a number of seconds since 1970")),
        ('[[1, 2, "a"],\n[true, 2, "a"]]', (2, "'True' is not a number of seconds since 1970")),
        ('[[1, 2, "a"],\n[1, 1e999, "a"]]', (2, "'inf' is not a number of seconds since 1970")),
        ('[[1, 2, "a"],\n[1, NaN, "a"]]', (2, "'nan' is not a number of seconds since 1970")),
        ('[[1, 2, "a"],\n{}]', (2, "not a frame with start, stop and project")),
        ('[[1, 2, "a"],\n[1, 2, "a", "i", "x"]]', (2, "its tags are not a list of texts")),
        ('[[1, 2, "a"],\n[1, 2, "a", "i", null]]', (2, "its tags are not a list of texts")),
        (
            '[{"timeInterval": 3}]',
            (1, "not a time entry: unexpected content at `$.timeInterval`"),
        ),
        ('[{"start": "x"}]', (1, "invalid time 'x', expected one like 20261124T080000Z")),
        (
            '[{"start": "20261124T080000Z", "end": 3}]',
            (1, "invalid time '3', expected one like 20261124T080000Z"),
        ),
        (b'[[1, 2, "\xff"]]', (1, "it is not UTF-8")),
    ],
)
def test_arrays_that_are_broken(text: str | bytes, said: tuple[int, str] | None) -> None:
    """The line of what is wrong; an array of something else is refused as a whole."""
    if said is None:
        with pytest.raises(FormatError):
            read_text(text)
    else:
        assert problems(text) == [said]


def test_an_array_nested_too_deep_is_no_json() -> None:
    """No stack runs over."""
    assert problems("[" * 100_000) == [(1, "invalid JSON")]
    assert problems('{"id":' * 100_000)[0][0] == 1


@pytest.mark.parametrize("text", ["", "\n \n", "\ufeff", "[]", "[ ]\n", "start,end\n"])
def test_a_file_without_rows(text: str) -> None:
    """Nothing in it, and nothing wrong."""
    reading = read_text(text)
    assert (list(reading.rows), list(reading.problems)) == ([], [])


@pytest.mark.parametrize("text", ["a,b\n1,2\n", "hello", "[{}]", "[1]", b"\x00\xff\xfe", "start\n"])
def test_what_is_of_no_format_is_refused(text: str | bytes) -> None:
    """It is not tried."""
    with pytest.raises(FormatError):
        read_text(text)


def test_csv_made_by_hand() -> None:
    """Few columns are enough, in any order; other separators, a mark, CRLF and blanks are read."""
    text = "\ufeff Duration_seconds ; start;project\r\n3600;2026-11-24 09:00;Site\r\n\r\n"
    row = only(text)
    assert (row.start, row.end, row.project, row.client, row.line) == (NINE, TEN, "Site", None, 2)


@pytest.mark.parametrize(
    ("row", "what"),
    [
        ("x,,", "invalid time 'x', expected one like 2026-11-24T09:00:00+01:00"),
        ("2026-11-24T09:00Z,2026-11-24T08:00Z,", "its end is before its start"),
        ("2026-11-24T09:00Z,2026-11-24T09:00Z", "it has 2 cells, but the header has 3"),
        ("2026-11-24T09:00Z,2026-11-24T09:00Z,a,b", "it has 4 cells, but the header has 3"),
        (
            '2026-11-24T09:00Z,2026-11-24T09:00Z,"a"b',
            "invalid CSV: a quote is missing or misplaced",
        ),
        ('2026-11-24T09:00Z,2026-11-24T09:00Z,"a', "invalid CSV: a quote is missing or misplaced"),
        ("2026-11-24T09:00Z,2026-11-24T09:00Z,a\0", "it has a character that can't be stored"),
        ("0001-01-01T00:00:00+14:00,,", "outside the years 1 to 9999: "),
    ],
)
def test_csv_that_is_broken(row: str, what: str) -> None:
    """The line, and why; the rows before it count."""
    text = f"start,end,description\n2026-11-24T08:00Z,2026-11-24T09:00Z,fine\n{row}\n"
    reading = read_text(text)
    assert [(each.line, each.what[: len(what)]) for each in reading.problems] == [(3, what)]
    assert len(reading.rows) == 1


def test_lines_that_are_not_utf_8() -> None:
    """They are named, the rows around them are read."""
    good = b"2026-11-24T09:00Z,2026-11-24T09:00Z,a\n"
    data = b"start,end,description\n" + good + good.replace(b"a\n", b"\xe4\n") + good
    assert problems(data) == [(3, "it is not UTF-8")]
    assert problems(b'{"id": "\xff"}')[0][0] == 1


def test_many_problems_are_counted_and_ten_are_kept() -> None:
    """A file of anything else fills no memory."""
    reading = read_text("{}\n" * 1000)
    assert (len(reading.problems), reading.bad, reading.count) == (10, 1000, 1000)


def test_too_long_texts_are_refused() -> None:
    """What no service takes is said before anything is written."""
    text = f"start,end,description\n2026-11-24T09:00Z,2026-11-24T09:00Z,{'x' * 3001}\n"
    assert problems(text) == [(2, "its description is longer than 3000 characters")]
    text = text.replace("description", "project")
    assert problems(text)[0][1].endswith("is longer than 250 characters")


def test_a_task_may_have_a_longer_name_than_a_project() -> None:
    """The limits are those of names that are added."""
    text = "start,end,project,task\n2026-11-24T09:00Z,2026-11-24T09:00Z,Site,"
    assert problems(f"{text}{'x' * 1000}\n") == []
    assert problems(f"{text}{'x' * 1001}\n")[0][1].endswith("is longer than 1000 characters")


NAMES = st.text(st.characters(blacklist_categories=["Cs"]), min_size=1, max_size=12).map(str.strip)
PLAIN = st.text(st.characters(blacklist_categories=["Cs", "Cc", "Cf", "Zl", "Zp"]), max_size=12)
SHOWN = PLAIN.map(str.strip).filter(bool)
"""What a table can hold: no control characters."""


def entries_of(
    texts: st.SearchStrategy[str], names: st.SearchStrategy[str]
) -> st.SearchStrategy[Entry]:
    """Return finished entries with texts of one kind and names of another."""
    return st.builds(
        lambda start, length, text, project, client, task, tags, billable: Entry(
            id=Known("a" * 24),
            start=Instant(start),
            end=Instant(start + length),
            description=text,
            project=ProjectRef(Known("b" * 24), project, "#03A9F4", None, client)
            if project
            else None,
            task=TaskRef(Known("c" * 24), task) if project and task else None,
            tags=tuple(Tag(Known("d" * 24), each) for each in tags),
            billable=billable,
            user="ada",
        ),
        st.integers(0, 2**32),
        st.integers(0, 10**6),
        texts,
        st.none() | names,
        st.just("") | names,
        st.none() | names,
        st.lists(names, unique=True, max_size=3),
        st.booleans(),
    )


TRICKS = st.sampled_from(
    ["=1+1", "'=1", "''-x", "-", " +x", "a, b", 'a "b"', '"', "'", ",", "@", "#"]
)


@given(
    entries_of(
        st.text(st.characters(blacklist_characters="\0"), max_size=20).filter(
            lambda text: text.isascii() or text.encode("utf-8", "ignore").decode() == text
        ),
        SHOWN | TRICKS,
    )
)
def test_json_lines_come_back_as_they_were(entry: Entry) -> None:
    """Whatever is in them."""
    line = dump_line(wire.entry_object(entry, Instant(0)))
    assert as_written(only(line)) == as_known(entry)


@given(entries_of(PLAIN | TRICKS, SHOWN | TRICKS))
def test_csv_comes_back_as_it_was(entry: Entry) -> None:
    """Formulas, quotes, commas and line breaks; control characters cannot."""
    row = Line(entry, View(Instant(0), BERLIN))
    text = (
        "\n".join(lines([row], [*CSV.values()], Format.CSV, Output(io.StringIO(), io.StringIO())))
        + "\n"
    )
    assert as_written(only(text)) == as_known(entry)


def as_written(row: Row) -> tuple[object, ...]:
    """Return what a row says."""
    times = row.start, row.end, row.description, row.billable, row.user_labels[:1]
    return *times, row.project, row.client or "", row.task, row.tags


def as_known(entry: Entry) -> tuple[object, ...]:
    """Return the same of an entry."""
    project = (entry.project.name, entry.project.client) if entry.project else ("", "")
    task = entry.task.name if entry.task else ""
    tags = tuple(dict.fromkeys(tag.name.strip() for tag in entry.tags))
    times = entry.start, entry.end, entry.description, entry.billable, ("ada",)
    return *times, *(each.strip() for each in (*project, task)), tags


@given(
    st.binary(max_size=200) | st.text(max_size=200).map(lambda text: text.encode(errors="ignore"))
)
def test_no_bytes_are_more_than_a_problem(data: bytes) -> None:
    """Anything at all is rows, problems with a line, or no known format."""
    for source in (None, *Source):
        try:
            reading = read_text(data, source)
        except FormatError:
            continue
        assert all(each.line >= 1 and each.what for each in reading.problems)


@given(st.lists(st.lists(st.text('a\n,"\r ä', max_size=5), min_size=2, max_size=2), max_size=5))
def test_rows_of_a_table_are_named_by_the_line_they_begin_on(rows: list[list[str]]) -> None:
    """Also where cells have line breaks."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n", quoting=csv.QUOTE_ALL)
    writer.writerow(["start", "end", "description"])
    expected = []
    for row in rows:
        expected.append(text.getvalue().count("\n") + 1)
        writer.writerow(["no time", *row])
    assert [each.line for each in read_text(text.getvalue()).problems] == expected
