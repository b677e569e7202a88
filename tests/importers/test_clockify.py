"""Clockify's detailed report as CSV, read as rows: in any order of columns, dates and hours."""

import csv
import io
import random
from datetime import date as day_of
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clocktool.domain.time.instant import Instant, format_iso, parse_iso
from clocktool.domain.time.zone import Zone
from clocktool.importers.formats import Reading, read
from clocktool.importers.row import FormatError, Row
from clocktool.importers.source import DateOrder, Source

BERLIN = Zone("Europe/Berlin")
FIRST = {
    "Project": "Site",
    "Client": "ACME",
    "Description": "Fix",
    "Task": "Login",
    "User": "Ada",
    "Group": "Team",
    "Email": "ada@x.org",
    "Tags": "dev, urgent",
    "Billable": "Yes",
    "Start Date": "11/24/2026",
    "Start Time": "09:00:00 AM",
    "End Date": "11/24/2026",
    "End Time": "10:30:00 AM",
    "Duration (h)": "01:30:00",
    "Duration (decimal)": "1.50",
    "Billable Rate (EUR)": "100.00",
    "Billable Amount (EUR)": "150.00",
    "Date of creation": "02/03/2026",
}
ROW = Row(
    line=2,
    start=parse_iso("2026-11-24T08:00:00Z"),
    end=parse_iso("2026-11-24T09:30:00Z"),
    description="Fix",
    project="Site",
    client="ACME",
    task="Login",
    tags=("dev", "urgent"),
    billable=True,
    user_labels=("Ada", "ada@x.org"),
    has_joined_tags=True,
)


def report(*rows: dict[str, str], without: tuple[str, ...] = ()) -> str:
    """Return a report with the first row's values where a row does not say others."""
    text = io.StringIO(newline="")
    columns = [name for name in {**FIRST, **(rows[0] if rows else {})} if name not in without]
    writer = csv.DictWriter(text, columns, extrasaction="ignore")
    writer.writeheader()
    for row in rows:
        writer.writerow({**FIRST, **row})
    return text.getvalue()


def times(start: str, end: str, length: str) -> dict[str, str]:
    """Return the cells of times: ``24.11.2026 09:00:00``."""
    (day, _, clock), (last, _, until) = start.partition(" "), end.partition(" ")
    return {
        "Start Date": day,
        "Start Time": clock,
        "End Date": last,
        "End Time": until,
        "Duration (h)": length,
    }


def read_text(
    text: str | bytes, source: Source | None = None, order: DateOrder | None = None
) -> Reading:
    """Read a file that is given as text."""
    data = text if isinstance(text, bytes) else text.encode()
    return read(io.BytesIO(data), source, BERLIN, order)


def only(text: str | bytes, order: DateOrder | None = None) -> Row:
    """Return the only row of a report without a problem."""
    reading = read_text(text, None, order)
    assert (reading.problems, reading.source) == ([], Source.CLOCKIFY)
    (row,) = reading.rows
    return row


def utc(row: Row) -> list[str]:
    """Return the times of a row on the clocks of UTC."""
    assert row.end is not None
    return [format_iso(each)[11:19] for each in (row.start, row.end)]


def problem(text: str, order: DateOrder | None = None) -> tuple[int, str]:
    """Return the only problem of a report."""
    (found,) = read_text(text, None, order).problems
    return found.line, found.what


def refusal(text: str, source: Source | None = None) -> tuple[str, str]:
    """Return why a file is refused as a whole, and what to do."""
    with pytest.raises(FormatError) as refused:
        read_text(text, source)
    return str(refused.value), refused.value.hint


def test_every_column_has_its_place() -> None:
    """Columns that an entry lacks are left out: rates, amounts, groups, when it was created."""
    assert only(report({})) == ROW


@pytest.mark.parametrize("seed", range(5))
def test_columns_are_found_in_any_order(seed: int) -> None:
    """The header says which is which."""
    names = list(FIRST)
    random.Random(seed).shuffle(names)  # noqa: S311  # an order
    text = io.StringIO(newline="")
    csv.writer(text).writerows([names, [FIRST[name] for name in names]])
    assert only(text.getvalue()) == ROW


def test_columns_may_be_missing() -> None:
    """Without a client's column no client is known; without an end the duration tells it."""
    few = ("Client", "Task", "User", "Group", "Email", "Tags", "Billable", "Duration (decimal)")
    row = only(report({}, without=few))
    assert (row.client, row.task, row.tags, row.billable, row.user_labels) == (
        None,
        "",
        (),
        None,
        (),
    )
    assert (row.start, row.end, row.project) == (ROW.start, ROW.end, "Site")
    assert only(report({}, without=("End Date", "End Time"))) == ROW
    assert only(report({}, without=("Duration (h)",))) == ROW


