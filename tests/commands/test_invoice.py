"""``invoice`` at the front door, its amounts, and what is remembered."""

import contextlib
import sqlite3
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clocktool.backends.base import Request
from clocktool.domain.entry import Entry, ProjectRef
from clocktool.domain.ids import Known
from clocktool.domain.invoice import group_lines, totals
from clocktool.domain.money import Rate, amount
from clocktool.domain.time.instant import Instant
from clocktool.invoicing.marks import Mark, Marks
from tests.commands.conftest import put
from tests.conftest import NOON, Console
from tests.contract.worlds import W
from tests.guide_server import Answer
from tests.tracking.servers import (
    ENTRIES,
    MINE,
    GoneError,
    Place,
    ids_of,
    interrupt,
    run_sql,
    says,
)

NAMED = (
    "client  project    hours  decimal    rate  amount  currency  entries\n"
    "ACME    Site     2:45:00     2.75  105.00  288.75  USD             2\n"
    "total            2:45:00     2.75          288.75  USD             2\n"
)
"""What is shown of entries that are named one by one; without a period."""

TABLE = f"Sun 1 Nov to Mon 30 Nov 2026\n{NAMED}"
LEFT = "Left out: 1 not billable.\n"


def marks(console: Console) -> set[str]:
    """Return the ends of the ids that are remembered on this machine."""
    path = Path(console.env["CLOCKTOOL_DATA"]) / "invoiced.sqlite3"
    if not path.exists():
        return set()
    return {row[0][-4:] for row in run_sql(path, "SELECT entry FROM marks WHERE stands")}


def invoiced(console: Console) -> set[str]:
    """Return the ends of the ids that the local workspace has as invoiced."""
    path = Path(console.env["CLOCKTOOL_DATA"]) / "local.sqlite3"
    return {row[0][-4:] for row in run_sql(path, "SELECT id FROM entries WHERE invoiced = 1")}


def test_it_is_shown_and_marked(day: Console) -> None:
    """Hours, rate and amount by client and project, the total, and then the marks."""
    result = day("invoice", "-y")
    assert result == (0, TABLE, f"{LEFT}2 of 2 marked as invoiced, in 1 line.\n")
    assert invoiced(day) == marks(day) == {"0009", "000a"}


def test_a_second_run_leaves_out_what_was_marked(day: Console) -> None:
    """It says how many; what is new is billed alone."""
    day.ok("invoice", "-y")
    assert day("invoice", "-y") == (
        0,
        "",
        "Left out: 1 not billable, 2 marked already.\nNothing to invoice.\n",
    )
    day.ok("add", "More", "--from", "8", "--to", "8:30", "-p", "Site", "-q")
    result = day("invoice", "-y")
    assert result.out.splitlines()[-1].split() == ["total", "0:30:00", "0.50", "52.50", "USD", "1"]
    assert result.err == (
        "Left out: 1 not billable, 2 marked already.\n1 of 1 marked as invoiced, in 1 line.\n"
    )


@pytest.mark.parametrize("answer", ["n\n", "", "no\n"])
def test_on_a_terminal_any_answer_but_yes_marks_nothing(day: Console, answer: str) -> None:
    """The table is shown first."""
    question = f"{LEFT}Mark these 2 entries as invoiced? [y/N] "
    result = day("invoice", asks=True, stdin=answer)
    assert result == (1, TABLE, f"{question}Nothing was marked\n")
    assert invoiced(day) == marks(day) == set()


def test_on_a_terminal_yes_marks_the_entries(day: Console) -> None:
    """One question for all."""
    assert day("invoice", asks=True, stdin="yes\n").code == 0
    assert invoiced(day) == marks(day) == {"0009", "000a"}


def test_off_a_terminal_confirmation_is_required(day: Console) -> None:
    """Exit code 2, nothing is changed without -y."""
    result = day("invoice")
    assert (result.code, result.out) == (2, TABLE)
    assert result.err == (
        f"{LEFT}error: confirmation required: Mark these 2 entries as invoiced?\nhint: add --yes\n"
    )
    assert invoiced(day) == marks(day) == set()


def test_dry_run_marks_nothing(day: Console) -> None:
    """It needs no yes."""
    assert day("invoice", "--dry-run") == (0, TABLE, LEFT)
    assert invoiced(day) == marks(day) == set()


