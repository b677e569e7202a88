"""How ``list`` looks: whole outputs, from narrow to wide, with and without colour."""

import re

import pytest

from tests.commands.conftest import put
from tests.conftest import Console

HEBREW = "תיקון דף הכניסה למערכת"
FAMILY = "👩‍👩‍👧‍👦 picnic 🇩🇪"


@pytest.fixture
def busy(shop: Console) -> Console:
    """The shop at 18:00 with two that overlap, gaps, and texts of many scripts; a timer runs."""
    shop.at("2026-11-24 18:00")
    shop.ok("clients", "add", "לקוח")
    shop.ok("projects", "add", "אתר", "--client", "לקוח", "--billable")
    shop.ok("tags", "add", "דחוף")
    for words in (
        (HEBREW, "--from", "8", "--to", "9:15", "-p", "אתר", "-T", "דחוף", "-T", "dev"),
        ("Fix login page of the shop", "--from", "9", "--to", "10", "-p", "Site", "-T", "dev"),
        (FAMILY, "--from", "11:30", "--to", "12", "-p", "Ops", "--break"),
        ("打ち合わせの準備をする", "--from", "12:30", "--to", "13", "-p", "Site", "-t", "Login"),
        ("cafe\u0301 call", "--from", "15", "--to", "15:30"),
    ):
        shop.ok("add", *words)
    shop.ok("start", "Deploy", "-p", "Ops", "--at", "17:00")
    return shop


BUSY = {
    200: (
        f"Tue 24 Nov 2026{'4h 15m':>74}\n"
        f"! 000c  08:00–09:15  1h 15m  ⟨אתר · לקוח⟩          ⟨{HEBREW}⟩      $ ⟨#דחוף⟩ #dev\n"
        "! 000d  09:00–10:00  1h 00m  Site · ACME         Fix login page of the shop  $ #dev\n"
        f"  000e  11:30–12:00     30m  Ops                 {FAMILY}                break\n"
        "  000f  12:30–13:00     30m  Site · ACME: Login  打ち合わせの準備をする      $\n"
        "  0010  15:00–15:30     30m                      cafe\u0301 call\n"
        "● 0011  17:00–…      1h 00m  Ops                 Deploy\n"
        f"{'break 30m    billable 2h 45m    total 4h 15m':>89}\n"
        "! 2 entries overlap: 15m counted twice\n"
    ),
    80: (
        f"Tue 24 Nov 2026{'4h 15m':>65}\n"
        f"! 000c  08:00–09:15  1h 15m  ⟨אתר · לקוח⟩      ⟨{HEBREW[:20]}…⟩  $ ⟨#דחוף⟩ #dev\n"
        "! 000d  09:00–10:00  1h 00m  Site · ACME     Fix login page of th…  $ #dev\n"
        f"  000e  11:30–12:00     30m  Ops             {FAMILY}           break\n"
        "  000f  12:30–13:00     30m  Site · ACME: …  打ち合わせの準備をす…  $\n"
        "  0010  15:00–15:30     30m                  cafe\u0301 call\n"
        "● 0011  17:00–…      1h 00m  Ops             Deploy\n"
        f"{'break 30m    billable 2h 45m    total 4h 15m':>80}\n"
        "! 2 entries overlap: 15m counted twice\n"
    ),
    60: (
        f"Tue 24 Nov 2026{'4h 15m':>45}\n"
        f"! 000c  08:00–09:15  1h 15m  ⟨אתר · ל…⟩  ⟨{HEBREW[:11]}…⟩  $ ⟨#דחו…⟩\n"
        "! 000d  09:00–10:00  1h 00m  Site · …  Fix login p…  $ #dev\n"
        f"  000e  11:30–12:00     30m  Ops       {FAMILY}  break\n"
        "  000f  12:30–13:00     30m  Site · …  打ち合わせ …  $\n"
        "  0010  15:00–15:30     30m            cafe\u0301 call\n"
        "● 0011  17:00–…      1h 00m  Ops       Deploy\n"
        f"{'break 30m    billable 2h 45m    total 4h 15m':>60}\n"
        "! 2 entries overlap: 15m counted twice\n"
    ),
    40: (
        f"Tue 24 Nov 2026{'4h 15m':>25}\n"
        "! 000c  08:00–09:15  1h 15m\n"
        f"        ⟨{HEBREW}⟩  ⟨אתר · ל…⟩\n"
        "! 000d  09:00–10:00  1h 00m\n"
        "        Fix login page of the shop  Sit…\n"
        "  000e  11:30–12:00     30m\n"
        f"        {FAMILY}  Ops  break\n"
        "  000f  12:30–13:00     30m\n"
        "        打ち合わせの準備をする  Site · …\n"
        "  0010  15:00–15:30     30m\n"
        "        cafe\u0301 call\n"
        "● 0011  17:00–…      1h 00m\n"
        "        Deploy  Ops\n"
        f"{'break 30m':>40}\n"
        f"{'billable 2h 45m    total 4h 15m':>40}\n"
        "! 2 entries overlap: 15m counted twice\n"
    ),
}
"""⟨ and ⟩ stand for the marks around what is read from right to left."""