@pytest.mark.parametrize(
    ("without", "said"),
    [
        (("Start Date",), "the column 'Start Date' is missing"),
        (("Start Time",), "the column 'Start Time' is missing"),
        (
            ("End Time", "Duration (h)"),
            "the column 'End Date', 'End Time' or 'Duration (h)' is missing",
        ),
    ],
)
def test_a_report_without_times_is_refused(without: tuple[str, ...], said: str) -> None:
    """It is known by its other columns all the same."""
    assert refusal(report({}, without=without))[0] == said


def test_the_case_of_the_header_tells_it_from_toggls() -> None:
    """Start Date is Clockify's, Start date Toggl's; so is a duration in hours."""
    head = "Description,Start {0},Start {1},End {0},End {1}"
    row = "x,2026-11-24,09:00,2026-11-24,10:00"
    for words, source in ((("Date", "Time"), Source.CLOCKIFY), (("date", "time"), Source.TOGGL)):
        reading = read_text(f"{head.format(*words)}\n{row}\n")
        assert (reading.source, len(reading.rows)) == (source, 1)
    lower = f"{head.format('date', 'time')},duration (h)\n{row},01:00:00\n"
    assert read_text(lower).source is Source.CLOCKIFY


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_any_encoding_and_end_of_line(encoding: str, newline: str) -> None:
    """Also with lines inside of quotes."""
    text = report({"Description": "größer\nals 1"}).replace("\r\n", "\n").replace("\n", newline)
    assert only(text.encode(encoding)).description == "größer\nals 1"


@pytest.mark.parametrize(
    "clock",
    [
        ("09:00:00", "13:30:00"),
        ("09:00", "13:30"),
        ("9:00", "13:30"),
        ("09:00:00 AM", "01:30:00 PM"),
        ("9:00 AM", "1:30 PM"),
        ("9:00am", "1:30pm"),
        ("9:00\u202fa.m.", "1:30\u202fp.m."),
    ],
)
@pytest.mark.parametrize("length", ["04:30:00", "4:30"])
def test_clocks_of_12_and_24_hours(clock: tuple[str, str], length: str) -> None:
    """With and without seconds."""
    row = only(report(times(f"2026-11-24 {clock[0]}", f"2026-11-24 {clock[1]}", length)))
    assert utc(row) == ["08:00:00", "12:30:00"]


@pytest.mark.parametrize(
    ("clock", "hour"), [("12:15 AM", 0), ("12:15 PM", 12), ("11:15 PM", 23), ("1:15 AM", 1)]
)
def test_noon_and_midnight_of_12_hours(clock: str, hour: int) -> None:
    """12 AM begins the day, 12 PM its second half."""
    row = only(report(times(f"2026-11-24 {clock}", "2026-11-25 01:00:00", "")))
    assert BERLIN.local_time(row.start).hour == hour


@pytest.mark.parametrize("clock", ["13:00 PM", "0:30 AM", "24:00", "9", "9h", "", "9:0", "9:60"])
def test_what_is_no_clock_time_is_named(clock: str) -> None:
    """By its line."""
    said = problem(report(times(f"2026-11-24 {clock}", "2026-11-24 10:00", "")))
    assert said == (2, f"invalid time '{clock}', expected one like 09:00:00")


@pytest.mark.parametrize(
    ("date", "later"),
    [
        ("13/11/2026", "14/11/2026"),
        ("11/13/2026", "11/14/2026"),
        ("2026-11-13", "2026-11-14"),
        ("13.11.2026", "14.11.2026"),
        ("11.13.2026", "11.14.2026"),
        ("13-11-2026", "14-11-2026"),
        ("11-13-2026", "11-14-2026"),
        ("2026/11/13", "2026/11/14"),
        ("2026.11.13", "2026.11.14"),
    ],
)
def test_every_order_of_dates(date: str, later: str) -> None:
    """The order that fits alone is taken, whatever stands between the numbers."""
    row = only(report(times(f"{date} 23:00:00", f"{later} 01:00:00", "02:00:00")))
    assert format_iso(row.start) == "2026-11-13T22:00:00Z"
    assert utc(row) == ["22:00:00", "00:00:00"]


