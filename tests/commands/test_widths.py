"""Narrow terminals: what does not fit is wrapped between words, or cut as a list is."""

import re
from unicodedata import category, east_asian_width

import pytest

from clocktool.render.text import cells
from tests.conftest import Console, local_console

PLAIN = {"NO_COLOR": "1"}
ZEROS = "0" * 23
"""What ids begin with."""


@pytest.fixture
def wide(run: Console) -> Console:
    """A workspace with names that are long, one of them of wide characters."""
    run.ok("clients", "add", "Acme Industries International")
    run.ok("projects", "add", "Website relaunch", "--client", "acme", "--rate", "105")
    run.ok("projects", "add", "漢字漢字漢字 漢字漢字漢字 漢字漢字漢字")
    run.ok("tags", "add", "dev")
    about = "Fix the login page that nobody at all can use any more"
    run.ok("start", about, "-p", "web", "-T", "dev", "--at", "12:00")
    return run


@pytest.mark.parametrize("columns", [32, 40, 60, 80, 100])
@pytest.mark.parametrize(
    "line",
    ["projects", "config", "undo --list", "show current", "running", "running --all", "clients"],
)
def test_no_line_is_wider_than_the_terminal(wide: Console, line: str, columns: int) -> None:
    """A wider line would be broken by the terminal in the middle of a word."""
    shown = wide.ok(*line.split(), columns=columns, env=PLAIN).out.splitlines()
    if not (line == "config" and columns < 60):  # the path of a test may be longer than a line
        assert max(map(cells, shown)) <= columns
    assert shown


FAMILY = "👩‍👩‍👧‍👦"
HEBREW = "תיקון דף הכניסה למערכת הזאת"


def columns_of(text: str) -> int:
    """Return how many columns of a terminal a text takes, by the Unicode tables."""
    single = text.replace(FAMILY, "xx").replace("🇩🇪", "xx")
    return sum(
        0 if category(each) in ("Mn", "Me", "Cf") else 1 + (east_asian_width(each) in "WF")
        for each in single
    )


@pytest.fixture(scope="module")
def made_crowd(tmp_path_factory: pytest.TempPathFactory) -> Console:
    """A workspace with long names of many scripts, and entries of all kinds."""
    run = local_console(tmp_path_factory.mktemp("crowd"))
    for line in (
        ("clients", "add", "Acme Industries International Holding"),
        ("clients", "add", "משרד עורכי דין"),
        ("projects", "add", "Website relaunch and all around it", "--client", "acme"),
        ("projects", "add", "אתר חדש ארוך מאוד", "--client", "משרד", "--rate", "90"),
        ("projects", "add", "漢字" * 9, "--rate", "105", "--billable"),
        ("projects", "add", f"{FAMILY} café e\u0301 long name here"),
        ("tags", "add", "development"),
        ("tags", "add", "דחוף"),
        ("tasks", "add", "Login page and a long one", "-p", "Website"),
    ):
        run.ok(*line)
    run.at("2026-11-24 18:00")
    about = "Fix the login page that nobody at all can use any more"
    tags = ("-T", "development", "-T", "דחוף")
    for words in (
        (about, "--from", "8", "--to", "9:15:30", "-p", "Web", "-t", "Login", *tags),
        (HEBREW, "--from", "9", "--to", "10:20:40", "-p", "אתר", "-T", "דחוף"),
        ("打ち合わせの準備をする" * 3, "--from", "11:30", "--to", "12", "-p", "漢字"),
        ("Lunch with a long description", "--from", "12", "--to", "12:45", "--break"),
        (f"{FAMILY} picnic 🇩🇪 cafe\u0301", "--from", "13", "--to", "14:10", "-p", FAMILY),
        ("", "--from", "14:30", "--to", "15"),
        ("Night", "--from", "yesterday 22:00", "--to", "today 1:30", "-p", "Web"),
        ("x" * 120, "--from", "15", "--to", "15:30:30"),
    ):
        run.ok("add", *words)
    run.ok("start", "Deploy to all the machines", "-p", "Web", *tags, "--at", "17:00")
    return run