def columns_of(text: str) -> int:
    """Return the width of a text that has only the wide characters of this module."""
    text = text.replace("👩‍👩‍👧‍👦", "xx").replace("🇩🇪", "xx")
    text = re.sub("[\u2068\u2069\u0301]", "", text)
    return sum(2 if "\u3000" <= each <= "\u9fff" else 1 for each in text)


def told(text: str) -> str:
    """Return an expected text with the marks in their places."""
    return text.replace("⟨", "\u2068").replace("⟩", "\u2069")


@pytest.mark.parametrize("columns", BUSY)
def test_a_busy_day_at_each_width(busy: Console, columns: int) -> None:
    """Marks, wide characters, emoji and right-to-left text; no line is wider than the terminal."""
    result = busy("list", columns=columns, env={"NO_COLOR": "1"})
    assert result == (0, told(BUSY[columns]), "")
    assert max(map(columns_of, result.out.splitlines())) <= columns


@pytest.mark.parametrize("columns", BUSY)
def test_colour_changes_no_character(busy: Console, columns: int) -> None:
    """Without its colours a list is the one without colour."""
    painted = busy("list", columns=columns).out
    assert painted != told(BUSY[columns])
    assert re.sub("\x1b\\[[\\d;]*m", "", painted) == told(BUSY[columns])


def test_piped_texts_have_no_marks_around_them(busy: Console) -> None:
    """A piped list is as wide as it needs to be, with texts as they were typed."""
    assert busy("list").out == re.sub("[⟨⟩]", "", BUSY[200])


@pytest.mark.parametrize("columns", [60, 80, 200])
@pytest.mark.parametrize(
    ("left", "starts"),
    [
        ("description", [HEBREW[:5], "Fix", FAMILY[:2], "打", "caf", "Deploy"]),
        ("signs", ["$", "$", "break", "$", None, None]),
    ],
)
def test_columns_are_straight_with_texts_of_all_scripts(
    busy: Console, columns: int, left: str, starts: list[str | None]
) -> None:
    """Descriptions start in one column, and so do the signs behind them."""
    rows = busy("list", columns=columns, env={"NO_COLOR": "1"}).out.splitlines()[1:7]
    found = {
        columns_of(row[: row.index(start)])
        for row, start in zip(rows, starts, strict=True)
        if start is not None
    }
    assert len(found) == 1


def test_colours_of_a_day(day: Console) -> None:
    """A project has its own colour, with its client; ids are dim, totals bold, signs coloured."""
    put(day, "/projects/000000000000000000000005", {"name": "Ops", "color": "#ff5722"})
    bold, dim, blue, end = "\x1b[1m", "\x1b[2m", "\x1b[38;2;3;169;244m", "\x1b[0m"
    sign, orange = "\x1b[33m$\x1b[0m", "\x1b[38;2;255;87;34m"
    expected = (
        f"{bold}Tue 24 Nov 2026{end}{' ' * 57}{bold}3h 45m{end}\n"
        f"  {dim}0009{end}  09:00–10:30  1h 30m  {blue}Site · ACME{end}  Fix login page"
        f"  {sign} \x1b[36m#dev{end}\n"
        f"  {dim}000a{end}  10:45–12:00  1h 15m  {blue}Site · ACME{end}  Review          {sign}\n"
        f"\x1b[1;32m●{end} {dim}000b{end}  12:30–…      1h 00m  {orange}Ops{end}          Deploy\n"
        f"{' ' * 47}{bold}billable 2h 45m    total 3h 45m{end}\n"
    )
    assert day("list", columns=80) == (0, expected, "")
    assert day("list", env={"FORCE_COLOR": "1"}) == (0, expected, "")