def test_dates_that_fit_two_orders_are_not_guessed_at() -> None:
    """They are refused, with what to say; no other column and no duration helps."""
    said = (
        "its dates may be day/month/year or month/day/year, like '03/04/2026' (line 2)",
        "choose one: --dates dmy or --dates mdy",
    )
    first = times("03/04/2026 09:00:00", "03/04/2026 10:00:00", "01:00:00")
    created = {"Date of creation": "04/13/2026", "Description": "04/13/2026", "Due": "04/13/2026"}
    assert refusal(report({**first, **created})) == said
    over = times("03/04/2026 23:00:00", "04/04/2026 01:00:00", "02:00:00")
    assert refusal(report(over)) == said
    for order, day in ((DateOrder.DMY, "2026-04-03"), (DateOrder.MDY, "2026-03-04")):
        assert format_iso(only(report(first), order).start)[:10] == day


def test_one_date_of_any_row_decides_for_all() -> None:
    """The last day of a report, also where it is only the end of an entry or of a bad row."""
    first = times("03/04/2026 09:00:00", "03/04/2026 10:00:00", "01:00:00")
    over = times("12/04/2026 23:00:00", "13/04/2026 01:00:00", "02:00:00")
    reading = read_text(report(first, over))
    assert [format_iso(row.start)[:10] for row in reading.rows] == ["2026-04-03", "2026-04-12"]
    bad = {**over, "Start Time": "x", "Billable": "Maybe"}
    reading = read_text(report(first, bad))
    assert [format_iso(row.start)[:10] for row in reading.rows] == ["2026-04-03"]
    assert [(each.line, each.what) for each in reading.problems] == [
        (3, "invalid time 'x', expected one like 09:00:00")
    ]


def test_dates_that_are_the_same_days_in_both_orders_are_read() -> None:
    """Nothing is guessed there."""
    row = only(report(times("05/05/2026 09:00:00", "05/05/2026 10:00:00", "01:00:00")))
    assert format_iso(row.start)[:10] == "2026-05-05"


def test_dates_of_two_orders_are_refused() -> None:
    """No order fits them all; with an order said, the rows of another are named."""
    rows = (
        times("13/04/2026 09:00:00", "13/04/2026 10:00:00", "01:00:00"),
        times("04/13/2026 09:00:00", "04/13/2026 10:00:00", "01:00:00"),
    )
    said, hint = refusal(report(*rows))
    assert said == (
        "its dates fit no single order of day, month and year:"
        " '13/04/2026' (line 2) and '04/13/2026' (line 3)"
    )
    assert "--dates dmy|mdy|ymd" in hint
    assert problem(report(*rows), DateOrder.MDY) == (
        2,
        "invalid date '13/04/2026', expected one like 11/24/2026",
    )


@pytest.mark.parametrize("date", ["", "soon", "24/11/26", "2026-13-13", "24/11-2026", "1/2/3"])
def test_what_is_no_date_is_named_and_decides_nothing(date: str) -> None:
    """A row with another one beside it is read."""
    good = times("24/11/2026 09:00:00", "24/11/2026 10:00:00", "01:00:00")
    reading = read_text(report(good, {**good, "Start Date": date}))
    assert [(each.line, each.what) for each in reading.problems] == [
        (3, f"invalid date '{date}', expected one like 24/11/2026")
    ]
    assert len(reading.rows) == 1


def test_dates_said_for_another_format_are_refused() -> None:
    """They would be ignored."""
    said = ("--dates is for the reports of Clockify and Toggl", "leave --dates out for this file")
    for text in ('{"start": "2026-11-24T09:00:00Z"}', "start,end\n", "[]"):
        with pytest.raises(FormatError) as refused:
            read_text(text, None, DateOrder.DMY)
        assert (str(refused.value), refused.value.hint) == said


def test_dates_of_toggls_report_may_be_said_too() -> None:
    """It is year-month-day unless it is said."""
    text = "Start date,Start time,End date,End time\n03/04/2026,09:00,03/04/2026,10:00\n"
    assert (
        read_text(text).problems[0].what
        == "invalid date '03/04/2026', expected one like 2026-11-24"
    )
    (row,) = read_text(text, None, DateOrder.DMY).rows
    assert format_iso(row.start) == "2026-04-03T07:00:00Z"