@pytest.fixture
def crowd(run: Console, made_crowd: Console) -> Console:
    """A copy of the crowded workspace."""
    return run.like(made_crowd)


TABLES = [
    *("running", "running --all", "list", "list week", "report", "report week --chart"),
    *("report week --by project,day", "report week --by client,project,task,description"),
    *("report year --by day --chart", "report week --by day --chart", "report week --by tag"),
    *("invoice --dry-run", "projects", "clients", "tags", "tasks -p Web", "users", "workspaces"),
    *("pending", "show last", "show current", "undo --list", "dup last --on mon --dry-run"),
    "bulk today --set-description y --dry-run",
    "bulk today -p Web --set-project 漢字 --add-tag דחוף --dry-run",
    "stop --at 17:40",
    "start again and again and again and again -p Web",
    "add call --from yesterday --for 1h",
    "edit last -d another",
    "delete last -y",
]


@pytest.mark.slow
@pytest.mark.parametrize("columns", [32, 40, 60, 80, 200])
def test_no_script_makes_a_line_wider_than_the_terminal(crowd: Console, columns: int) -> None:
    """Chinese, emoji, combined and right-to-left characters, in every table and line."""
    for line in TABLES:
        result = crowd(*line.split(), columns=columns, env=PLAIN)
        assert result.code in (0, 2), (line, result)
        wide = [each for each in result.out.splitlines() if columns_of(each) > columns]
        assert wide == [], line


@pytest.mark.parametrize("columns", [32, 36, 40, 50, 60, 80, 120, 200])
@pytest.mark.parametrize("by", ["project", "description", "client,project,description", "day"])
def test_bars_are_drawn_however_long_the_names(crowd: Console, columns: int, by: str) -> None:
    """Names are cut before bars are."""
    words = ("report", "week", "--by", by, "--chart")
    out = crowd.ok(*words, columns=columns, env=PLAIN).out
    assert max(line.count("█") for line in out.splitlines()) >= 8


def test_at_32_columns_words_stand_on_a_second_line(wide: Console) -> None:
    """Id, times and duration are on the first line."""
    wide.ok("stop")
    wide.ok("add", "Lunch", "--from", "11", "--to", "11:30", "--break")
    assert wide("list", columns=32, env=PLAIN).out == (
        "Tue 24 Nov 2026              30m\n"
        "  0008  11:00–11:30     30m\n"
        "        Lunch  break\n"
        "  0007  12:00–12:30     30m\n"
        "        Fix the login page that…\n"
        "                       break 30m\n"
        f"{'billable 30m    total 30m':>32}\n"
    )


def test_columns_are_left_out_before_names_are_broken(wide: Console) -> None:
    """First colours in words, then ids, then what is billable."""
    shown = wide.ok("projects", columns=80).out
    assert "\x1b[38;2;3;169;244m●\x1b[0m" in shown, "a sign has a project's colour"
    assert re.sub(r"\x1b\[[0-9;]*m", "", shown) == (
        "name                        client                             rate     billable\n"
        "漢字漢字漢字 漢字漢字漢字                                            ●  billable\n"
        "漢字漢字漢字\n"
        "Website relaunch            Acme Industries              105.00 USD  ●  billable\n"
        "                            International\n"
    )
    assert wide.ok("projects", columns=100, env=PLAIN).out == (
        "name                       client                           rate  billable  id\n"
        f"漢字漢字漢字 漢字漢字漢字                                         billable  {ZEROS}5\n"
        "漢字漢字漢字\n"
        f"Website relaunch           Acme Industries            105.00 USD  billable  {ZEROS}4\n"
        "                           International\n"
    )