def test_only_what_is_billable_and_finished(day: Console) -> None:
    """The timer is left out although it is billable, and each reason has its count."""
    day.ok("edit", "current", "--billable", "-q")
    day.ok("edit", "9", "--no-billable", "-q")
    result = day("invoice", "--dry-run")
    assert result.err == "Left out: 1 not billable, 1 still running.\n"
    assert result.out.splitlines()[-1].split() == ["total", "1:15:00", "1.25", "131.25", "USD", "1"]


def test_an_entry_over_the_end_of_a_month_is_billed_once(shop: Console) -> None:
    """In the month it starts in, with all of its time."""
    words = ("--to", "2026-11-01 02:00", "-p", "Site", "-q")
    shop.ok("add", "Night", "--from", "2026-10-31 22:00", *words)
    assert shop("invoice", "2026-11", "-y") == (0, "", "Nothing to invoice.\n")
    october = shop.ok("invoice", "2026-10", "-y")
    assert october.out.splitlines()[-1].split() == [
        "total",
        "4:00:00",
        "4.00",
        "420.00",
        "USD",
        "1",
    ]
    assert shop("invoice", "2026-11", "-y") == (0, "", "Nothing to invoice.\n")


PERIODS: dict[str, tuple[tuple[str, ...], str]] = {
    "this month": ((), "November"),
    "last month": (("last-month",), "October"),
    "from and to": (("--from", "2026-10-01", "--to", "2026-10-31"), "October"),
    "from": (("--from", "2026-11-01"), "November"),
    "client": (("2026", "--client", "ACME"), "November October"),
    "text": (("2026", "-d", "octo"), "October"),
    "refs": (("last", "last~1"), "November October"),
}


@pytest.mark.parametrize("name", PERIODS)
def test_which_entries_are_billed(shop: Console, name: str) -> None:
    """By a period and filters, or by REFs; of this month where nothing is said."""
    for month, start in (("October", "2026-10-05 09:00"), ("November", "2026-11-05 09:00")):
        shop.ok("add", month, "--from", start, "--for", "1h", "-p", "Site", "-q")
    words, expected = PERIODS[name]
    shop.ok("invoice", *words, "-y")
    found = shop.ok("list", "2026", "-o", "json").json
    names = {each["id"][-4:]: each["description"] for each in found}
    assert " ".join(sorted(names[end] for end in invoiced(shop))) == expected


def test_ids_from_standard_input(day: Console) -> None:
    """List -o id piped into invoice -."""
    day.ok("invoice", "-", "-y", stdin="000000000000000000000009\n")
    assert invoiced(day) == {"0009"}


def test_two_refs_of_which_one_looks_like_a_period(day: Console) -> None:
    """``7d`` is the end of an id, too: beside another REF it is not a period."""
    day.ok("add", "Old", "--from", "2026-11-05 09:00", "--for", "1h", "-p", "Site", "-q")
    path = Path(day.env["CLOCKTOOL_DATA"]) / "local.sqlite3"
    run_sql(path, "UPDATE entries SET id = '00000000000000000000007d' WHERE id LIKE '%c'")
    day.ok("invoice", "7d", "9", "-y")
    assert invoiced(day) == {"0009", "007d"}


def test_without_a_rate_there_is_no_amount(day: Console) -> None:
    """The hours are shown, and that something is missing; currencies have no part of it."""
    day.ok("edit", "current", "--billable", "-q")
    day.ok("stop", "-q")
    result = day("invoice", "--dry-run")
    assert result.out == (
        "Sun 1 Nov to Mon 30 Nov 2026\n"
        "client  project    hours  decimal    rate  amount  currency  entries\n"
        "        Ops      1:00:00     1.00                                  1\n"
        "ACME    Site     2:45:00     2.75  105.00  288.75  USD             2\n"
        "total            3:45:00     3.75          288.75  USD             3\n"
    )
    assert result.err.startswith("1 of 2 lines have no rate")


def test_each_currency_has_a_total() -> None:
    """The first has the hours of all lines."""
    from clocktool.render.invoice import total_records

    lines = group_lines([entry(1, 3600, Rate(10_000, "EUR")), entry(2, 1800, Rate(9000, "USD"))])
    shown = ("client", "hours", "decimal", "amount", "currency", "entries")
    assert [[record[name] for name in shown] for record in total_records(lines)] == [
        ["total", "1:30:00", "1.50", "45.00", "USD", 2],
        [None, None, None, "100.00", "EUR", None],
    ]