def test_an_overlap_is_marked_in_colour(shop: Console) -> None:
    """A yellow sign, and one in front of the line below."""
    shop.ok("add", "a", "--from", "8", "--to", "9")
    shop.ok("add", "b", "--from", "8:59:30", "--to", "9")
    shop.ok("add", "c", "--from", "11:10", "--to", "12")
    out = shop("list", columns=80).out
    assert [line[:10] for line in out.splitlines()[1:4]] == [
        *["\x1b[33m!\x1b[0m"] * 2,
        "  \x1b[2m000b",
    ]
    assert out.splitlines()[-1] == "\x1b[33m!\x1b[0m 2 entries overlap: 30s counted twice"


def test_a_long_line_about_overlaps_is_wrapped(run: Console) -> None:
    """At 40 columns its last word stands below the others."""
    for number in range(10):
        run.ok("add", "x", "--from", "8", "--to", f"9:4{number}")
    assert run("list", columns=40, env={"NO_COLOR": "1"}).out.endswith(
        "! 10 entries overlap: 1h 48m counted\n  twice\n"
    )
    assert (
        run("list", columns=80)
        .out.splitlines()[-1]
        .endswith(" 10 entries overlap: 1h 48m counted twice")
    )


def test_gaps_are_left_to_their_command(shop: Console) -> None:
    """A list names none, so that it and 'gaps' never differ."""
    for clock in ("8", "10"):
        shop.ok("add", "x", "--from", clock, "--for", "10m", "-p", "Ops")
    assert "gap" not in shop.ok("list").out
    assert len(shop.ok("gaps", "today", "-o", "json").json) == 1


def test_the_second_time_of_an_hour_that_happens_twice_has_a_sign(run: Console) -> None:
    """A line below explains the sign; lists without such a time have neither."""
    run.at("2026-10-25 12:00")
    run.ok("add", "first", "--from", "2026-10-25T02:30:00+02:00", "--for", "15m")
    assert "*" not in run("list").out
    run.ok("add", "second", "--from", "2026-10-25T02:30:00+01:00", "--for", "1h")
    expected = (
        f"Sun 25 Oct 2026{'1h 15m':>25}\n"
        "  0003  02:30–02:45      15m  first\n"
        "  0004  02:30*–03:30  1h 00m  second\n"
        f"{'total 1h 15m':>40}\n"
        "* the second time: the clocks went back\n"
    )
    assert run("list", columns=40, env={"NO_COLOR": "1"}) == (0, expected, "")


def test_a_zone_that_does_not_fit_beside_the_totals_is_below_them(shop: Console) -> None:
    """At 40 columns, too, no line is wider."""
    shop.ok("add", "x", "--from", "9", "--for", "1h30m", "-p", "Site")
    far = {"CLOCKTOOL_TIMEZONE": "America/Argentina/Buenos_Aires", "NO_COLOR": "1"}
    assert shop("list", columns=40, env=far).out == (
        f"Tue 24 Nov 2026{'1h 30m':>25}\n"
        "  0009  05:00–06:30  1h 30m\n"
        "        x  Site · ACME  $\n"
        f"{'billable 1h 30m    total 1h 30m':>40}\n"
        "America/Argentina/Buenos_Aires\n"
    )
    assert shop("list", columns=80, env=far).out.splitlines()[-1] == (
        f"America/Argentina/Buenos_Aires{'billable 1h 30m    total 1h 30m':>48}"
    )


def test_a_long_list_keeps_the_widths_of_its_first_block(run: Console) -> None:
    """Later rows stand in the same columns; words are cut, figures never are."""
    rows = "".join(
        f"2026-11-{1 + place // 120:02}T{place % 120 // 6:02}:{place % 6 * 10:02}:00+01:00,"
        f"2026-11-{1 + place // 120:02}T{place % 120 // 6:02}:{place % 6 * 10 + 9:02}:00+01:00,"
        f"{'short' if place < 400 else 'long ' * 30}\n"
        for place in range(480)
    )
    late = "2026-11-05T08:00:00+01:00,2026-11-05T20:00:00+01:00,x\n"
    run.ok("import", "-", "-q", stdin=f"start,end,description\n{rows}{late}")
    lines = run.ok("list", "2026-11", columns=80, env={"NO_COLOR": "1"}).out.splitlines()
    entries = [line for line in lines if "–" in line[6:20] and "gap" not in line]
    assert len(entries) == 481
    assert max(map(len, lines)) == 78
    assert {entry[21:28].strip() for entry in entries} == {"9m", "12h 00m"}
    long = "long " * 9 + "lo…"
    assert {entry[30:] for entry in entries if "long" in entry} == {long}
