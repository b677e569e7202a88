"""The minutes of one table add up, as a reader adds them up."""

import random
import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.conftest import BERLIN, Console


def read(text: str) -> int:
    """Return a length as it is shown in minutes; seconds below a minute are none."""
    found = re.search(r"(?:(\d+)h )?(\d+)m", text)
    return int(found[1] or 0) * 60 + int(found[2]) if found else 0


@pytest.fixture
def seconds(shop: Console) -> Console:
    """The shop with entries of four days that begin and end at any second, some billable."""
    shop.at("2026-11-27 20:00")
    chance = random.Random(417)  # noqa: S311  # made-up hours
    rows = ["start,end,description,project,client,billable"]
    for day in range(23, 27):
        at = datetime(2026, 11, day, 8, tzinfo=ZoneInfo(BERLIN))
        for _ in range(9):
            end = at + timedelta(seconds=chance.randrange(60, 4000))
            name, client = chance.choice((("Site", "ACME"), ("Ops", ""), ("", "")))
            flag = str(chance.random() < 0.6).lower()
            text = chance.choice("abc")
            rows.append(f"{at.isoformat()},{end.isoformat()},{text},{name},{client},{flag}")
            at = end + timedelta(seconds=chance.randrange(900))
    text = "\n".join(rows) + "\n"
    shop.ok("import", "-", "-q", stdin=text)
    return shop


def test_three_times_twenty_and_a_half(run: Console) -> None:
    """The whole is floored, and its rows get the minute that flooring each would lose."""
    for hour in (9, 10, 11):
        run.ok("add", "x", "--from", f"{hour}:00:00", "--for", "20m30s", "-q")
    assert run("list").out == (
        "Tue 24 Nov 2026                                                         1h 01m\n"
        "  0003  09:00–09:20     21m  x\n"
        "  0004  10:00–10:20     20m  x\n"
        "  0005  11:00–11:20     20m  x\n"
        "                                                                  total 1h 01m\n"
    )
    assert run("list", "--total").out == "1:01:30\n"


def test_rows_of_a_list_add_up_to_days_and_days_to_the_whole(seconds: Console) -> None:
    """Billable rows to what is billable, too; Markdown has the rows of the table."""
    lines = seconds("list", "week").out.splitlines()
    days: list[int] = []
    rows: list[list[int]] = []
    billable = 0
    for line in lines[:-1]:
        if line.startswith(" "):
            length = read(line[21:28])
            rows[-1].append(length)
            billable += length if "$" in line else 0
        else:
            days.append(read(line[15:]))
            rows.append([])
    assert [sum(each) for each in rows] == days
    shown = lines[-1].split("    ")
    assert [read(each) for each in shown[-2:]] == [billable, sum(days)]
    table = seconds("list", "week", "-o", "md").out.splitlines()[2:]
    assert [read(row) for row in table] == [length for each in rows for length in each]
    templated = seconds("list", "week", "--template", "{duration}").out.splitlines()
    assert [read(row) for row in templated] == [length for each in rows for length in each]


@pytest.mark.parametrize(
    ("by", "within"),
    [
        ("project", "day"),
        ("project", "description"),
        ("day", "project"),
        ("day", "billable"),
        ("description", "project"),
        ("billable", "day"),
    ],
)
def test_groups_of_a_report_add_up(seconds: Console, by: str, within: str) -> None:
    """Total and billable, on both levels; the table shows the same as Markdown."""
    words = ("report", "2026-11-23..2026-12-06", "--by", f"{by},{within}")
    rows = [line.split(" | ") for line in seconds(*words, "-o", "md").out.splitlines()[2:]]
    *groups, whole = rows
    for place in (2, 3):
        outer = [read(row[place]) for row in groups if row[0].strip("| ")]
        inner = [read(row[place]) for row in groups if row[1]]
        assert sum(outer) == sum(inner) == read(whole[place])
    table = seconds(*words).out.splitlines()
    for row, line in zip(rows, table[-len(rows) :], strict=True):
        assert row[2].strip("*") in line


def test_a_timesheet_adds_up_both_ways(seconds: Console) -> None:
    """Rows to their total, days to theirs, and both to the whole."""

    def minutes(text: str) -> int:
        hours, _, rest = text.partition(":")
        return int(hours) * 60 + int(rest) if rest else 0

    lines = seconds("report", "week", "--by", "description,day").out.splitlines()
    rows = [[minutes(each) for each in line.split()[1:]] for line in lines[2:6]]
    assert lines[5].startswith("total")
    assert all(sum(row[:-1]) == row[-1] for row in rows)
    assert [sum(column) for column in zip(*rows[:-1], strict=True)] == rows[-1]
    assert rows[-1][-1] == read(seconds("report", "week").out.splitlines()[-1])
