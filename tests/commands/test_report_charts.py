"""``report --chart``, the week's grid, the heat map and ``--save``."""

import re
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from tests.conftest import Console

NO_COLOR = {"NO_COLOR": "1"}


def test_bars_are_as_long_as_the_time(day: Console) -> None:
    """To an eighth of a column, as wide as there is room."""
    assert day("report", "--chart", columns=60, env=NO_COLOR).out == (
        "Tue 24 Nov 2026\n"
        "                                 total  billable      amount\n"
        "Site · ACME  ████████████  73%  2h 45m    2h 45m  288.75 USD\n"
        "Ops          ████▎         27%  1h 00m\n"
        "total                           3h 45m    2h 45m  288.75 USD\n"
    )


def test_bars_come_before_columns_where_it_is_narrow(day: Console) -> None:
    """At 40 columns there are bars, and the amount is below."""
    assert day("report", "--chart", columns=40, env=NO_COLOR).out == (
        "Tue 24 Nov 2026\n"
        "                         total  billable\n"
        "Site · ACME  █████████  2h 45m    2h 45m\n"
        "Ops          ███▎       1h 00m\n"
        "total                   3h 45m    2h 45m\n"
        "                              288.75 USD\n"
    )


def test_bars_have_the_projects_colour(day: Console) -> None:
    """And a pipe gives them 40 columns."""
    assert "\x1b[38;2;3;169;244m████" in day("report", "--chart", columns=80).out
    assert f"  {'█' * 40}  " in day("report", "--chart").out


def test_short_periods_by_day_have_every_day(day: Console) -> None:
    """Days without time are there, so that a gap is seen as one."""
    assert day("report", "3d", "--by", "day", "--chart", columns=60, env=NO_COLOR).out == (
        "Sun 22 Nov to Tue 24 Nov 2026\n"
        "                                 total  billable      amount\n"
        "Sun 22 Nov 2026\n"
        "Mon 23 Nov 2026\n"
        "Tue 24 Nov 2026  █████████████  3h 45m    2h 45m  288.75 USD\n"
        "total                           3h 45m    2h 45m  288.75 USD\n"
    )


GRID = (
    "Mon 23 Nov to Sun 29 Nov 2026\n"
    "                 Mon 23  Tue 24  Wed 25  Thu 26  Fri 27  Sat 28  Sun 29  total\n"
    "Site · ACME           ·    2:45       ·       ·       ·       ·       ·   2:45\n"
    "Ops                   ·    1:00       ·       ·       ·       ·       ·   1:00\n"
    "total                 ·    3:45       ·       ·       ·       ·       ·   3:45\n"
    "                                             billable 2h 45m 73%    288.75 USD\n"
)


def test_a_week_by_project_and_day_is_a_grid(day: Console) -> None:
    """A row a project, a column a day, totals at both ends."""
    assert day("report", "week", "--by", "project", "--by", "day") == (0, GRID, "")


def test_a_grid_nests(day: Console) -> None:
    """What comes before the day are rows within rows."""
    day.ok("edit", "9", "-t", "Login", "-q")
    lines = day("report", "week", "--by", "project,task,day").out.splitlines()
    assert [line.split("  ·")[0].rstrip() for line in lines[2:7]] == [
        "Site · ACME",
        "  Login",
        "  no task",
        "Ops",
        "  no task",
    ]
    assert [line.split()[-1] for line in lines[2:8]] == [
        "2:45", "1:30", "1:15", "1:00", "1:00", "3:45",
    ]  # fmt: skip


def test_tags_in_a_grid_count_once_in_its_totals(day: Console) -> None:
    """A column's total is the day's, whatever its rows come to."""
    day.ok("edit", "9", "-T", "dev", "-T", "urgent", "-q")
    lines = day("report", "week", "--by", "project,tag,day").out.splitlines()
    assert [line.split()[-1] for line in lines[2:8]] == [
        "2:45", "1:30", "1:30", "1:15", "1:00", "1:00",
    ]  # fmt: skip
    assert lines[8].split()[-1] == "3:45"
    assert lines[-1] == "An entry with several tags counts in each, in the total once."


def test_today_stands_out_in_a_grid(day: Console) -> None:
    """Its heading is bold, those of other days dim."""
    head = day("report", "week", "--by", "project,day", columns=80).out.splitlines()[1]
    assert "\x1b[2mMon 23\x1b[0m  \x1b[1mTue 24\x1b[0m  \x1b[2mWed 25\x1b[0m" in head