def test_names_are_wrapped_between_words_where_that_is_not_enough(wide: Console) -> None:
    """At 40 columns names, clients and rates are side by side."""
    assert wide.ok("projects", columns=40, env=PLAIN).out == (
        "name           client               rate\n"
        "漢字漢字漢字\n"
        "漢字漢字漢字\n"
        "漢字漢字漢字\n"
        "Website        Acme           105.00 USD\n"
        "relaunch       Industries\n"
        "               International\n"
    )


def test_a_sign_of_a_colour_is_left_out_last(wide: Console) -> None:
    """A name is worth more than three columns."""
    shown = wide.ok("projects", columns=40).out
    assert re.sub(r"\x1b\[[0-9;]*m", "", shown) == wide.ok("projects", columns=40, env=PLAIN).out


def test_a_change_is_whole_before_its_command_is_shown(wide: Console) -> None:
    """At 80 columns the list of changes has a line for each."""
    wide.ok("projects", "add", "A rather long name of a project that says it all")
    shown = wide.ok("undo", "--list", columns=80, env=PLAIN).out.splitlines()
    assert shown[:2] == [
        "id     at       age  change",
        " 6  12:30  just now  add project 'A rather long name of a project that sa…'",
    ]


def test_a_table_that_has_no_room_is_written_as_paragraphs(wide: Console) -> None:
    """A line for each value, and nothing is left out."""
    assert wide.ok("projects", columns=36, env=PLAIN).out == (
        "name      漢字漢字漢字 漢字漢字漢字\n"
        "          漢字漢字漢字\n"
        "color     #E65100\n"
        "billable  yes\n"
        "id        000000000000000000000005\n"
        "\n"
        "name      Website relaunch\n"
        "client    Acme Industries\n"
        "          International\n"
        "rate      105.00 USD\n"
        "color     #03A9F4\n"
        "billable  yes\n"
        "id        000000000000000000000004\n"
    )


def test_a_timer_is_cut_as_a_row_of_a_list_is(wide: Console) -> None:
    """In a cramped room only the description is shown."""
    assert wide.ok("running", columns=40, env=PLAIN).out == (
        "● 12:00  30m  Fix the login page …  0007\n  today 30m\n"
    )
    assert wide.ok("running", columns=80, env=PLAIN).out == (
        "● 12:00  30m  Fix the login page that nobody …  Website relaunch …  $ #dev  0007\n"
        "  today 30m\n"
    )
    assert len(wide.ok("running", columns=40).out.splitlines()) == 2, "colours take no room"


def test_this_year_is_left_out_before_words_are_cut(day: Console) -> None:
    """A year says less than a description; another year stays."""
    words = ("edit", "b", "-d", "Review of pull requests")
    day.ok("stop", "-q")
    day.at("2026-11-25 09:00")
    assert day.ok(*words, columns=78, env=PLAIN).out == (
        "~ Changed Tue 24 Nov 12:30–13:30  1h 00m  Review of pull requests  Ops  000b\n"
    )
    assert day.ok(*words, columns=90, env=PLAIN).out == (
        "~ Changed Tue 24 Nov 2026 12:30–13:30  1h 00m  Review of pull requests  Ops  000b\n"
    )
    day.at("2027-01-02 09:00")
    assert day.ok(*words, columns=79, env=PLAIN).out == (
        "~ Changed Tue 24 Nov 2026 12:30–13:30  1h 00m  Review of pull reque…  Ops  000b\n"
    )


def test_piped_tables_are_never_cut(wide: Console) -> None:
    """Off a terminal each record is a line, whatever its width."""
    assert len(wide.ok("projects").out.splitlines()) == 3
    assert "nobody at all can use any more" in wide.ok("running").out


def test_a_long_word_is_broken_where_the_line_ends(wide: Console) -> None:
    """The longest allowed description, without spaces, is shown to its end."""
    wide.ok("add", "漢" * 3000, "--for", "1m")
    lines = wide.ok("show", "last", columns=54, env=PLAIN).out.splitlines()
    assert lines[0] == "description  " + "漢" * 20
    assert lines[1:150] == [" " * 13 + "漢" * 20] * 149
