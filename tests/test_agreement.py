"""One sum, however it is asked for: table, --total, report, CSV, Markdown and JSON agree."""

import contextlib
import csv
import io
import re
import sqlite3
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import NamedTuple

import msgspec
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from clocktool import wire
from clocktool.cli.root import SUMMARIES
from clocktool.domain.entry import Entry
from clocktool.domain.ids import Known
from clocktool.domain.time.instant import Instant, parse_iso
from clocktool.domain.time.midnight import Cutter, by_day, total
from clocktool.domain.time.period import Period
from clocktool.domain.time.zone import Zone
from clocktool.render.columns import CSV, MARKDOWN, TEMPLATE, Line
from clocktool.render.entries import View
from clocktool.render.entry_table import entry_table
from clocktool.render.output import Format, Output
from clocktool.render.records import lines
from tests.conftest import Console
from tests.contract.worlds import fill, workspace_of

pytestmark = pytest.mark.slow

DAY = 86_400
ZONES = {
    name: Zone(name)
    for name in (
        *("UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu"),
        *("America/Santiago", "Africa/Cairo", "Pacific/Kiritimati"),
    )
}
NIGHTS = [
    parse_iso(f"{day}T00:00:00Z")
    for day in ("2026-03-29", "2026-10-25", "2026-11-01", "2026-04-05", "2026-11-24")
]
"""Midnights near which clocks change somewhere, and one near which they do not."""


class Case(NamedTuple):
    """Entries, the zone they are looked at from, when, and the days that are asked for."""

    zone: str
    now: Instant
    entries: list[Entry]
    days: Period

    @property
    def window(self) -> tuple[Instant, Instant]:
        """The instants of the days."""
        return self.days.window(ZONES[self.zone])

    @property
    def seconds(self) -> int:
        """What lies within, counted without any of the routines."""
        first, last = self.window
        return sum(
            max(0, min(last, self.now if each.end is None else each.end) - max(first, each.start))
            for each in self.entries
        )

    @property
    def shown(self) -> list[Entry]:
        """The entries that the window holds."""
        cutter = Cutter(ZONES[self.zone], self.now)
        return [each for each in self.entries if list(cutter.cut(each, self.window))]


@st.composite
def cases(draw: st.DrawFn, most: int = 12) -> Case:
    """Draw entries around a night: overlapping, without length, over midnights, one running."""
    night = draw(st.sampled_from(NIGHTS))
    near = st.one_of(
        st.integers(night - 2 * DAY, night + 2 * DAY),
        st.integers(-48, 48).map(lambda half: night + half * 1800),
    )
    lengths = st.one_of(
        st.just(0), st.integers(0, 7200), st.integers(0, 3 * DAY), st.just(1), st.just(DAY)
    )
    now = draw(st.integers(night - DAY, night + 4 * DAY))
    spans = draw(st.lists(st.tuples(near, lengths, st.booleans()), max_size=most))
    entries = [
        Entry(Known(f"{number:024x}"), Instant(at), Instant(at + length), billable=billable)
        for number, (at, length, billable) in enumerate(spans, 100)
    ]
    if draw(st.booleans()):
        at = draw(st.integers(now - 3 * DAY, now))
        entries.append(Entry(Known(f"{99:024x}"), Instant(at)))
    entries.sort(key=lambda each: (each.start, each.id))
    zone = draw(st.sampled_from(sorted(ZONES)))
    first = ZONES[zone].day(Instant(night)) + timedelta(days=draw(st.integers(-2, 2)))
    return Case(
        zone, Instant(now), entries, Period(first, first + timedelta(days=draw(st.integers(0, 4))))
    )


def read(text: str) -> int:
    """Read what people are shown of a length: hours and minutes, seconds below a minute."""
    units = {"h": 3600, "m": 60, "s": 1}
    return sum(int(number) * units[unit] for number, unit in re.findall(r"(\d+)([hms])", text))


def minutes(seconds: int) -> int:
    """Return seconds as people are shown them: whole minutes, from one minute on."""
    return seconds if seconds < 60 else seconds - seconds % 60


def headings(table: str) -> dict[date, int]:
    """Return the days of a table with the totals beside them."""
    days: dict[date, int] = {}
    for line in table.splitlines():
        if found := re.match(r"\w{3} (\d+) (\w{3}) (\d{4})  +(.*)$", line):
            month = "JanFebMarAprMayJunJulAugSepOctNovDec".index(found[2]) // 3 + 1
            days[date(int(found[3]), month, int(found[1]))] = read(found[4])
    return days


def check_days(shown: dict[date, int], days: dict[date, int]) -> None:
    """Hold the totals of days as they are shown against what they are: they add up."""
    assert shown.keys() == days.keys()
    for day, seconds in days.items():
        assert abs(shown[day] - seconds) < 60
        assert shown[day] % 60 == 0 or shown[day] == seconds < 60
    if all(seconds >= 60 or seconds == 0 for seconds in days.values()):
        assert sum(shown.values()) == minutes(sum(days.values()))


def footer(table: str) -> int:
    """Return the total of a table."""
    return read(re.findall(r"total (.*)", table)[-1])


def csv_days(text: str) -> dict[date, int]:
    """Return the sums of a CSV by the day of the start."""
    days: dict[date, int] = {}
    for row in csv.DictReader(io.StringIO(text)):
        day = date.fromisoformat(row["start"][:10])
        days[day] = days.get(day, 0) + int(row["duration_seconds"])
    return days


def markdown_days(text: str) -> dict[str, list[str]]:
    """Return the lengths of a Markdown table by its days."""
    days: dict[str, list[str]] = {}
    for row in text.splitlines()[2:]:
        cells = row.split(" | ")
        days.setdefault(cells[0].strip("| "), []).append(cells[3])
    return days


