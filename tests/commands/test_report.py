"""``report`` at the front door: sums, nesting, formats."""

import io
import json
from datetime import date
from pathlib import Path

import pytest

from clocktool.domain.entry import Entry
from clocktool.domain.ids import Known
from clocktool.domain.money import Rate
from clocktool.domain.report import KINDS
from clocktool.domain.time.instant import Instant
from clocktool.domain.time.midnight import Piece
from clocktool.domain.time.period import Period
from clocktool.render.output import Format, Output
from clocktool.render.report import Frame, report_lines
from clocktool.render.report_data import data_lines
from tests.commands.conftest import put
from tests.conftest import Console
from tests.domain.reports import build_report

TODAY = (
    "Tue 24 Nov 2026                               total  billable           amount\n"
    "Site · ACME                             73%  2h 45m    2h 45m       288.75 USD\n"
    "Ops                                     27%  1h 00m\n"
    "total                                        3h 45m    2h 45m  73%  288.75 USD\n"
)
NESTED = (
    "Tue 24 Nov 2026                               total  billable           amount\n"
    "Site · ACME                             73%  2h 45m    2h 45m       288.75 USD\n"
    "  #dev                                  40%  1h 30m    1h 30m       157.50 USD\n"
    "  untagged                              33%  1h 15m    1h 15m       131.25 USD\n"
    "Ops                                     27%  1h 00m\n"
    "  untagged                              27%  1h 00m\n"
    "total                                        3h 45m    2h 45m  73%  288.75 USD\n"
)
NO_COLOR = {"NO_COLOR": "1"}


def test_today_by_project(day: Console) -> None:
    """Total and billable hours of each project, its share and amount; most time first."""
    assert day("report") == (0, TODAY, "")
    assert day("report", "today", "--by", "project").out == TODAY


def test_by_nests(day: Console) -> None:
    """The second kind within the first, as two options or one; what has none has a name."""
    assert day("report", "--by", "project", "--by", "tag") == (0, NESTED, "")
    assert day("report", "--by", "project,tag").out == NESTED


def test_narrow_terminals_lose_columns_never_hours(day: Console) -> None:
    """At 40 columns the amounts are in one line below; shares are left out."""
    assert day("report", "--by", "description", columns=40, env=NO_COLOR).out == (
        "Tue 24 Nov 2026          total  billable\n"
        "Fix login page          1h 30m    1h 30m\n"
        "Review                  1h 15m    1h 15m\n"
        "Deploy                  1h 00m\n"
        "total                   3h 45m    2h 45m\n"
        "                              288.75 USD\n"
    )


@pytest.mark.parametrize("columns", [40, 60, 80, 200])
@pytest.mark.parametrize("chart", [(), ("--chart",)])
@pytest.mark.parametrize(
    "by", [("project",), ("description", "tag"), ("client", "day"), ("day",), KINDS]
)
def test_no_line_is_wider_than_the_terminal(
    day: Console, columns: int, chart: tuple[str, ...], by: tuple[str, ...]
) -> None:
    """However many kinds, however long the names."""
    day.ok("add", "long " * 60, "--for", "10s", "-p", "Site", "-q")
    for period in ("today", "week", "month", "365d"):
        out = day.ok("report", period, "--by", ",".join(by), *chart, columns=columns, env=NO_COLOR)
        assert max(map(len, out.out.splitlines())) <= columns


def test_a_pipe_cuts_nothing(day: Console) -> None:
    """Long names are there to their end."""
    text = "long " * 60 + "end"
    day.ok("add", text, "--for", "1h", "-q")
    assert text in day("report", "--by", "description").out


def test_projects_are_in_their_colours(day: Console) -> None:
    """The name in its colour, its client dim, totals bold."""
    lines = day("report", columns=80).out.splitlines()
    assert lines[1].startswith(
        "\x1b[38;2;3;169;244mSite\x1b[0m\x1b[2m · \x1b[0m\x1b[2mACME\x1b[0m  "
    )
    assert lines[-1].startswith("\x1b[1mtotal")
    assert day("report", columns=80, env=NO_COLOR).out == TODAY


def test_names_below_their_owner_are_short(day: Console) -> None:
    """Below a client no project repeats it; beside others each names its client."""
    day.ok("edit", "9", "-t", "Login", "-q")
    nested = day("report", "--by", "client,project,task").out
    assert "\n  Site  " in nested
    assert "\n    Login  " in nested
    assert "\nLogin · Site  " in day("report", "--by", "task").out


