"""``targets`` at the front door: what is written into the file, and what is refused."""

import builtins
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Console


@pytest.fixture
def work(run: Console) -> Console:
    """A console that writes its rows to the file itself, not to a profile."""
    del run.env["CLOCKTOOL_PROFILE"]
    run.ok("list")  # which says once where time is tracked
    return run


def file_of(console: Console) -> str:
    """Return the text of the configuration file."""
    return Path(console.env["CLOCKTOOL_CONFIG"]).read_text("utf-8")


def test_without_any_it_is_said_how_to_set_some(work: Console) -> None:
    """There is nothing to show; exit code 0."""
    note = "No targets yet: clocktool targets set mon..thu=8h fri=6h\n"
    assert work("targets") == (0, "", note)
    assert work("targets", "-o", "json").json == {"weeks": [], "off": [], "carry": []}


def test_hours_count_from_the_first_day_of_this_week(work: Console) -> None:
    """It is a row in the file, and each change of hours is one more."""
    said = work("targets", "set", "mon..thu=8h", "fri=6h")
    assert said == (0, "~ Target from Mon 23 Nov 2026: mon..thu 8h, fri 6h\n", "")
    said = work("targets", "set", "mon..wed=7h30m", "--from", "2027-01-01")
    assert said == (0, "~ Target from Fri 1 Jan 2027: mon..wed 7h30m\n", "")
    assert file_of(work) == (
        '[targets]\n2026-11-23 = "mon..thu=8h fri=6h"\n2027-01-01 = "mon..wed=7h30m"\n'
    )
    work.ok("config", "set", "week_start", "sunday")
    said = work("targets", "set", "sun..thu=8h")
    assert said == (0, "~ Target from Sun 22 Nov 2026: mon..thu 8h, sun 8h\n", "")


AGREED = """\
# What was agreed
timezone = "Europe/Berlin"

[targets]                # a change of hours is one more row
2026-01-01 = "mon..thu=8h fri=6h"  # full time
[days_off]
"2026-12-24..2026-12-26" = "Christmas"  # the shop is closed
2026-12-28 = { name = "Stocktaking", half = true }
[carry]
2026-03-02 = "-1h30m"
"""


def test_all_rows_are_shown(work: Console) -> None:
    """Hours, days off whole and half, and what was brought along."""
    work.configure(AGREED)
    assert work("targets") == (
        0,
        (
            "from            hours                   week\n"
            "Thu 1 Jan 2026  mon..thu 8h, fri 6h  38h 00m\n"
            "\n"
            "days off                       name         half\n"
            "Thu 24 Dec to Sat 26 Dec 2026  Christmas\n"
            "Mon 28 Dec 2026                Stocktaking  half\n"
            "\n"
            "brought along   balance\n"
            "Mon 2 Mar 2026  -1h 30m\n"
        ),
        "",
    )
    assert work("targets", "-o", "json").json == {
        "weeks": [
            {
                "from": "2026-01-01",
                "mon": 28800,
                "tue": 28800,
                "wed": 28800,
                "thu": 28800,
                "fri": 21600,
                "sat": 0,
                "sun": 0,
            }
        ],
        "off": [
            {"from": "2026-12-24", "to": "2026-12-26", "name": "Christmas", "half": False},
            {"from": "2026-12-28", "to": "2026-12-28", "name": "Stocktaking", "half": True},
        ],
        "carry": [{"from": "2026-03-02", "seconds": -5400}],
    }
    assert work("targets", "-o", "csv").out == (
        "kind,from,to,seconds,mon,tue,wed,thu,fri,sat,sun,name,half\n"
        "week,2026-01-01,,136800,28800,28800,28800,28800,21600,0,0,,\n"
        "off,2026-12-24,2026-12-26,,,,,,,,,Christmas,false\n"
        "off,2026-12-28,2026-12-28,,,,,,,,,Stocktaking,true\n"
        "carry,2026-03-02,,-5400,,,,,,,,,\n"
    )


def test_every_change_keeps_comments_and_order(work: Console) -> None:
    """A file that a person wrote stays theirs."""
    work.configure(AGREED)
    work.ok("targets", "set", "mon..fri=4h", "--from", "2026-09-01")
    work.ok("targets", "off", "2026-03-12", "Company", "day", "--half")
    work.ok("targets", "carry", "+2h", "--from", "2026-03-02")
    work.ok("targets", "on", "2026-12-24")
    assert file_of(work) == (
        AGREED.replace("full time\n", 'full time\n2026-09-01 = "mon..fri=4h"\n')
        .replace("-1h30m", "+2h")
        .replace("2026-12-24..2026-12-26", "2026-12-25..2026-12-26")
        .replace(
            "half = true }\n",
            'half = true }\n2026-03-12 = {name = "Company day", half = true}\n',
        )
    )