def test_in_json(day: Console) -> None:
    """-o json: the lines as objects, and nothing else on standard output."""
    assert day.ok("invoice", "-y", "-o", "json").json == [
        {
            "client": "ACME",
            "project": "Site",
            "hours": "2:45:00",
            "decimal": "2.75",
            "rate": "105.00",
            "amount": "288.75",
            "currency": "USD",
            "entries": 2,
        }
    ]


def test_undo_takes_the_last_marking_back(day: Console) -> None:
    """That alone; asked for, and then nothing is left to take back."""
    day.ok("invoice", "9", "-y")
    day.ok("invoice", "-y")
    assert invoiced(day) == {"0009", "000a"}
    question = "Take back 1 mark of 2026-11-24? [y/N] "
    assert day("invoice", "--undo", asks=True, stdin="n\n") == (
        1,
        "",
        f"{question}Nothing was taken back\n",
    )
    assert day("invoice", "--undo").code == 2
    assert marks(day) == {"0009", "000a"}
    assert day("invoice", "--undo", "-y") == (0, "", "1 of 1 marks taken back.\n")
    assert invoiced(day) == marks(day) == {"0009"}
    day.ok("invoice", "--undo", "-y")
    assert invoiced(day) == marks(day) == set()
    assert day("invoice", "--undo", "-y") == (1, "", "Nothing was marked as invoiced from here\n")


def test_undo_forgets_what_is_deleted(day: Console) -> None:
    """An entry that is gone has no mark to take back, and stops nothing."""
    day.ok("invoice", "-y")
    day.ok("delete", "9", "-y")
    assert day("invoice", "--undo", "-y") == (0, "", "2 of 2 marks taken back.\n")
    assert marks(day) == invoiced(day) == set()


CHANGES: dict[str, tuple[tuple[str, ...], str]] = {
    "start": (("edit", "9", "--from", "8:30"), "start"),
    "end": (("edit", "9", "--to", "10:45"), "end"),
    "both": (("edit", "9", "--from", "8", "--to", "9:30"), "start, end"),
    "project": (("edit", "9", "-p", "Ops"), "project, rate, currency"),
    "billable": (("edit", "9", "--no-billable"), "billable"),
    "description": (("edit", "9", "-d", "Fix"), "description"),
    "moved to another year": (
        ("edit", "9", "--from", "2025-11-24 09:00", "--to", "2025-11-24 10:30"),
        "start, end",
    ),
    "deleted": (("delete", "9", "-y"), "deleted"),
}


@pytest.mark.parametrize("name", CHANGES)
def test_check_lists_what_changed(day: Console, name: str) -> None:
    """What it was, and what of it changed; the others are not listed."""
    day.ok("invoice", "-y")
    words, changed = CHANGES[name]
    day.ok(*words, "-y", "-q")
    result = day("invoice", "--check", "-o", "json")
    assert result.code == 1
    (found,) = result.json
    assert {key: found[key] for key in ("start", "description", "changed", "id")} == {
        "start": "2026-11-24 09:00",
        "description": "Fix login page",
        "changed": changed,
        "id": "000000000000000000000009",
    }


def test_check_sees_another_rate(day: Console) -> None:
    """The price of the hours is part of what was billed."""
    day.ok("invoice", "-y")
    (site,) = (each for each in day.ok("projects", "-o", "json").json if each["name"] == "Site")
    (acme,) = day.ok("clients", "-o", "json").json
    body = {"clientId": acme["id"], "hourlyRate": {"amount": 11000}}
    put(day, f"/projects/{site['id']}", body)
    result = day("invoice", "--check", "--output", "csv")
    assert result.code == 1
    assert [line.split(",")[2] for line in result.out.splitlines()[1:]] == ["rate", "rate"]


def test_check_of_unchanged_entries_finds_nothing(day: Console) -> None:
    """Tags are not billed; without marked entries the exit code is 1."""
    assert day("invoice", "--check") == (1, "", "Nothing was marked as invoiced from here\n")
    day.ok("invoice", "-y")
    day.ok("edit", "9", "--clear-tags", "-y", "-q")
    assert day("invoice", "--check") == (
        0,
        "",
        "None of 2 marked entries has changed.\n",
    )


def test_undo_and_check_cannot_be_combined(day: Console) -> None:
    """It is a usage error."""
    assert day("invoice", "--undo", "--check").code == 2