def test_a_grid_that_does_not_fit_is_nested_rows(day: Console) -> None:
    """Nothing is cut: the days stand below each other."""
    assert day("report", "week", "--by", "project,day", columns=40, env=NO_COLOR).out == (
        "Mon 23 Nov to Sun 29 Nov 2026\n"
        "                         total  billable\n"
        "Site · ACME             2h 45m    2h 45m\n"
        "  Tue 24 Nov 2026       2h 45m    2h 45m\n"
        "Ops                     1h 00m\n"
        "  Tue 24 Nov 2026       1h 00m\n"
        "total                   3h 45m    2h 45m\n"
        "                              288.75 USD\n"
    )


@pytest.fixture
def worked(run: Console) -> Console:
    """A console with hours on some days of two years."""
    run.at("2026-11-24 12:30")
    for on, until in (
        ("2025-12-31", "11:00"),
        ("2026-10-01", "12:00"),
        ("2026-11-20", "16:00"),
        ("2026-11-23", "09:00"),
        ("2026-11-24", "10:00"),
    ):
        run.ok("add", "x", "--from", f"{on} 08:00", "--to", f"{on} {until}", "-q")
    return run


QUARTER = (
    "Thu 1 Oct to Tue 24 Nov 2026\n"
    "\n"
    "    Oct     Nov\n"
    "Mon   · · · · · · · ░\n"
    "Tue   · · · · · · · ░\n"
    "Wed   · · · · · · ·\n"
    "Thu ▒ · · · · · · ·\n"
    "Fri · · · · · · · █\n"
    "Sat · · · · · · · ·\n"
    "Sun · · · · · · · ·\n"
    "\n"
    "    less · ░ ▒ ▓ █ more, up to 8h 00m\n"
    "\n"
    "total           15h 00m\n"
    "billable        0m\n"
    "busiest day     Fri 20 Nov 2026  8h 00m\n"
    "average         3h 45m on 4 days\n"
    "longest streak  2 days\n"
)


def test_long_periods_by_day_are_a_heat_map(worked: Console) -> None:
    """Weeks beside each other, shades by the share of the busiest day, and what it comes to."""
    period = "2026-10-01..today"
    assert worked("report", period, "--by", "day", "--chart") == (0, QUARTER, "")


def test_weeks_of_a_map_start_where_those_of_the_account_do(worked: Console) -> None:
    """The first row is the first day of the week."""
    worked.configure('week_start = "sunday"\n')
    lines = worked("report", "2026-10-01..today", "--by", "day", "--chart").out.splitlines()
    assert [line[:3] for line in lines[3:10]] == ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]


def test_shades_are_green_where_there_is_colour(worked: Console) -> None:
    """One green that covers more and more of a cell, a dim dot for a day without time.

    So more time stands out more, from a light ground and from a dark one.
    """
    out = worked("report", "2026-10-01..today", "--by", "day", "--chart", columns=80).out
    assert set(re.findall(r"\x1b\[38;2;45;164;78m(.)\x1b", out)) == set("░▒▓█")
    assert "\x1b[2m·\x1b[0m" in out


@pytest.mark.parametrize(("columns", "blocks", "step"), [(80, 1, 1), (120, 1, 2), (40, 2, 1)])
def test_a_year_fits(worked: Console, columns: int, blocks: int, step: int) -> None:
    """A year is one block from 80 columns on, two columns a week from 120; below it is halves."""
    period = "2025-11-25..today"
    out = worked("report", period, "--by", "day", "--chart", columns=columns, env=NO_COLOR).out
    rows = [line for line in out.splitlines() if line.startswith("Tue ") and "to" not in line]
    assert max(map(len, out.splitlines())) <= columns
    assert sum(line.count("░") for line in rows) == 1
    assert len(rows) == blocks  # the half without hours is left out
    assert len(rows[0]) == 4 + (53 * step - (step - 1)) if blocks == 1 else len(rows[0]) < columns


def test_years_are_named_where_there_are_several(worked: Console) -> None:
    """Above the months."""
    period = "2025-11-25..today"
    lines = worked("report", period, "--by", "day", "--chart").out.splitlines()
    assert lines[2].split() == ["2025", "2026"]
    assert lines[3].split()[:3] == ["Dec", "Jan", "Feb"]
    assert lines[2].index("2026") == lines[3].index("Jan")


def test_years_without_time_are_left_out(worked: Console) -> None:
    """A map of a century shows the years that were worked in."""
    out = worked("report", "1950-01-01..2049-12-31", "--by", "day", "--chart").out
    assert [line.strip() for line in out.splitlines() if re.fullmatch(r" *\d{4}", line)] == [
        "2025",
        "2026",
    ]