def test_days_off_take_any_period_of_days(work: Console) -> None:
    """With a name or without, in this week by the name of a day."""
    assert work("targets", "off", "fri").out == "~ Off: Fri 27 Nov 2026 (Day off)\n"
    assert work("targets", "off", "2026-12-24..2027-01-01", "Holidays").out == (
        "~ Off: Thu 24 Dec 2026 to Fri 1 Jan 2027 (Holidays)\n"
    )
    assert work("targets", "off", "2026-W50", "Trip", "--half").out == (
        "~ Off: Mon 7 Dec to Sun 13 Dec 2026 (Trip, half)\n"
    )
    assert file_of(work) == (
        '[days_off]\n2026-11-27 = "Day off"\n"2026-12-24..2027-01-01" = "Holidays"\n'
        '"2026-12-07..2026-12-13" = {name = "Trip", half = true}\n'
    )
    assert work("targets", "off", "all") == (
        2,
        "",
        "error: which days?\nhint: give a day, or A..B like 2026-12-24..2026-12-26\n",
    )


def test_a_name_that_the_file_cannot_hold_is_refused(work: Console) -> None:
    """Blanks are one blank; no name at all is a day off."""
    assert work("targets", "off", "fri", "a\n  b").out == "~ Off: Fri 27 Nov 2026 (a b)\n"
    refused = work("targets", "off", "thu", "a\x1bb")
    assert refused.code == 2
    assert refused.err.endswith("hint: use a name without control characters\n")
    assert work("targets", "off", "wed", "").out == "~ Off: Wed 25 Nov 2026 (Day off)\n"


def test_targets_from_the_beginning_of_time_are_counted_at_once(work: Console) -> None:
    """No entry is earlier than 1900, so no more is read."""
    work.ok("targets", "set", "mon..fri=8h", "--from", "1800-01-01")
    assert work.ok("status", "-o", "json").json["balanceSeconds"] < 0
    assert work("balance", "all").code == 2
    assert work("balance", "today").code == 0


def test_of_overlapping_days_off_the_later_row_counts_which_is_said(work: Console) -> None:
    """When it is written, and when all are shown."""
    work.ok("targets", "off", "2026-12-24..2026-12-26", "Christmas")
    assert work("targets", "off", "2026-12-24", "Eve", "--half") == (
        0,
        "~ Off: Thu 24 Dec 2026 (Eve, half)\n",
        "Also off: 2026-12-24..2026-12-26 (Christmas); the new row counts.\n",
    )
    assert work("targets").err == (
        "No targets yet: clocktool targets set mon..thu=8h fri=6h\n"
        "2026-12-24..2026-12-26 (Christmas) and 2026-12-24 (Eve) overlap;"
        " the later row counts: Eve.\n"
    )
    work.ok("targets", "off", "2026-12-24..2026-12-26", "Closed")
    assert file_of(work) == (
        '[days_off]\n2026-12-24 = {name = "Eve", half = true}\n'
        '"2026-12-24..2026-12-26" = "Closed"\n'
    )


def test_working_days_are_taken_out_of_days_off(work: Console) -> None:
    """From the middle of a range, the range is two; and what counted there still counts."""
    work.configure(
        '[days_off]\n"2026-12-21..2026-12-31" = "Trip" # booked\n2026-12-29 = "Birthday"\n'
    )
    assert work("targets", "on", "2026-12-24..2026-12-25") == (
        0,
        "~ No longer off: Thu 24 Dec to Fri 25 Dec 2026 (Trip)\n",
        "",
    )
    assert file_of(work) == (
        '[days_off]\n"2026-12-21..2026-12-23" = "Trip" # booked\n2026-12-29 = "Birthday"\n'
        '"2026-12-26..2026-12-28" = "Trip"\n"2026-12-30..2026-12-31" = "Trip"\n'
    )
    work.ok("targets", "on", "2026-12-20..2027-01-10")
    assert file_of(work) == "[days_off]\n"
    assert work("targets", "on", "2026-12-24") == (
        4,
        "",
        "error: no day off: 2026-12-24\nhint: see: clocktool targets\n",
    )


def test_a_balance_is_brought_along_with_either_sign(work: Console) -> None:
    """Another one of the same day replaces it; 0h removes it."""
    said = work("targets", "carry", "-1h30m", "--from", "2026-03-02")
    assert said == (0, "~ Brought along from Mon 2 Mar 2026: -1h 30m\n", "")
    said = work("targets", "carry", "--from", "2026-03-02", "12h")
    assert said == (0, "~ Brought along from Mon 2 Mar 2026: +12h 00m\n", "")
    assert file_of(work) == '[carry]\n2026-03-02 = "+12h"\n'
    work.ok("targets", "carry", "0h", "--from", "2026-03-02")
    assert work("targets", "-o", "json").json["carry"] == [{"from": "2026-03-02", "seconds": 0}]
    refused = work("targets", "carry", "--from", "mon", "much")
    assert refused.code == 2
    assert refused.err.startswith("error: invalid duration `much`\nhint: use 1h30m")
    assert work("targets", "carry", "1h").code == 2


