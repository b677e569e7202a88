"""The zone of the machine, as ``TZ`` says it: the clock of the C library, to the second."""

import json
import subprocess
import sys
from datetime import date, time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clocktool.app.process import machine_zone
from clocktool.domain.time.instant import Instant
from clocktool.domain.time.zone import Zone
from clocktool.errors import SetupError

FORMS = [
    "UTC0",
    ":UTC0",
    "<+03>-3",
    "<-0330>3:30",
    "EST5EDT",
    "EST5EDT,M3.2.0,M11.1.0",
    "CET-1CEST,M3.5.0,M10.5.0/3",
    "CET-1CEST-2,M3.5.0/2:00:00,M10.5.0/3",
    "IST-1GMT0,M10.5.0,M3.5.0/1",
    "NZST-12NZDT,M9.5.0,M4.1.0/3",
    "<-02>2<-01>,M3.5.0/-1,M10.5.0/0",
    "EST5EDT4,J60,J300",
    "EST5EDT,59/3:30,300/1:00:01",
    ":Europe/Berlin",
    "Europe/Berlin",
    "/usr/share/zoneinfo/Europe/Berlin",
    "",
]

CLOCK = (
    "import json,sys,time\n"
    "print(json.dumps([time.localtime(int(each))[:6] for each in sys.argv[1:]]))"
)

instants = st.integers(0, 4_000_000_000)


def by_the_c_library(form: str, moments: list[int]) -> list[list[int]]:
    """Return the wall clock of instants as the C library reads them."""
    ran = subprocess.run(
        [sys.executable, "-S", "-c", CLOCK, *map(str, moments)],
        env={"TZ": form},
        capture_output=True,
        check=True,
    )
    found: list[list[int]] = json.loads(ran.stdout)
    return found


@pytest.mark.skipif(not Path("/usr/share/zoneinfo").exists(), reason="no zone database here")
@pytest.mark.parametrize("form", FORMS)
@settings(max_examples=3)
@given(moments=st.lists(st.integers(1_200_000_000, 2_140_000_000), min_size=40, max_size=80))
def test_each_form_of_tz_is_read_as_the_c_library_reads_it(form: str, moments: list[int]) -> None:
    """Offsets with and without rules, names and files: the same wall clock, 2008 to 2037."""
    zone = machine_zone({"TZ": form})
    ours = [list(zone.local_time(Instant(each)).timetuple())[:6] for each in moments]
    assert ours == by_the_c_library(form, moments)


def test_days_of_the_year_are_counted_from_0_as_the_c_library_does() -> None:
    """Summer from day 59 begins in March, in a leap year on 29 February."""
    zone = machine_zone({"TZ": "EST5EDT,59/3:30,0/1"})
    assert [zone.local_time(Instant(at)).hour for at in (1_772_267_400, 1_772_353_800)] == [3, 4]
    assert [zone.local_time(Instant(at)).hour for at in (1_835_341_200, 1_835_427_600)] == [4, 5]


@pytest.mark.parametrize("form", ["CET-1CEST", "EET-2EEST", "AAA4BBB"])
def test_summer_time_without_rules_is_that_of_the_c_library(form: str) -> None:
    """The second Sunday of March to the first of November; on these days the C library wavers."""
    zone = machine_zone({"TZ": form})
    moments = [
        Zone("UTC").resolve(date(2026, month, day), time(12)).instant
        for month, day in ((1, 1), (3, 7), (3, 9), (7, 1), (10, 31), (11, 2))
    ]
    ours = [list(zone.local_time(each).timetuple())[:6] for each in moments]
    assert ours == by_the_c_library(form, [int(each) for each in moments])


offsets = st.builds(
    "{}{}{}".format,
    st.sampled_from(["", "+", "-"]),
    st.integers(0, 14),
    st.sampled_from(["", ":30", ":45:15"]),
)
days = st.one_of(
    st.builds("M{}.{}.{}".format, st.integers(1, 6), st.integers(1, 5), st.integers(0, 6)),
    st.builds("J{}".format, st.integers(1, 180)),
)
later_days = st.one_of(
    st.builds("M{}.{}.{}".format, st.integers(8, 12), st.integers(1, 4), st.integers(0, 6)),
    st.builds("J{}".format, st.integers(200, 360)),
)
clocks = st.sampled_from(["", "/0", "/3", "/2:30", "/1:00:01"])


@pytest.mark.slow
@settings(max_examples=40)
@given(
    form=st.builds("AAA{}BBB,{}{},{}{}".format, offsets, days, clocks, later_days, clocks),
    moments=st.lists(instants, min_size=40, max_size=80),
)
def test_any_offset_and_rules_are_read_as_the_c_library_reads_them(
    form: str, moments: list[int]
) -> None:
    """Whatever offsets and rules a zone says, the wall clock is that of the C library."""
    zone = machine_zone({"TZ": form})
    ours = [list(zone.local_time(Instant(each)).timetuple())[:6] for each in moments]
    assert ours == by_the_c_library(form, moments)


@pytest.mark.parametrize(
    "form", ["garbage", "Mars/Base", "CE-1", "CET-25", "CET-1CEST,M13.1.0,M10.5.0", "A,B,C"]
)
def test_what_is_no_zone_is_refused_and_not_taken_for_utc(form: str) -> None:
    """Hours in the wrong zone are worse than none: the C library would count them in UTC."""
    with pytest.raises(SetupError):
        machine_zone({"TZ": form})