@pytest.mark.parametrize(
    ("start", "end", "length", "right"),
    [
        ("09:00:00", "10:00:00", "01:00:00", True),
        ("09:00:00", "10:00:00", "01:00:01", False),
        ("09:00:00", "10:00:00", "1:00", True),
        ("09:00:00", "10:00:59", "1:00", True),
        ("09:00:00", "10:01:00", "1:00", False),
        ("09:00", "10:00", "01:00:59", True),
        ("09:00", "10:00", "00:59:01", True),
        ("09:00", "10:00", "01:01:00", False),
        ("09:00", "10:00", "0:59", True),
        ("09:00", "10:00", "1:02", False),
        ("09:00", "10:00", "", True),
        ("10:00", "09:00", "01:00:00", False),
    ],
)
def test_each_duration_is_checked_against_its_times(
    start: str, end: str, length: str, right: bool
) -> None:
    """To the second, where there are seconds; a row that contradicts itself is named."""
    text = report(times(f"2026-11-24 {start}", f"2026-11-24 {end}", length))
    if right:
        assert utc(only(text))[0] == "08:00:00"
    else:
        assert problem(text) == (
            2,
            f"its duration {length} is not the time from 2026-11-24 {start} to 2026-11-24 {end}",
        )


@pytest.mark.parametrize("length", ["1.5", "1h", "01:60:00", "-01:00:00", "90"])
def test_what_is_no_duration_is_named(length: str) -> None:
    """Not passed over."""
    assert problem(report({"Duration (h)": length})) == (
        2,
        f"invalid duration '{length}', expected one like 01:30:00",
    )


def test_an_entry_of_more_than_a_day() -> None:
    """Its hours go beyond 24."""
    row = only(report(times("2026-11-24 09:00:00", "2026-11-26 10:00:00", "49:00:00")))
    assert row.end == row.start + 49 * 3600


@pytest.mark.parametrize(
    ("start", "end", "length", "expected"),
    [
        ("02:30:00", "02:10:00", "00:40:00", ("00:30:00", "01:10:00")),
        ("02:10:00", "02:30:00", "01:20:00", ("00:10:00", "01:30:00")),
        ("02:30:00", "04:00:00", "01:30:00", ("01:30:00", "03:00:00")),
        ("02:30:00", "04:00:00", "02:30:00", ("00:30:00", "03:00:00")),
        ("02:30", "04:00", "02:29:50", ("00:30:00", "03:00:00")),
        ("02:30", "04:00", "1:30", ("01:30:00", "03:00:00")),
        ("02:30:00", "02:10:00", "", ("00:30:00", "01:10:00")),
    ],
)
def test_the_duration_tells_which_of_two_hours_it_was(
    start: str, end: str, length: str, expected: tuple[str, str]
) -> None:
    """When the clocks go back."""
    row = only(report(times(f"2026-10-25 {start}", f"2026-10-25 {end}", length)))
    assert (tuple(utc(row)), row.is_ambiguous) == (expected, False)


def test_what_no_duration_tells_is_said() -> None:
    """Both times came twice, as far from each other: it is the first of two, and marked so."""
    row = only(report(times("2026-10-25 02:10:00", "2026-10-25 02:30:00", "00:20:00")))
    assert (utc(row), row.is_ambiguous) == (["00:10:00", "00:30:00"], True)
    alone = report(times("2026-10-25 02:10:00", "", "00:20:00"), without=("End Date", "End Time"))
    assert only(alone).is_ambiguous


def test_a_time_that_was_skipped_is_named() -> None:
    """When the clocks go forward."""
    said = problem(report(times("2026-03-29 02:30:00", "2026-03-29 03:30:00", "00:00:00")))
    assert said == (2, "2026-03-29 02:30 was skipped in Europe/Berlin: the clocks went forward")


def test_a_row_without_an_end_is_a_timer() -> None:
    """It is left out, and counted; half an end counts as none."""
    reading = read_text(report(times("2026-11-24 09:00:00", "", "")))
    assert (reading.running, reading.problems) == (1, [])
    assert problem(report({"End Time": ""})) == (2, "invalid time '', expected one like 09:00:00")


@pytest.mark.parametrize(
    ("text", "billable"), [("Yes", True), ("NO", False), ("yes", True), ("", None)]
)
def test_billable_in_any_case(text: str, billable: bool | None) -> None:
    """An empty cell leaves it to the project."""
    assert only(report({"Billable": text})).billable is billable


def test_billable_of_another_word_is_named() -> None:
    """It is not read as no."""
    assert problem(report({"Billable": "Ja"})) == (2, "'Ja' is not Yes or No")


def test_further_columns_are_custom_fields() -> None:
    """Under the name that the header has, with its capitals; an empty cell sets no value."""
    row = only(report({"Ticket": "A-1", "ticket no": "7", "Empty": "", "Cost Rate (EUR)": "3"}))
    assert row.fields == (("Ticket", "A-1"), ("ticket no", "7"))