@pytest.mark.parametrize("kind", ["damaged", "a folder", "newer"])
def test_if_marks_cannot_be_saved_nothing_is_marked(day: Console, kind: str) -> None:
    """Exit code 8 with the file: the next invoice would bill twice."""
    path = Path(day.env["CLOCKTOOL_DATA"]) / "invoiced.sqlite3"
    if kind == "a folder":
        path.mkdir()
    elif kind == "newer":
        run_sql(path, "PRAGMA user_version = 9")
    else:
        path.write_bytes(b"no database at all, " * 100)
    before = path.read_bytes() if path.is_file() else b""
    result = day("invoice", "-y")
    assert result.code == 8
    assert str(path) in result.err
    assert invoiced(day) == set()
    assert (path.read_bytes() if path.is_file() else b"") == before


def test_the_file_is_for_its_owner(day: Console) -> None:
    """The marks are private: the file is readable by its owner alone."""
    day.ok("invoice", "-y")
    path = Path(day.env["CLOCKTOOL_DATA"]) / "invoiced.sqlite3"
    assert path.stat().st_mode & 0o777 == 0o600


def entry(number: int, seconds: int, rate: Rate | None, project: str = "Site") -> Entry:
    """Return a billable entry of ACME."""
    of = ProjectRef(Known(project), project, client_id="acme", client="ACME")
    start = Instant(NOON + number * 86_400)
    return Entry(
        Known(f"{number}"),
        start,
        Instant(start + seconds),
        "x",
        of,
        billable=True,
        hourly_rate=rate,
    )


@given(st.integers(0, 10**7), st.integers(0, 10**9))
def test_amounts_are_rounded_half_up(seconds: int, cents: int) -> None:
    """To the minor unit, without floating point."""
    exact = Decimal(seconds) * cents / 3600
    found = amount(seconds, Rate(cents, "EUR"))
    assert found == int(exact.quantize(Decimal(1), ROUND_HALF_UP))


def test_a_line_is_rounded_once() -> None:
    """Three times ten minutes at a cent an hour are half an hour: a cent, not three times none."""
    (line,) = group_lines(entry(number, 600, Rate(1, "EUR")) for number in range(3))
    assert (line.seconds, line.amount) == (1800, 1)


def test_rates_and_currencies_have_lines_and_totals_of_their_own() -> None:
    """One project at two rates and two currencies; what has no rate is in no total."""
    lines = group_lines(
        [
            entry(1, 3600, Rate(10_000, "EUR")),
            entry(2, 1800, Rate(12_000, "EUR")),
            entry(3, 5400, Rate(9_000, "USD")),
            entry(4, 3600, None),
            entry(5, 1800, Rate(10_000, "EUR")),
            entry(6, 60, Rate(10_000, "EUR"), "Ops"),
        ]
    )
    assert [(line.project, line.seconds, line.amount) for line in lines] == [
        ("Ops", 60, 167),
        ("Site", 3600, None),
        ("Site", 5400, 13_500),
        ("Site", 5400, 15_000),
        ("Site", 1800, 6_000),
    ]
    assert totals(lines) == {"EUR": 21_167, "USD": 13_500}


def test_another_workspace_has_marks_of_its_own(tmp_path: Path) -> None:
    """One file for all; what was billed in one is not in the other."""
    path = tmp_path / "invoiced.sqlite3"
    one, other = Marks(path, "1"), Marks(path, "2")
    one.add([entry(1, 60, None)], NOON, one.next_batch())
    assert (set(one.marks()), other.marks()) == ({"1"}, {})
    other.add([entry(1, 90, None), entry(2, 60, None)], NOON, other.next_batch())
    assert [mark.entry for mark in one.last_batch()] == ["1"]
    other.remove(["1"])
    assert (set(one.marks()), set(other.marks())) == ({"1"}, {"2"})


def test_a_mark_is_what_the_entry_was_like(tmp_path: Path) -> None:
    """It is read back as it was written."""
    billed = Marks(tmp_path / "invoiced.sqlite3", "1")
    marked = entry(1, 60, Rate(10_500, "EUR"))
    billed.add([marked], NOON, 7)
    assert billed.marks() == {"1": Mark.of(marked, 7, NOON)}
    assert Mark.of(marked, 7, NOON).differs(marked) == []
    dearer = msgspec.structs.replace(marked, hourly_rate=Rate(1, "USD"))
    assert billed.marks()["1"].differs(dearer) == ["rate", "currency"]


def on_server(there: Place) -> set[str]:
    """Return what the server has as invoiced."""
    return {row[0][-4:] for row in there.sql("SELECT id FROM entries WHERE invoiced = 1")}