def plain_output() -> Output:
    """Return an output into nothing."""
    return Output(io.StringIO(), io.StringIO())


@given(case=cases())
@settings(max_examples=300)
def test_all_outputs_are_sums_of_the_same_pieces(case: Case) -> None:
    """For any entries, zone, days and moment: to the second, and by day."""
    zone = ZONES[case.zone]
    view = View(case.now, zone)
    pieces = Cutter(zone, case.now).cut_all(case.entries, case.window)
    days = {day: total(of_day) for day, of_day in by_day(pieces).items()}
    assert total(pieces) == sum(days.values()) == case.seconds
    table = "\n".join(entry_table(case.entries, view, plain_output(), window=case.window))
    assert footer(table) == minutes(case.seconds)
    check_days(headings(table), days)
    rows = [Line(piece.as_entry(case.now), view) for piece in pieces]
    out = plain_output()
    assert csv_days("\n".join(lines(rows, [*CSV.values()], Format.CSV, out))) == days
    assert [int(TEMPLATE["duration_seconds"](row)) for row in rows] == [
        piece.seconds for piece in pieces
    ]
    document = "\n".join(lines(rows, MARKDOWN, Format.MD, out))
    lengths = [line for of_day in markdown_days(document).values() for line in of_day]
    assert [read(each) for each in lengths] == [minutes(piece.seconds) for piece in pieces]
    within = {
        entry.id: total(piece for piece in pieces if piece.entry is entry) for entry in case.entries
    }
    objects = [wire.entry_object(entry, case.now, within[entry.id]) for entry in case.entries]
    assert sum(each["durationSeconds"] for each in objects) == case.seconds


BERLIN_NIGHT = Case(
    "Europe/Berlin",
    parse_iso("2026-10-25T12:00:00Z"),
    [
        Entry(
            Known(f"{100:024x}"),
            parse_iso("2026-10-24T21:30:15Z"),
            parse_iso("2026-10-25T01:30:44Z"),
        ),
        Entry(
            Known(f"{101:024x}"),
            parse_iso("2026-10-25T00:30:00Z"),
            parse_iso("2026-10-25T01:30:00Z"),
        ),
        Entry(
            Known(f"{102:024x}"),
            parse_iso("2026-10-25T09:00:00Z"),
            parse_iso("2026-10-25T09:00:00Z"),
        ),
        Entry(Known(f"{99:024x}"), parse_iso("2026-10-25T11:59:01Z")),
    ],
    Period(date(2026, 10, 24), date(2026, 10, 25)),
)


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Case], Console]:
    """Return what puts the entries of a case into a local workspace of its own."""
    console = Console(tmp_path_factory.mktemp("agreement"))
    console.env["CLOCKTOOL_PROFILE"] = "local"
    path = Path(console.env["CLOCKTOOL_DATA"]) / "local.sqlite3"
    with contextlib.closing(workspace_of(console, path)) as workspace:
        fill(workspace)

    def tell(case: Case) -> Console:
        with contextlib.closing(sqlite3.connect(path)) as connection, connection:
            connection.execute("DELETE FROM entries")
            connection.executemany(
                "INSERT INTO entries (seq, id, member, start_at, end_at, description, project,"
                " task, billable, type, created_at) VALUES (?, ?, 1, ?, ?, '', ?, NULL, ?,"
                " 'REGULAR', 0)",
                (
                    (number, each.id, each.start, each.end, number % 2 + 1, each.billable)
                    for number, each in enumerate(case.entries, 1000)
                ),
            )
        console.now = case.now
        console.zone = case.zone
        console.env["CLOCKTOOL_TIMEZONE"] = case.zone
        return console

    return tell


@given(case=cases(most=6))
@example(case=BERLIN_NIGHT)
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_all_commands_say_the_same(told: Callable[[Case], Console], case: Case) -> None:
    """From the workspace to standard output: list in each form, and report."""
    run = told(case)
    period = f"{case.days.first}..{case.days.last}"

    def said(*words: str) -> str:
        return run.ok(words[0], period, *words[1:]).out

    def clock(text: str) -> int:
        hours, minute, second = map(int, text.split(":"))
        return hours * 3600 + minute * 60 + second

    rows = said("list", "-o", "csv")
    days = csv_days(rows)
    assert clock(said("list", "--total")) == sum(days.values()) == case.seconds
    objects = msgspec.json.decode(said("list", "-o", "json"))
    lines = [msgspec.json.decode(line) for line in said("list", "-o", "jsonl").splitlines()]
    assert objects == lines
    assert sum(each["durationSeconds"] for each in objects) == case.seconds
    ids = [each.id for each in case.shown]
    assert [each["id"] for each in objects] == said("list", "-o", "id").split() == ids
    assert {row["id"] for row in csv.DictReader(io.StringIO(rows))} == set(ids)
    filled = said("list", "--template", "{date} {duration_seconds}").splitlines()
    by_date: dict[date, int] = {}
    for line in filled:
        day, _, length = line.partition(" ")
        by_date[date.fromisoformat(day)] = by_date.get(date.fromisoformat(day), 0) + int(length)
    assert by_date == days
    if ids:
        table = said("list")
        assert footer(table) == minutes(case.seconds)
        check_days(headings(table), days)
    for each, seconds in days.items():
        assert clock(run.ok("list", str(each), "--total").out) == seconds
    if "report" in SUMMARIES:
        assert clock(said("report", "--total")) == case.seconds
        for by in ("project", "day", "billable"):
            report = msgspec.json.decode(said("report", "--by", by, "-o", "json"))
            assert report["totalSeconds"] == case.seconds