def test_twins_stay_apart(day: Console) -> None:
    """Two projects of one name: with their clients for people, as they are typed for machines."""
    day.ok("clients", "add", "Umbrella", "-q")
    day.ok("projects", "add", "Site", "--client", "Umbrella", "-q")
    day.ok("add", "Rain", "--from", "8", "--to", "8:30", "-p", "Umbrella/Site", "-q")
    shown = day("report").out
    assert "Site · ACME  " in shown
    assert "Site · Umbrella  " in shown
    rows = day("report", "-o", "csv").out.splitlines()
    assert [row.partition(",")[0] for row in rows[1:]] == ["ACME/Site", "Ops", "Umbrella/Site"]
    assert [each["client"] for each in day("report", "-o", "json").json["groups"]] == [
        "ACME",
        "",
        "Umbrella",
    ]


def test_an_entry_with_several_tags_is_counted_once_in_the_total(day: Console) -> None:
    """Each tag has its hours, and a line says why they are more than the total."""
    day.ok("edit", "9", "-T", "dev", "-T", "urgent", "-q")
    assert day("report", "--by", "tag").out == (
        "Tue 24 Nov 2026                               total  billable           amount\n"
        "untagged                                60%  2h 15m    1h 15m       131.25 USD\n"
        "#dev                                    40%  1h 30m    1h 30m       157.50 USD\n"
        "#urgent                                 40%  1h 30m    1h 30m       157.50 USD\n"
        "total                                        3h 45m    2h 45m  73%  288.75 USD\n"
        "An entry with several tags counts in each, in the total once.\n"
    )


def test_a_timer_counts_so_far_and_midnight_cuts(run: Console) -> None:
    """What of an entry lies on a day is that day's, in the grid and in the total."""
    run.at("2026-11-24 01:30").ok("start", "Late", "--at", "yesterday 22:15", "-q")
    assert run("report").out.splitlines()[-1].split() == ["total", "1h", "30m", "0m"]
    out = run("report", "mon..tue", "--by", "project,day").out
    assert out.splitlines()[-1].split() == ["total", "1:45", "1:30", "3:15"]
    assert run("report", "mon..tue", "--total").out == "3:15:00\n"


@pytest.mark.parametrize("period", ["today", "week", "2026-11", "2020"])
def test_list_and_report_agree(day: Console, period: str) -> None:
    """Each prints the same sum."""
    for option in ("--total", "--total-decimal"):
        assert day("report", period, option) == day("list", period, option)
    seconds = day("report", period, "-o", "json").json["totalSeconds"]
    csv = day("report", period, "--by", "day,user", "-o", "csv").out.splitlines()
    assert sum(int(row.split(",")[2]) for row in csv[1:]) == seconds


def test_an_empty_list_is_only_a_note(run: Console) -> None:
    """Exit code 0, and standard output stays empty."""
    assert run("report") == (0, "", "No entries: Tue 24 Nov 2026.\n")
    assert run("report", "--chart").err == "No entries: Tue 24 Nov 2026.\n"
    assert run("report", "--total") == (0, "0:00:00\n", "")
    assert run("report", "--total-decimal") == (0, "0.00\n", "")
    assert run("report", "-o", "json").json == {
        "from": "2026-11-24",
        "to": "2026-11-24",
        "zone": "Europe/Berlin",
        "totalSeconds": 0,
        "billableSeconds": 0,
        "amounts": [],
        "breakSeconds": 0,
        "overlapSeconds": 0,
        "groups": [],
    }
    for output in ("jsonl", "id"):
        assert run("report", "-o", output) == (0, "", "")
    assert run("report", "-o", "csv").out == (
        "project,client,seconds,billable_seconds,hours,amount,currency\n"
    )
    assert run("report", "--by", "day", "--template", "{day}") == (0, "", "")


def test_an_empty_description_and_filters(day: Console) -> None:
    """What passes the filters is added up."""
    day.ok("add", "--from", "8", "--to", "8:20", "-q")
    assert "no description  " in day("report", "--by", "description").out
    assert day("report", "-p", "Site", "--total").out == "2:45:00\n"
    assert day("report", "-T", "dev", "--total").out == "1:30:00\n"
    assert day("report", "--running", "--total").out == "1:00:00\n"