@pytest.mark.parametrize(
    ("words", "said", "hint"),
    [
        (["mon=25h"], "invalid target `mon=25h`: longer than a day", "use at most 24h a day"),
        (["mon=-8h"], "invalid target `mon=-8h`: it can't be negative", "a free day is mon=0h"),
        (["mno=8h"], "invalid target `mno=8h`: no weekday `mno`", "did you mean mon?"),
        (
            ["mon..fri=8h", "fri=6h"],
            "invalid target `fri=6h`: Friday is given twice",
            "give each day once",
        ),
    ],
)
def test_hours_that_cannot_be_meant_change_nothing(
    work: Console, words: list[str], said: str, hint: str
) -> None:
    """Exit code 2, and there is no file."""
    assert work("targets", "set", *words) == (2, "", f"error: {said}\nhint: {hint}\n")
    assert not Path(work.env["CLOCKTOOL_CONFIG"]).exists()


def test_with_a_profile_rows_go_to_its_table(work: Console) -> None:
    """They are added to those of the file; a day off of the file is taken out of the file."""
    work.configure(AGREED)
    work.ok("--profile", "local", "targets", "set", "mon..fri=4h", "--from", "2026-09-01")
    work.ok("--profile", "local", "targets", "on", "2026-12-28")
    assert file_of(work) == (
        AGREED.replace('2026-12-28 = { name = "Stocktaking", half = true }\n', "")
        + '\n[profiles.local.targets]\n2026-09-01 = "mon..fri=4h"\n'
    )
    of_profile = work("--profile", "local", "targets", "-o", "json").json["weeks"]
    assert [week["from"] for week in of_profile] == ["2026-01-01", "2026-09-01"]
    assert len(work("targets", "-o", "json").json["weeks"]) == 1


def test_public_holidays_are_days_off(work: Console) -> None:
    """Of a country or a region, for a year or several; again they change nothing."""
    said = work("targets", "holidays", "de-be", "2026")
    assert said == (
        0,
        (
            "~ Off: 10 public holidays\n"
            "  Thu 1 Jan 2026  New Year's Day\n"
            "  Sun 8 Mar 2026  Women's Day\n"
            "  Fri 3 Apr 2026  Good Friday\n"
            "  Mon 6 Apr 2026  Easter Monday\n"
            "  Fri 1 May 2026  Labor Day\n"
            "  Thu 14 May 2026  Ascension Day\n"
            "  Mon 25 May 2026  Pentecost Monday\n"
            "  Sat 3 Oct 2026  German Unity Day\n"
            "  Fri 25 Dec 2026  Christmas Day\n"
            "  Sat 26 Dec 2026  Second Day of Christmas\n"
        ),
        "",
    )
    text = file_of(work)
    assert work("targets", "holidays", "DE-BE", "2026").err == ""
    assert file_of(work) == text
    work.ok("targets", "holidays", "US", "2027", "2028")
    assert len(work("targets", "-o", "json").json["off"]) > 30


@pytest.mark.parametrize(
    ("place", "said"),
    [
        ("XX", "unknown country `XX`\nhint: use a code, like DE, DE-BE, US-CA or GB\n"),
        ("GER", "unknown country `GER`\nhint: use a code, like DE, DE-BE, US-CA or GB\n"),
        ("Germany", "unknown country `Germany`\nhint: use a code, like DE"),
        ("DE-XX", "unknown region `DE-XX`\nhint: regions: DE-BB, DE-BE, DE-BW, DE-BY"),
        ("MT-XX", "unknown region `MT-XX`\nhint: regions: none, write only the country\n"),
    ],
)
def test_an_unknown_country_is_refused_with_what_is_known(
    work: Console, place: str, said: str
) -> None:
    """Exit code 2, and nothing is written."""
    result = work("targets", "holidays", place)
    assert (result.code, result.out) == (2, "")
    assert result.err.startswith(f"error: {said}"[:50])
    assert not Path(work.env["CLOCKTOOL_CONFIG"]).exists()


def test_a_year_has_four_digits(work: Console) -> None:
    """The holidays of the year 26 are not meant."""
    result = work("targets", "holidays", "DE-BE", "26")
    assert (result.code, "1900" in result.err) == (2, True), result


def test_without_the_package_it_is_said_how_to_install_it(
    work: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is an extra."""
    real = builtins.__import__

    def without_holidays(name: str, *args: Any, **kwargs: Any) -> Any:
        if name == "holidays":
            raise ImportError(name)
        return real(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", without_holidays)
    assert work("targets", "holidays", "DE") == (
        3,
        "",
        (
            "error: 'targets holidays' needs the package holidays\n"
            "hint: install it: pip install holidays, or: pipx inject clocktool holidays\n"
        ),
    )


def test_the_local_workspace_has_nothing_to_import(work: Console) -> None:
    """It is refused, and nothing is written."""
    assert work("targets", "import")[:2] == (5, "")
    assert not Path(work.env["CLOCKTOOL_CONFIG"]).exists()