def test_the_request_and_the_empty_reply(there: Place) -> None:
    """Operation 11 is the same in both route sets, a hundred at a time."""
    ids = there.add(230, billable=True)
    there.console.ok("invoice", "2026", "-y")
    assert {(each.method, each.path) for each in there.writes()} == {
        ("PATCH", f"{W}/time-entries/invoiced")
    }
    assert [each.body for each in there.writes()] == [
        {"timeEntryIds": ids[first : first + 100], "invoiced": True} for first in (0, 100, 200)
    ]
    assert on_server(there) == marks(there.console) == {each[-4:] for each in ids}
    there.sent.clear()
    there.console.ok("invoice", "--undo", "-y")
    assert [each.body for each in there.writes()] == [
        {"timeEntryIds": ids[first : first + 100], "invoiced": False} for first in (0, 100, 200)
    ]
    assert on_server(there) == marks(there.console) == set()


def test_the_need_for_a_paid_plan_is_explained(there: Place) -> None:
    """One request, one error, and no mark is saved."""
    there.add(150, billable=True)
    there.before = lambda request: (
        says(403, 501, "Upgrade to use invoicing") if request.method == "PATCH" else None
    )
    result = there.console("invoice", "2026", "-y")
    assert result.code == 5
    assert len(there.writes()) == 1
    assert result.err.splitlines()[-2:] == [
        (
            "error: 0 of 150 entries done, 100 failed, 50 not tried:"
            " not allowed: no permission, or a paid feature: Upgrade to use invoicing"
        ),
        "hint: marking needs a paid Clockify plan; use the table without marking",
    ]
    assert marks(there.console) == on_server(there) == set()


def test_only_what_was_marked_is_remembered(there: Place) -> None:
    """Chunks that a rule refuses are narrowed down; the rest is marked, and remembered."""
    ids = there.add(250, billable=True)
    bad = set(ids[100:200:9])

    def refused(request: Request) -> Answer | None:
        if request.method == "PATCH" and bad & set(ids_of(request)):
            return says(403, 1003, "Time entry is locked")
        return None

    there.before = refused
    result = there.console("invoice", "2026", "-y")
    good = {each[-4:] for each in ids if each not in bad}
    assert marks(there.console) == on_server(there) == good
    assert result.code == 5
    assert f"error: {250 - len(bad)} of 250 entries done, {len(bad)} failed" in result.err
    again = there.console.ok("invoice", "2026", "--dry-run")
    assert f"Left out: {len(good)} marked already." in again.err
    assert again.out.splitlines()[2].split()[-1] == str(len(bad))


@pytest.mark.parametrize("kind", ["gone", "interrupted"])
def test_each_chunk_is_remembered_as_soon_as_it_is_marked(there: Place, kind: str) -> None:
    """What was marked, or is kept to be marked later, is not billed again."""
    ids = there.add(350, billable=True)
    known: list[int] = []

    def stop(request: Request) -> None:
        if request.method == "PATCH":
            known.append(len(marks(there.console)))
        if ids[100] in ids_of(request):
            if kind == "gone":
                raise GoneError
            interrupt()

    there.after = stop
    result = there.console("invoice", "2026", "-y")
    assert known == [0, 100]
    assert len(on_server(there)) == 200
    if kind == "gone":
        host = there.console.env["CLOCKTOOL_BASE_URL"].split("/")[2]
        assert result.code == 0
        assert result.err.splitlines()[-2:] == [
            "350 of 350 marked as invoiced, in 1 line.",
            (
                f"3 changes kept, to be sent later: the connection to {host} broke:"
                " no complete answer came (see clocktool pending)"
            ),
        ]
        assert len(marks(there.console)) == 350
        there.after = lambda _: None
        assert there.console.ok("sync").err == "3 changes sent.\n"
        assert on_server(there) == marks(there.console)
        assert "350 marked already" in there.console.ok("invoice", "2026", "-y").err
    else:
        assert result.code == 130
        assert marks(there.console) == on_server(there)
        assert result.err.splitlines()[-2:] == [
            "200 of 350 entries done, 150 not tried",
            "error: interrupted",
        ]


def test_if_marks_cannot_be_saved_no_request_to_mark_is_made(there: Place) -> None:
    """A damaged file is noticed before."""
    there.add(3, billable=True)
    path = Path(there.console.env["CLOCKTOOL_DATA"]) / "invoiced.sqlite3"
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(b"no database at all, " * 100)
    assert there.console("invoice", "2026", "-y").code == 8
    assert there.writes() == []