def test_by_month_the_bars_are_below_the_map(worked: Console) -> None:
    """The map, what it comes to, and a bar a month."""
    out = worked("report", "2026-10-01..today", "--by", "month", "--chart").out
    assert out.startswith(QUARTER + "\n")
    rows = out[len(QUARTER) :].splitlines()
    assert [row.split()[:2] for row in rows[3:5]] == [["Oct", "2026"], ["Nov", "2026"]]
    assert rows[4].count("█") == 40


def test_a_stream_without_unicode_has_other_signs() -> None:
    """Bars and shades of ASCII."""
    import io

    from clocktool.render.chart import bar
    from clocktool.render.output import Output

    out = Output(io.StringIO(), io.StringIO(), unicode=False)
    assert bar(1, 100, 10, out) == "#"
    assert bar(100, 100, 10, out) == "#" * 10
    fancy = Output(io.StringIO(), io.StringIO())
    assert [bar(value, 16, 2, fancy) for value in (0, 1, 9, 16)] == ["", "▏", "█▏", "██"]


@pytest.mark.parametrize(
    "argv",
    [
        ("--by", "project", "--chart"),
        ("week", "--by", "project,day"),
        ("365d", "--by", "day", "--chart"),
    ],
)
def test_a_picture_needs_nothing_from_elsewhere(
    day: Console, tmp_path: Path, argv: tuple[str, ...]
) -> None:
    """SVG and HTML: no address but the name space, the same bytes each time."""
    for suffix in ("svg", "html"):
        path = tmp_path / f"report.{suffix}"
        assert day("report", *argv, "--save", str(path)) == (0, "", f"Saved to {path}\n")
        text = path.read_text("utf-8")
        bare = text.replace("http://www.w3.org/2000/svg", "")
        assert "http" not in bare
        assert "@import" not in bare
        assert "src=" not in bare
        assert re.findall(r"url\((?!#)", bare) == []
        assert "clocktool" in text
        day.ok("report", *argv, "--save", str(path), "-q")
        assert path.read_text("utf-8") == text


def test_a_picture_is_well_formed_and_shows_the_table(day: Console, tmp_path: Path) -> None:
    """Every reference in it leads somewhere, and the text is that of the table, below its name."""
    path = tmp_path / "report.SVG"
    day.ok("report", "--save", str(path), "-q")
    text = path.read_text("utf-8")
    root = ET.fromstring(text)  # noqa: S314  # our own file
    shown = " ".join("".join(root.itertext()).replace("\xa0", " ").split())
    for word in ("clocktool report Tue 24 Nov 2026 total", "Site", "· ACME", "288.75 USD"):
        assert word in shown
    assert shown.count("2026") == 1, "the period is said once"
    assert set(re.findall(r"url\(#([\w-]+)\)", text)) <= set(re.findall(r'id="([\w-]+)"', text))
    assert "\x1b" not in text


def test_blanks_in_a_picture_are_places(day: Console, tmp_path: Path) -> None:
    """No text begins or ends with a blank or has two in a row: some renderers drop those."""
    path = tmp_path / "report.svg"
    day.ok("report", "--by", "project,tag", "--save", str(path), "-q")
    root = ET.fromstring(path.read_text("utf-8"))  # noqa: S314  # our own file
    texts = list(root.iter("{http://www.w3.org/2000/svg}text"))
    words = [(each.text or "").replace("\xa0", " ") for each in texts]
    assert all(word == " ".join(word.split()) != "" for word in words)
    places = {word: float(each.get("x", "")) for word, each in zip(words, texts, strict=True)}
    assert places["#dev"] == pytest.approx(places["Site"] + 2 * 12.2)
    assert places["untagged"] == places["#dev"]


def test_no_entries_no_picture(run: Console, tmp_path: Path) -> None:
    """What is there stays as it is, and it is said."""
    path = tmp_path / "report.svg"
    path.write_text("old")
    err = "No entries: Tue 24 Nov 2026. Nothing was saved.\n"
    assert run("report", "--save", str(path)) == (0, "", err)
    assert path.read_text() == "old"


@pytest.mark.parametrize(
    ("name", "why"), [("none/x.svg", "No such file or directory"), ("x.svg", "Is a directory")]
)
def test_a_picture_that_cannot_be_made_there_is_a_usage_error(
    day: Console, tmp_path: Path, name: str, why: str
) -> None:
    """As a file that import cannot read is: exit 2, and what to do."""
    (tmp_path / "x.svg").mkdir()
    result = day("report", "--save", str(tmp_path / name))
    assert result.code == 2
    assert f": {why}\nhint: --save needs a file" in result.err