def test_a_column_without_a_name_is_left_out() -> None:
    """Spreadsheets add them."""
    lines = report({}).splitlines()
    assert only("\n".join(f"{line},," for line in lines)) == ROW


def test_a_row_of_another_length_is_named() -> None:
    """By the line that it begins on."""
    text = report({"Description": "a\nb"}, {}) + "x,y\n"
    assert problem(text) == (5, "it has 2 cells, but the header has 18")


def test_a_client_or_a_task_without_a_project_is_named() -> None:
    """It would be lost."""
    assert problem(report({"Project": ""})) == (2, "client 'ACME' has no project")
    assert problem(report({"Project": "", "Client": ""})) == (2, "task 'Login' has no project")


NAMES = st.text(
    st.characters(blacklist_categories=["Cs", "Cc", "Cf", "Zl", "Zp"], blacklist_characters=","),
    max_size=12,
).map(str.strip)
FORMS = {
    DateOrder.DMY: ("%d/%m/%Y", "%d.%m.%Y", "%d-%m-%Y"),
    DateOrder.MDY: ("%m/%d/%Y", "%m.%d.%Y", "%m-%d-%Y"),
    DateOrder.YMD: ("%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d"),
}
ENTRIES = st.fixed_dictionaries(
    {
        "start": st.integers(parse_iso("1971-01-01T00:00:00Z"), parse_iso("2036-01-01T00:00:00Z")),
        "length": st.integers(0, 100_000),
        "texts": st.lists(NAMES, min_size=6, max_size=6),
        "billable": st.booleans(),
    }
)


def written(entry: dict[str, Any], date: str, clock: str) -> dict[str, str]:
    """Return the cells that a report has for an entry, its dates and times in some form."""
    start, end = (
        BERLIN.local_time(Instant(entry["start"] + after)) for after in (0, entry["length"])
    )
    project, client, task, description, tag, field = entry["texts"]
    minutes, seconds = divmod(entry["length"], 60)
    return {
        "Project": project,
        "Client": client if project else "",
        "Task": task if project else "",
        "Description": description,
        "Tags": ", ".join(each for each in (tag, "dev") if each),
        "Billable": "Yes" if entry["billable"] else "No",
        "Ticket": field,
        **times(
            f"{start.strftime(date)} {start.strftime(clock)}",
            f"{end.strftime(date)} {end.strftime(clock)}",
            f"{minutes // 60:02}:{minutes % 60:02}:{seconds:02}",
        ),
    }


@given(
    st.lists(ENTRIES, min_size=1, max_size=5),
    st.sampled_from([(order, form) for order, forms in FORMS.items() for form in forms]),
    st.sampled_from(["%H:%M:%S", "%I:%M:%S %p"]),
    st.booleans(),
)
def test_what_a_report_says_is_what_is_read(
    entries: list[dict[str, Any]], dates: tuple[DateOrder, str], clock: str, said: bool
) -> None:
    """Whatever is in it, in whatever form, over all changes of the clocks; else it is refused."""
    order, form = dates
    text = report(*(written(each, form, clock) for each in entries))
    try:
        reading = read_text(text, None, order if said else None)
    except FormatError as error:
        assert not said
        assert error.hint.startswith("choose one: --dates")  # noqa: PT017
        return
    assert reading.problems == []
    for row, entry in zip(reading.rows, entries, strict=True):
        assert row.end is not None
        assert row.end - row.start == entry["length"]
        off = row.start - entry["start"]
        assert (off == 0 and not row.is_ambiguous) or (row.is_ambiguous and off in (0, -3600))
        project, client, task, description, tag, field = entry["texts"]
        named = (project, client, task) if project else ("", "", "")
        assert (row.project, row.client, row.task) == named
        assert (row.description, row.billable) == (description, entry["billable"])
        assert set(row.tags) == {each for each in (tag, "dev") if each}
        assert row.fields == ((("Ticket", field),) if field else ())


DAYS = st.dates(day_of(1971, 1, 1), day_of(2036, 1, 1))


@given(st.lists(DAYS, min_size=1, max_size=4), st.sampled_from(list(DateOrder)))
def test_no_date_is_read_as_another_day(days: list[Any], order: DateOrder) -> None:
    """Where an order is found it is the one that was meant, or means the same days."""
    form = FORMS[order][0]
    rows = [
        times(f"{day.strftime(form)} 12:00:00", f"{day.strftime(form)} 13:00:00", "1:00")
        for day in days
    ]
    try:
        reading = read_text(report(*rows))
    except FormatError:
        return
    assert [BERLIN.day(row.start) for row in reading.rows] == days