def test_json_holds_the_tree(day: Console) -> None:
    """Seconds and minor units, groups in groups, ids and owners."""
    found = day("report", "--by", "project,day", "-o", "json").json
    money = [{"amount": 28875, "currency": "USD"}]
    sums = {"totalSeconds": 9900, "billableSeconds": 9900, "amounts": money}
    of_day = {"by": "day", "id": "2026-11-24", "name": "2026-11-24", "from": "2026-11-24"}
    assert {key: found[key] for key in ("totalSeconds", "billableSeconds", "amounts")} == {
        "totalSeconds": 13500,
        "billableSeconds": 9900,
        "amounts": money,
    }
    assert found["groups"][0] == {
        "by": "project",
        "id": "000000000000000000000004",
        "name": "Site",
        "client": "ACME",
        **sums,
        "groups": [{**of_day, **sums, "groups": []}],
    }
    assert [each["name"] for each in found["groups"]] == ["Site", "Ops"]


def test_json_lines_are_the_innermost_groups(day: Console) -> None:
    """A line each, with the names above it; what has no client has an empty name."""
    lines = day("report", "--by", "client,day", "-o", "jsonl").out.splitlines()
    assert [json.loads(line) for line in lines] == [
        {
            "client": "ACME",
            "day": "2026-11-24",
            "totalSeconds": 9900,
            "billableSeconds": 9900,
            "amounts": [{"amount": 28875, "currency": "USD"}],
        },
        {
            "client": "",
            "day": "2026-11-24",
            "totalSeconds": 3600,
            "billableSeconds": 0,
            "amounts": [],
        },
    ]


def test_csv_has_a_column_for_each_kind(day: Console) -> None:
    """Then the sums; the amount is empty where there is none."""
    assert day("report", "--by", "project,week,billable", "-o", "csv").out == (
        "project,client,week,billable,seconds,billable_seconds,hours,amount,currency\n"
        "Site,ACME,2026-W48,true,9900,9900,2.75,288.75,USD\n"
        "Ops,,2026-W48,false,3600,0,1.00,,\n"
    )


def test_csv_has_a_client_beside_each_project(day: Console) -> None:
    """Once: where clients are a kind of their own they have their column already."""
    assert day("report", "-o", "csv").out == (
        "project,client,seconds,billable_seconds,hours,amount,currency\n"
        "Site,ACME,9900,9900,2.75,288.75,USD\n"
        "Ops,,3600,0,1.00,,\n"
    )
    header = day("report", "--by", "client,project", "-o", "csv").out.splitlines()[0]
    assert header == "client,project,seconds,billable_seconds,hours,amount,currency"
    assert day("report", "--by", "project,description", "-o", "csv").out.splitlines()[1] == (
        "Site,ACME,Fix login page,5400,5400,1.50,157.50,USD"
    )


def test_markdown_has_the_total_in_bold(day: Console) -> None:
    """A table that pastes into an issue: nested rows, the total at its end."""
    assert day("report", "--by", "project,task", "-o", "md").out == (
        "| Project | Task | Total | Billable | Share | Amount |\n"
        "|---|---|---:|---:|---:|---:|\n"
        "| Site · ACME |  | 2h 45m | 2h 45m | 73% | 288.75 USD |\n"
        "|  | no task | 2h 45m | 2h 45m | 73% | 288.75 USD |\n"
        "| Ops |  | 1h 00m | 0m | 27% |  |\n"
        "|  | no task | 1h 00m | 0m | 27% |  |\n"
        "| **total** |  | **3h 45m** | **2h 45m** | **100%** | **288.75 USD** |\n"
    )


def test_ids_are_of_the_entries_that_count(day: Console) -> None:
    """Each once, however many groups it is in."""
    day.ok("edit", "9", "-T", "dev", "-T", "urgent", "-q")
    assert day("report", "--by", "tag", "-o", "id").out == day("list", "-o", "id").out


def test_a_template_writes_each_sum(day: Console) -> None:
    """The kinds by their names, and what they come to."""
    template = "{project} {day}: {duration} {hours} {seconds} {billable} {share} {amount}"
    assert day("report", "--by", "project,day", "--template", template).out == (
        "Site 2026-11-24: 2h 45m 2.75 9900 2h 45m 73% 288.75 USD\n"
        "Ops 2026-11-24: 1h 00m 1.00 3600 0m 27% \n"
    )