def test_check_reads_the_list_and_what_moved(there: Place) -> None:
    """Entries where they were cost the list; one that moved away costs one request more."""
    ids = there.add(5, billable=True)
    there.console.ok("invoice", "2026", "-y", "-q")
    there.sent.clear()
    there.console.ok("invoice", "--check")
    assert {each.path for each in there.sent if "time-entries" in each.path} == {MINE}
    there.sql("UPDATE entries SET start_at = 0, end_at = 60 WHERE id = ?", ids[2])
    there.sent.clear()
    result = there.console("invoice", "--check")
    assert result.code == 1
    single = [each.path for each in there.sent if each.path.startswith(ENTRIES)]
    assert single == [f"{ENTRIES}/{ids[2]}"]
    assert "start, end" in result.out


@pytest.mark.parametrize("flag", ["--undo", "--check"])
@pytest.mark.parametrize("more", [("last-week",), ("--client", "ACME"), ("--from", "mon")])
def test_what_was_marked_takes_no_filters(there: Place, flag: str, more: tuple[str, ...]) -> None:
    """They would be ignored: an undo takes back more than was asked for."""
    there.add(2, billable=True)
    there.console.ok("invoice", "2026", "-y", "-q")
    result = there.console("invoice", flag, *more, "-y")
    assert (result.code, result.out) == (2, "")
    assert len(marks(there.console)) == 2


def test_an_undo_has_a_dry_run(there: Place) -> None:
    """Nothing is taken back."""
    there.add(2, billable=True)
    there.console.ok("invoice", "2026", "-y", "-q")
    result = there.console.ok("invoice", "--undo", "--dry-run", "-y")
    assert "Dry run: 2 marks" in result.err
    assert len(marks(there.console)) == 2


@pytest.mark.parametrize("column", ["start", "at", "amount", "description"])
def test_marks_of_a_wrong_type_are_an_error_of_the_file(there: Place, column: str) -> None:
    """A damaged file is exit code 8, with its name, and never a bug."""
    there.add(2, billable=True)
    there.console.ok("invoice", "2026", "-y", "-q")
    path = Path(there.console.env["CLOCKTOOL_DATA"]) / "invoiced.sqlite3"
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.execute(f"UPDATE marks SET {column} = x'ff00'")
        connection.commit()
    for words in (("--check",), ("--undo", "-y"), ("2026", "--dry-run")):
        result = there.console("invoice", *words)
        assert result.code == 8, (words, result)
        assert str(path) in result.err


def test_decimal_hours_add_up(shop: Console) -> None:
    """Beside the time of the clock; those of lines to those of the whole."""
    for name in ("Shop", "Site", "Test"):
        if name != "Site":
            shop.ok("projects", "add", name, "--client", "ACME", "--billable", "--rate", "100")
        shop.ok("add", "x", "--from", "9", "--for", "20m", "-p", name)
    assert shop("invoice", "today", "--dry-run").out == (
        "Tue 24 Nov 2026\n"
        "client  project    hours  decimal    rate  amount  currency  entries\n"
        "ACME    Shop     0:20:00     0.34  100.00   33.33  USD             1\n"
        "ACME    Site     0:20:00     0.33  105.00   35.00  USD             1\n"
        "ACME    Test     0:20:00     0.33  100.00   33.33  USD             1\n"
        "total            1:00:00     1.00          101.66  USD             3\n"
    )


def test_csv_has_a_client_and_no_heading(day: Console) -> None:
    """A column for each, the client first."""
    assert day("invoice", "--dry-run", "-o", "csv").out == (
        "client,project,hours,decimal,rate,amount,currency,entries\n"
        "ACME,Site,2:45:00,2.75,105.00,288.75,USD,2\n"
    )


def test_entries_that_are_named_have_no_period(day: Console) -> None:
    """They may be of any day."""
    assert day("invoice", "9", "a", "--dry-run").out == NAMED


def test_time_that_would_be_billed_twice_is_named(day: Console) -> None:
    """With its length and the entries, also for a draft; it is still billed if that is meant."""
    day.ok("add", "Call", "--from", "9:30", "--to", "10:00", "-p", "Site", "-q")
    twice = "30m would be billed twice, as entries overlap: 'Fix login page' ("
    assert twice in day.ok("invoice", "--dry-run").err
    result = day.ok("invoice", "-y")
    assert twice in result.err
    assert "3 of 3 marked as invoiced" in result.err