@pytest.mark.parametrize(
    ("argv", "error"),
    [
        (
            ("--by", "projct"),
            (
                "error: invalid --by `projct`\nhint: did you mean project? Use "
                "project, client, task, tag, user, billable, description, day, week, month, "
                "quarter, year, or field:NAME\n"
            ),
        ),
        (
            ("--by", "day", "--by", "day"),
            "error: --by day is given twice\nhint: give each one once\n",
        ),
        (
            ("--template", "{nope}"),
            (
                "error: --template has no field {nope}\n"
                "hint: fields: project, duration, hours, seconds, rounded, billable, share,"
                " amount\n"
            ),
        ),
        (
            ("--save", "x.png"),
            ("error: --save 'x.png' is neither .html nor .svg\nhint: use one of these endings\n"),
        ),
        (
            ("--save", "x.svg", "--total"),
            "error: --save can't be combined with another format\nhint: use one of them\n",
        ),
    ],
)
def test_what_it_does_not_know_is_refused(day: Console, argv: tuple[str, ...], error: str) -> None:
    """Exit 2, and what it takes."""
    assert day("report", *argv) == (2, "", error)


def test_quiet_is_quiet(day: Console) -> None:
    """Nothing at all, in each format."""
    for argv in ((), ("-o", "json"), ("-o", "id"), ("--template", "{hours}"), ("--chart",)):
        assert day("report", "-q", *argv) == (0, "", "")


def test_weeks_and_months_have_names(run: Console) -> None:
    """The ISO week with its first day; where weeks start on another day, that day."""
    run.ok("add", "x", "--from", "8", "--to", "9", "-q")
    assert "2026-W48  Mon 23 Nov  " in run("report", "--by", "week").out
    assert "\nNov 2026  " in run("report", "--by", "month").out
    assert "\nTue 24 Nov 2026  " in run("report", "--by", "day").out
    run.configure('week_start = "sunday"\n')
    assert "\nweek of Sun 22 Nov 2026  " in run("report", "--by", "week").out


def test_quarters_and_years_add_up(run: Console) -> None:
    """For people with their names in words, for machines as a PERIOD has them."""
    for day, hours in (("2025-12-31", 1), ("2026-01-01", 2), ("2026-10-01", 4)):
        run.ok("add", "x", "--from", f"{day} 8", "--for", f"{hours}h", "-q")
    assert run("report", "all", "--by", "year,quarter", "-o", "csv").out == (
        "year,quarter,seconds,billable_seconds,hours,amount,currency\n"
        "2025,2025-Q4,3600,0,1.00,,\n"
        "2026,2026-Q1,7200,0,2.00,,\n"
        "2026,2026-Q4,14400,0,4.00,,\n"
    )
    labels = [
        line[:12].rstrip() for line in run("report", "all", "--by", "year,quarter").out.split("\n")
    ]
    assert labels[1:-2] == ["2025", "  Q4 2025", "2026", "  Q1 2026", "  Q4 2026"]
    found = run("report", "2026-Q1..2026-05-03", "--by", "quarter", "-o", "json").json
    assert (found["from"], found["to"]) == ("2026-01-01", "2026-05-03")
    assert found["groups"][0]["id"] == found["groups"][0]["name"] == "2026-Q1"
    assert found["groups"][0]["from"] == "2026-01-01"
    found = run("report", "2025..2026", "--by", "year", "-o", "json").json
    assert [each["name"] for each in found["groups"]] == ["2025", "2026"]
    assert [each["totalSeconds"] for each in found["groups"]] == [3600, 21600]


def test_values_of_a_custom_field_are_groups(run: Console) -> None:
    """What has none is called so; of several choices an entry counts in each."""
    run.ok("fields", "add", "Ticket", "-q")
    run.ok("fields", "add", "Kinds of work", "--type", "choices", "--choices", "a,b", "-q")
    run.ok("fields", "add", "Paid", "--type", "checkbox", "-q")
    for text, *fields in (
        ("1", "Ticket=CF-1", "Kinds of work=a", "Paid=true"),
        ("2", "Ticket=CF-1", "Kinds of work=a,b"),
        ("3",),
    ):
        typed = [word for each in fields for word in ("--field", each)]
        run.ok("add", text, "--from", f"{text}:00", "--for", "30m", "-q", *typed)
    assert run("report", "--by", "field:tick", env=NO_COLOR) == (
        0,
        (
            "Tue 24 Nov 2026                                                total  billable\n"
            "CF-1                                                     67%  1h 00m\n"
            "no Ticket                                                33%     30m\n"
            "total                                                         1h 30m        0m\n"
        ),
        "",
    )
    assert run("report", "--by", "field:kinds,description", "-o", "csv").out == (
        "field:Kinds of work,description,seconds,billable_seconds,hours,amount,currency\n"
        "a,1,1800,0,0.50,,\n"
        "a,2,1800,0,0.50,,\n"
        "b,2,1800,0,0.50,,\n"
        ",3,1800,0,0.50,,\n"
    )
    assert run("report", "--by", "field:Kinds of work").out.splitlines()[-1] == (
        "An entry with several values counts in each, in the total once."
    )
    group = run("report", "--by", "field:Paid", "-o", "json").json["groups"][1]
    assert (group["by"], group["id"], group["name"]) == ("field:Paid", None, "true")
    assert run("report", "--by", "field:Ticket", "-o", "md").out.startswith("| Ticket | Total |")
    template = "{field:Ticket}={hours}"
    assert run("report", "--by", "field:ticket", "--template", template).out == "CF-1=1.00\n=0.50\n"
    assert run("report", "--by", "field:Nope").code == 4
    assert run("report", "--by", "field:tick,field:Ticket").code == 2
    assert run("report", "--by", "field:").code == 2


def test_the_zone_is_named_where_it_is_not_the_machines(day: Console) -> None:
    """Days are those of another zone, so it is said."""
    day.env["CLOCKTOOL_TIMEZONE"] = "America/New_York"
    assert day("report").out.splitlines()[-1] == "Days as in America/New_York."


HOSTILE = "=1+1 [red]x[/] \x1b[31m | `a` \u202e"


def test_text_of_others_is_shown_as_text(day: Console, tmp_path: Path) -> None:
    """In no format does a name colour, run, or break a table; a picture holds no markup of it."""
    put(day, "/projects/000000000000000000000005", {"name": HOSTILE + "</text><script>"})
    for argv in (
        (),
        ("-o", "json"),
        ("-o", "jsonl"),
        ("-o", "csv"),
        ("-o", "md"),
        ("--template", "{project}"),
        ("--by", "project,day"),
    ):
        shown = day.ok("report", *argv).out
        assert "\x1b" not in shown
        assert "\u202e" not in shown
    assert "\n'=1+1" in day("report", "-o", "csv").out
    assert "\\| \\`a\\`" in day("report", "-o", "md").out
    for suffix in ("svg", "html"):
        path = tmp_path / f"x.{suffix}"
        day.ok("report", "--save", str(path), "-q")
        text = path.read_text("utf-8")
        assert "<script" not in text
        assert "[red]x[/]" in text.replace("&#160;", " ")


def test_several_currencies_stand_beside_each_other() -> None:
    """Each has its amount; in CSV each has a row, and only the first has the hours."""
    pieces = [
        Piece(
            Entry(
                Known("e"),
                Instant(0),
                Instant(3600),
                "",
                billable=True,
                hourly_rate=Rate(100, each),
            ),
            date(1970, 1, 1),
            Instant(0),
            Instant(3600),
        )
        for each in ("USD", "EUR")
    ]
    period = Period(date(1970, 1, 1), date(1970, 1, 1))
    made = build_report(pieces, period, ["project"])
    out = Output(io.StringIO(), io.StringIO(), width=60)
    frame = Frame("Thu 1 Jan 1970", "", date(1970, 1, 1))
    assert list(report_lines(made, frame, out))[2:] == [
        "no project  100%  2h 00m    2h 00m        1.00 EUR, 1.00 USD",
        "total             2h 00m    2h 00m  100%  1.00 EUR, 1.00 USD",
        "! 1h 00m covered more than once",
    ]
    assert list(data_lines(made, "UTC", Format.CSV, out))[1:] == [
        ",,7200,7200,2.00,1.00,EUR",
        ",,,,,1.00,USD",
    ]
